//! Why a server refused a WebSocket or a request, and what to do about it.

use std::io;

use rustls::{CertificateError, Error as Tls};
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::http::header::CONTENT_TYPE;
use tokio_tungstenite::tungstenite::http::{HeaderMap, StatusCode};

use crate::error::reason;
use crate::show;

/// The advice if the peer doesn't seem to be a WebSocket server.
pub(super) const NOT_A_WEB_SOCKET: &str = "check that it is a WebSocket server";

/// How much of a server's explanation is shown, in characters.
const EXPLANATION: usize = 200;

/// Why the handshake failed, and what to do.
pub(super) fn reason_and_advice(error: &tungstenite::Error) -> (String, &'static str) {
    match error {
        tungstenite::Error::Http(response) => {
            let status = response.status();
            let body = response.body().as_deref().unwrap_or_default();
            let why = explanation(response.headers(), body).map(|why| format!(": {why}")).unwrap_or_default();
            (format!("it answered {status}{why}"), advice_on_status(status))
        }
        tungstenite::Error::Io(error) => {
            let (reason, advice) = on_connection(error, "it doesn't speak TLS; use ws:// instead");
            (reason, advice.unwrap_or(NOT_A_WEB_SOCKET))
        }
        error => (error.to_string(), NOT_A_WEB_SOCKET),
    }
}

/// Why a connection broke before the answer came. What to do is known if it's about TLS. `plain` is the advice if the
/// peer doesn't speak it.
pub(crate) fn on_connection(error: &io::Error, plain: &'static str) -> (String, Option<&'static str>) {
    let advice = match error.get_ref().and_then(|inner| inner.downcast_ref()) {
        Some(Tls::InvalidCertificate(error)) => Some(advice_on_certificate(error)),
        Some(Tls::InvalidMessage(_)) => Some(plain),
        _ if error.kind() == io::ErrorKind::NotFound => Some("set SSL_CERT_FILE to a file of certificates"),
        _ => None,
    };
    (reason(error), advice)
}

/// Returns the first line of a response's body, if it is plain text.
pub(crate) fn explanation(headers: &HeaderMap, body: &[u8]) -> Option<String> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let line = body.split(|byte| *byte == b'\n').next()?.trim_ascii();
    if !kind.starts_with("text/plain") || line.is_empty() {
        return None;
    }
    Some(show::escaped(line).chars().take(EXPLANATION).collect())
}

fn advice_on_status(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "correct the address",
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "the server must allow this",
        StatusCode::TOO_MANY_REQUESTS => "try again later",
        _ if status.is_server_error() => "see the server's log, or try again later",
        _ => "check the path; the bridge is at /ws",
    }
}

fn advice_on_certificate(error: &CertificateError) -> &'static str {
    use CertificateError as E;
    match error {
        E::Expired | E::ExpiredContext { .. } => {
            "renew the server's certificate, unless this computer's clock is wrong"
        }
        E::NotValidYet | E::NotValidYetContext { .. } => "check this computer's clock",
        E::NotValidForName | E::NotValidForNameContext { .. } => "use a host name that the certificate has",
        // An authority of the same name has another key.
        E::UnknownIssuer | E::BadSignature => "set SSL_CERT_FILE to a file with its authority's certificate",
        _ => "replace the server's certificate",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio_tungstenite::tungstenite::http::Response;

    fn refused(status: u16, kind: &str, body: &str) -> String {
        let response = Response::builder().status(status).header(CONTENT_TYPE, kind);
        let response = response.body(Some(body.as_bytes().to_vec())).unwrap();
        let (reason, advice) = reason_and_advice(&tungstenite::Error::Http(response.into()));
        format!("{reason}; {advice}")
    }

    #[test]
    fn a_refusal_shows_the_servers_explanation() {
        let plain = "text/plain; charset=utf-8";
        for (status, kind, body, said) in [
            (
                400,
                plain,
                "unknown setting\n",
                "it answered 400 Bad Request: unknown setting; correct the address",
            ),
            (404, plain, "", "it answered 404 Not Found; check the path; the bridge is at /ws"),
            (200, "text/html", "<!doctype html>", "it answered 200 OK; check the path; the bridge is at /ws"),
            (
                403,
                plain,
                "no \x1b[5mentry",
                "it answered 403 Forbidden: no \\x1b[5mentry; the server must allow this",
            ),
        ] {
            assert_eq!(refused(status, kind, body), said);
        }
        assert!(refused(500, plain, &"x".repeat(100_000)).len() < 300);
    }

    #[test]
    fn advice_on_a_certificate_is_about_what_is_wrong_with_it() {
        for (error, named) in [
            (CertificateError::Expired, "renew"),
            (CertificateError::NotValidYet, "clock"),
            (CertificateError::NotValidForName, "host name"),
            (CertificateError::UnknownIssuer, "SSL_CERT_FILE"),
            (CertificateError::Revoked, "replace"),
        ] {
            let error = io::Error::new(io::ErrorKind::InvalidData, Tls::InvalidCertificate(error));
            let (_, advice) = reason_and_advice(&tungstenite::Error::Io(error));
            assert!(advice.contains(named), "{advice}");
        }
    }
}
