//! The handshake of a WebSocket (RFC 6455, 4.2, and RFC 9110, 7.8).

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use axum::response::{IntoResponse, Response};
use data_encoding::BASE64;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::list_header::names;

/// The only version of the protocol that was ever finished.
const VERSION: &str = "13";

/// The length of a decoded key, in bytes.
const KEY_LEN: usize = 16;

/// Why a request is no handshake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It asks for no WebSocket.
    NotAsked,
    /// It asks for another version of the protocol, or for none.
    OtherVersion,
    /// It asks in the wrong way.
    Invalid(&'static str),
}

/// Returns the response that accepts a WebSocket.
///
/// # Errors
/// If the request is no valid handshake.
pub(crate) fn accept(request: &Request<Body>) -> Result<Response, Refusal> {
    let headers = request.headers();
    if !has(headers, UPGRADE, "websocket") {
        return Err(Refusal::NotAsked);
    }
    if request.method() != Method::GET {
        return Err(Refusal::Invalid("the method must be GET"));
    }
    if request.version() < Version::HTTP_11 {
        return Err(Refusal::Invalid("the version of HTTP must be 1.1"));
    }
    if !has(headers, CONNECTION, "upgrade") {
        return Err(Refusal::Invalid("the Connection header must contain \"Upgrade\""));
    }
    if only(headers, SEC_WEBSOCKET_VERSION).is_none_or(|version| version.as_bytes() != VERSION.as_bytes()) {
        return Err(Refusal::OtherVersion);
    }
    let key = only(headers, SEC_WEBSOCKET_KEY)
        .map(HeaderValue::as_bytes)
        .filter(|key| BASE64.decode(key).is_ok_and(|key| key.len() == KEY_LEN))
        .ok_or(Refusal::Invalid("there must be one Sec-WebSocket-Key, and it must be 16 bytes in base64"))?;
    let headers =
        [(CONNECTION, "upgrade"), (UPGRADE, "websocket"), (SEC_WEBSOCKET_ACCEPT, &derive_accept_key(key))];
    Ok((StatusCode::SWITCHING_PROTOCOLS, headers).into_response())
}

/// Whether a list header contains this name. Case doesn't matter.
fn has(headers: &HeaderMap, header: HeaderName, wanted: &str) -> bool {
    names(headers, header).any(|name| name.eq_ignore_ascii_case(wanted))
}

/// The value of a header that occurs once.
fn only(headers: &HeaderMap, header: HeaderName) -> Option<&HeaderValue> {
    let mut values = headers.get_all(header).into_iter();
    values.next().filter(|_| values.next().is_none())
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        // A server that asks for another protocol names it, and says so for this connection only.
        let asks = [(CONNECTION, "upgrade"), (UPGRADE, "websocket")];
        match self {
            Self::NotAsked => {
                let advice = "this is a WebSocket; use a WebSocket client, or open the page at /\n";
                (StatusCode::UPGRADE_REQUIRED, asks, advice).into_response()
            }
            Self::OtherVersion => {
                let advice = "invalid WebSocket handshake: Sec-WebSocket-Version must be 13\n";
                let version = [(SEC_WEBSOCKET_VERSION, VERSION)];
                (StatusCode::UPGRADE_REQUIRED, asks, version, advice).into_response()
            }
            Self::Invalid(reason) => {
                let text = format!("invalid WebSocket handshake: {reason}\n");
                (StatusCode::BAD_REQUEST, text).into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

    /// A valid handshake without the header called `without`, and with these headers besides.
    fn ask(without: &str, with: &[(&str, &str)]) -> Result<Response, Refusal> {
        let valid = [
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", KEY),
        ];
        let kept = valid.iter().filter(|(name, _)| *name != without);
        let request = kept
            .chain(with)
            .fold(Request::get("/ws"), |request, (name, value)| request.header(*name, *value));
        accept(&request.body(Body::empty()).unwrap())
    }

    #[test]
    fn the_example_of_the_rfc_is_accepted() {
        let response = ask("", &[]).unwrap();
        assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
        assert_eq!(response.headers()[SEC_WEBSOCKET_ACCEPT], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn lists_may_have_other_elements_and_several_lines() {
        for (header, values) in [
            ("connection", &["keep-alive, Upgrade"][..]),
            ("connection", &["keep-alive", "upgrade"]),
            ("connection", &["keep-alive,\tUPGRADE"]),
            ("upgrade", &["h2c, websocket"]),
            ("upgrade", &["h2c", "WebSocket"]),
        ] {
            let with: Vec<(&str, &str)> = values.iter().map(|value| (header, *value)).collect();
            assert!(ask(header, &with).is_ok(), "{with:?}");
        }
    }

    #[test]
    fn what_is_not_a_handshake_is_refused() {
        for (without, with, refusal) in [
            ("upgrade", None, Some(Refusal::NotAsked)),
            ("upgrade", Some("h2c"), Some(Refusal::NotAsked)),
            ("connection", None, None),
            ("connection", Some("keep-alive"), None),
            ("connection", Some("upgrade-insecure"), None),
            ("sec-websocket-version", None, Some(Refusal::OtherVersion)),
            ("sec-websocket-version", Some("12"), Some(Refusal::OtherVersion)),
            ("", Some("13"), None),
            ("sec-websocket-key", None, None),
            ("sec-websocket-key", Some(""), None),
            ("sec-websocket-key", Some("c2hvcnQ="), None),
            ("sec-websocket-key", Some("dGhlIHNhbXBsZSBub25jZQ"), None),
            ("sec-websocket-key", Some("dGhlIHNhbXBsZSBub25jZSE="), None),
            ("sec-websocket-key", Some("not base64, 24 letters!!"), None),
        ] {
            let name = if without.is_empty() { "sec-websocket-key" } else { without };
            let with: Vec<(&str, &str)> = with.into_iter().map(|value| (name, value)).collect();
            let refused = ask(without, &with).unwrap_err();
            match refusal {
                Some(refusal) => assert_eq!(refused, refusal, "{with:?}"),
                None => assert!(matches!(refused, Refusal::Invalid(_)), "{with:?}: {refused:?}"),
            }
        }
    }

    #[test]
    fn two_keys_and_two_versions_are_refused() {
        assert!(matches!(ask("", &[("sec-websocket-key", KEY)]), Err(Refusal::Invalid(_))));
        assert_eq!(ask("", &[("sec-websocket-version", "13")]).unwrap_err(), Refusal::OtherVersion);
    }

    #[test]
    fn a_wrong_version_is_told_the_right_one() {
        let response = Refusal::OtherVersion.into_response();
        assert_eq!(response.status(), StatusCode::UPGRADE_REQUIRED);
        assert_eq!(response.headers()[SEC_WEBSOCKET_VERSION], "13");
        assert_eq!(response.headers()[CONNECTION], "upgrade");
        assert_eq!(response.headers()[UPGRADE], "websocket");
    }
}
