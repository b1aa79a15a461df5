//! Requests events over HTTP, with or without TLS.

use std::error::Error as _;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::handshake;
use hyper::header::CONTENT_TYPE;
use hyper::{Response, StatusCode};
use hyper_util::rt::TokioIo;
use rustix::net::sockopt;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::request::Request;
use crate::error::{Error, reason};
use crate::link::{dial, refusal};

/// The advice if the server doesn't seem to be one.
pub(super) const NOT_A_SERVER: &str = "check that it is the HTTP address of a Wirestamp server";

/// How much of a refusal's explanation is read, in bytes.
const EXPLANATION_MAX: usize = 4096;

/// How long to wait for it. The status says most.
const EXPLANATION_TIMEOUT: Duration = Duration::from_secs(1);

/// How long a connection is quiet before the server's computer is asked whether it's still there, and how long it may
/// then take to answer. A server that lost its power doesn't say so.
const QUIET: Duration = Duration::from_secs(10);

/// Requests events, and returns the response once its head has come. An answer other than 200 is an error.
///
/// # Errors
/// [`Error::Resolve`], [`Error::Reach`], or [`Error::Refused`] if trying again is pointless.
pub(super) async fn get(request: &Request) -> Result<Response<Incoming>, Error> {
    let target = request.site.to_string();
    let (stream, _peer) = dial::tcp(&target, &request.site.host, request.site.port, Some(QUIET)).await?;
    // Without it, a lost server is noticed later.
    let _ = keep_alive(&stream);
    let answer = async {
        if request.site.is_tls {
            ask(with_tls(stream, &request.site.host).await?, request).await
        } else {
            ask(stream, request).await
        }
    };
    match timeout(dial::CONNECT_TIMEOUT, answer).await {
        Ok(Ok(response)) => Ok(response),
        Ok(Err(Failure { reason, advice, is_final: true })) => Err(Error::Refused { target, reason, advice }),
        Ok(Err(Failure { reason, advice, .. })) => Err(Error::Reach { target, reason, advice }),
        Err(_late) => Err(Error::Reach { target, reason: "no answer in 5 s".into(), advice: NOT_A_SERVER }),
    }
}

/// Why a request failed, and what to do.
struct Failure {
    reason: String,
    advice: &'static str,
    /// Whether the next one would fail too.
    is_final: bool,
}

fn failure(error: &io::Error) -> Failure {
    let (reason, advice) = refusal::on_connection(error, "it doesn't speak TLS; use http:// instead");
    Failure { reason, advice: advice.unwrap_or(NOT_A_SERVER), is_final: false }
}

fn keep_alive(stream: &TcpStream) -> rustix::io::Result<()> {
    sockopt::set_tcp_keepidle(stream, QUIET)?;
    sockopt::set_tcp_keepintvl(stream, QUIET / 4)?;
    sockopt::set_socket_keepalive(stream, true)
}

/// Performs the TLS handshake. The system's certificates are trusted, or those that SSL_CERT_FILE names.
async fn with_tls(
    stream: TcpStream,
    host: &str,
) -> Result<tokio_rustls::client::TlsStream<TcpStream>, Failure> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let error = io::Error::new(io::ErrorKind::NotFound, "no certificates of authorities were found");
        return Err(failure(&error));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| failure(&io::Error::other(error)))?;
    let config = config.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| failure(&io::Error::other(error)))?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(|error| failure(&error))
}

async fn ask(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    request: &Request,
) -> Result<Response<Incoming>, Failure> {
    let failed =
        |error: &hyper::Error| Failure { reason: told_by(error), advice: NOT_A_SERVER, is_final: false };
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
    // It ends with the response. What goes wrong is told there too.
    tokio::spawn(connection);
    let head = request.head().body(Empty::<Bytes>::new()).map_err(|error| Failure {
        reason: error.to_string(),
        advice: "correct the address",
        is_final: true,
    })?;
    let response = sender.send_request(head).await.map_err(|error| failed(&error))?;
    if response.status() == StatusCode::OK && !is_page(&response) {
        return Ok(response);
    }
    Err(refused(response, request.authorization.is_some()).await)
}

/// Returns whether a response is a web page, as some servers have for any address.
fn is_page(response: &Response<Incoming>) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

async fn refused(response: Response<Incoming>, had_token: bool) -> Failure {
    let is_temporary =
        response.status() == StatusCode::TOO_MANY_REQUESTS || response.status().is_server_error();
    let advice = advice_on(response.status(), had_token);
    let reason = match response.status() {
        StatusCode::OK => "it answered with a web page".into(),
        status => {
            let why = explanation(response).await.map(|why| format!(": {why}")).unwrap_or_default();
            format!("it answered {status}{why}")
        }
    };
    Failure { reason, advice, is_final: !is_temporary }
}

/// Reads the first line of a refusal.
async fn explanation(response: Response<Incoming>) -> Option<String> {
    let (head, mut body) = response.into_parts();
    let mut text = Vec::new();
    let reading = async {
        while text.len() < EXPLANATION_MAX
            && !text.contains(&b'\n')
            && let Some(Ok(frame)) = body.frame().await
        {
            text.extend_from_slice(frame.data_ref().map_or(&[], |bytes| bytes));
        }
    };
    // What has come by then will do.
    let _ = timeout(EXPLANATION_TIMEOUT, reading).await;
    refusal::explanation(&head.headers, &text)
}

fn advice_on(status: StatusCode, had_token: bool) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "correct the flags",
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN if had_token => {
            "check the token, and what the server allows"
        }
        StatusCode::UNAUTHORIZED => "give the server's token with --token-file",
        StatusCode::FORBIDDEN => {
            "the server must allow this; give its token, if it has one, with --token-file"
        }
        StatusCode::TOO_MANY_REQUESTS => "try again later",
        _ if status.is_server_error() => "see the server's log, or try again later",
        _ => NOT_A_SERVER,
    }
}

/// Returns why a connection or a response broke.
pub(super) fn told_by(error: &hyper::Error) -> String {
    if error.is_incomplete_message() {
        return "it closed the connection".into();
    }
    let mut cause = error.source();
    while let Some(inner) = cause {
        match inner.downcast_ref::<io::Error>() {
            Some(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return "it closed the connection".into();
            }
            Some(error) => return reason(error),
            None => cause = inner.source(),
        }
    }
    error.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_server_that_vanished_is_noticed_while_nothing_happens() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        keep_alive(&stream).unwrap();
        assert!(sockopt::socket_keepalive(&stream).unwrap());
        assert_eq!(sockopt::tcp_keepidle(&stream).unwrap(), QUIET);
    }

    #[test]
    fn advice_on_a_refusal_depends_on_whether_there_was_a_token() {
        let advice = |status, had_token| advice_on(StatusCode::from_u16(status).unwrap(), had_token);
        for status in [401, 403] {
            assert!(advice(status, false).contains("--token-file"));
            assert!(advice(status, true).starts_with("check the token"));
        }
        assert_eq!(advice(404, false), NOT_A_SERVER);
    }
}
