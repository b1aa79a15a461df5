//! Headers that restrict what browsers do with a response.

use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// Allows the page's own files and its own WebSocket, and nothing else. Inline scripts don't run, so received bytes
/// could not run even if they were mistaken for HTML.
///
/// `'wasm-unsafe-eval'` allows the page to compile WebAssembly; `eval` stays forbidden. `script-src` also holds for
/// the page's worker, for want of a `worker-src`. `connect-src 'self'`
/// includes the WebSocket in CSP 3 and in browsers (in Safari since 16). `base-uri`, `form-action` and
/// `frame-ancestors` don't fall back to `default-src`. The last one keeps other sites from framing the page and
/// making its reader click in it.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                      img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

const STRICT: [(HeaderName, HeaderValue); 6] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    // Browsers don't guess types: a text that quotes someone's input never becomes a script.
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // A page that opens this one in a window gets no reference to it.
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    // Together with the one above, this makes the page `crossOriginIsolated`. Its process then has no data of other
    // sites, and `performance.now()`, which measures round trips, has a resolution of 5 µs instead of 100.
    (HeaderName::from_static("cross-origin-embedder-policy"), HeaderValue::from_static("require-corp")),
    // Other sites can't embed the page's files, nor find out in that way whether this server runs.
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    // The server's address may be one in a private network. Other sites don't need to know it.
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// Adds the headers to the response. Responses of the HTTP parser itself, such as 431, are a status without headers.
pub(crate) async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().extend(STRICT);
    response
}
