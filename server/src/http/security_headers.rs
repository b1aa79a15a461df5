//! What every response tells a browser not to do.

use axum::extract::Request;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

/// The page's own files, its own WebSocket, and nothing else. Scripts in the page's text do not run, so
/// nothing that was received could, even if it came to be taken for HTML.
///
/// `'wasm-unsafe-eval'` is what compiling WebAssembly is called; `eval` stays forbidden. `connect-src 'self'`
/// has the WebSocket in it, as CSP 3 has it and browsers do (Safari since 16).
/// `base-uri`, `form-action` and `frame-ancestors` do not fall back to `default-src`; the last keeps others
/// from framing the page and having its reader click in it.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                      img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

const STRICT: [(HeaderName, HeaderValue); 6] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
    // A type is what it is declared as: a text of ours with someone's words in it is never a script.
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // A page that opens this one in a window gets no handle on it.
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    // With the one above, this makes the page `crossOriginIsolated`: its process has no other site's data in
    // it, and `performance.now()`, which round trips are taken with, has steps of 5 µs instead of 100.
    (HeaderName::from_static("cross-origin-embedder-policy"), HeaderValue::from_static("require-corp")),
    // Other sites cannot embed the page's files, so not find out either whether this server runs.
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    // Where the server is, an address in a private network perhaps, is nobody's business.
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// Adds them to the response. (What the HTTP parser answers itself, such as 431, is a bare status.)
pub(crate) async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().extend(STRICT);
    response
}
