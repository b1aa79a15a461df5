//! The page, its WebAssembly and its styles. They are part of the program and were compressed when it was built.

use axum::Router;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::list_header::{names, weighted};

/// A file of the page, as the packer made it.
struct Asset {
    path: &'static str,
    mime: &'static str,
    /// A hash of the content, in quotes. It is sent as a weak validator, because the encodings have different bytes
    /// with the same meaning (RFC 9110, 8.8.1).
    etag: &'static str,
    /// Whether the file's name changes with its content.
    immutable: bool,
    identity: &'static [u8],
    brotli: &'static [u8],
    gzip: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("WIRESTAMP_PAGE"), "/assets.rs"));

/// Browsers may keep a file forever if its name changes with its content. They revalidate the page itself each time.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// The routes of all files.
pub(crate) fn routes() -> Router {
    ASSETS.iter().fold(Router::new(), |router, asset| {
        router.route(asset.path, get(move |request: HeaderMap| async move { asset.response(&request) }))
    })
}

impl Asset {
    fn response(&self, request: &HeaderMap) -> Response {
        let mut headers = HeaderMap::from_iter([
            (CACHE_CONTROL, if self.immutable { FOR_EVER } else { ASK_AGAIN }),
            (VARY, HeaderValue::from_static("accept-encoding")),
        ]);
        if let Ok(etag) = HeaderValue::try_from(format!("W/{}", self.etag)) {
            headers.insert(ETAG, etag);
        }
        if names(request, IF_NONE_MATCH).any(|tag| tag == "*" || tag.trim_start_matches("W/") == self.etag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.mime));
        let [brotli, gzip, identity] = ["br", "gzip", "identity"].map(|coding| weight(request, coding));
        let (coding, body) = if brotli > 0.0 && brotli >= gzip && brotli >= identity {
            ("br", self.brotli)
        } else if gzip > 0.0 && gzip >= identity {
            ("gzip", self.gzip)
        } else {
            return (headers, self.identity).into_response();
        };
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding));
        (headers, body).into_response()
    }
}

/// The weight that `Accept-Encoding` gives a coding (RFC 9110, 12.5.3). One that it doesn't list has that of `*`, or 0.
/// A file without a coding is sent if no other one has a weight, because it is better than an error.
fn weight(request: &HeaderMap, coding: &str) -> f32 {
    let mut any = 0.0;
    for (name, weight) in names(request, ACCEPT_ENCODING).map(weighted) {
        // `x-gzip` is another name of `gzip` (RFC 9110, 8.4.1.3).
        if name.eq_ignore_ascii_case(coding) || coding == "gzip" && name.eq_ignore_ascii_case("x-gzip") {
            return weight;
        }
        if name == "*" {
            any = weight;
        }
    }
    any
}

#[cfg(test)]
mod tests {
    use super::*;

    use axum::http::HeaderName;

    const ASSET: Asset = Asset {
        path: "/",
        mime: "text/html; charset=utf-8",
        etag: "\"abc\"",
        immutable: false,
        identity: b"plain",
        brotli: b"br",
        gzip: b"gz",
    };

    fn request(name: HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn the_encoding_with_the_largest_weight_is_sent_and_the_smallest_of_equals() {
        for (accepted, sent) in [
            ("gzip, deflate, br", Some("br")),
            ("gzip", Some("gzip")),
            ("GZIP;q=0.5, br;q=0", Some("gzip")),
            ("BR;Q=0.5, gzip ; q=0.8", Some("gzip")),
            ("br;q=0.501, gzip;q=0.5", Some("br")),
            ("br;q=0.5, identity", None),
            ("br;q=0.5, identity;q=0.4", Some("br")),
            ("*", Some("br")),
            ("*;q=0.5, gzip", Some("gzip")),
            ("br;q=0, *", Some("gzip")),
            ("x-gzip", Some("gzip")),
            ("br;q=2, gzip", Some("gzip")),
            ("br;q=nan, gzip;q=-1", None),
            ("br;level=9, gzip;q=0.9", Some("br")),
            ("br;q=0, gzip;q=0, identity;q=0", None),
            ("identity", None),
            ("", None),
        ] {
            let response = ASSET.response(&request(ACCEPT_ENCODING, accepted));
            let coding = response.headers().get(CONTENT_ENCODING).map(|coding| coding.to_str().unwrap());
            assert_eq!(coding, sent, "{accepted:?}");
            assert_eq!(response.headers()[CONTENT_TYPE], "text/html; charset=utf-8");
            assert_eq!(response.headers()[VARY], "accept-encoding");
        }
    }

    #[test]
    fn a_file_that_the_client_has_is_not_sent_again() {
        for (known, status) in [
            ("W/\"abc\"", StatusCode::NOT_MODIFIED),
            ("\"old\", \"abc\"", StatusCode::NOT_MODIFIED),
            ("*", StatusCode::NOT_MODIFIED),
            ("\"old\"", StatusCode::OK),
        ] {
            let response = ASSET.response(&request(IF_NONE_MATCH, known));
            assert_eq!(response.status(), status, "{known}");
            assert_eq!(response.headers()[ETAG], "W/\"abc\"");
            assert_eq!(response.headers()[CACHE_CONTROL], "no-cache");
        }
    }

    #[test]
    fn the_page_is_under_a_hundred_and_ten_kibibytes_compressed() {
        let sum: usize = ASSETS.iter().map(|asset| asset.brotli.len()).sum();
        assert!(sum < 110 * 1024, "{sum} bytes");
        assert!(ASSETS.iter().any(|asset| asset.path == "/"));
    }
}
