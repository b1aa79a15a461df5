//! A small HTTP client, for the page and for chromedriver.

use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::HOST;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::soon;

/// The headers of a WebSocket handshake, with the key from RFC 6455's example.
pub(crate) const HANDSHAKE: [(&str, &str); 4] = [
    ("connection", "upgrade"),
    ("upgrade", "websocket"),
    ("sec-websocket-version", "13"),
    ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
];

/// Sends one request on its own connection. The URI of the request is its path. Without a `Host` header, it
/// gets the address that it is sent to.
pub(crate) async fn send(to: SocketAddr, mut request: Request<String>) -> Response<Bytes> {
    request.headers_mut().entry(HOST).or_insert(to.to_string().parse().unwrap());
    let stream = soon("connecting", TcpStream::connect(to)).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    let driver = tokio::spawn(connection);
    let response =
        soon("an answer", sender.send_request(request.map(|body| Full::new(Bytes::from(body))))).await;
    let (head, body) = response.unwrap().into_parts();
    let body = soon("a body", body.collect()).await.unwrap().to_bytes();
    driver.abort();
    Response::from_parts(head, body)
}

/// Fetches a path, with these headers.
pub(crate) async fn get(from: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
    let request =
        headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    send(from, request.body(String::new()).unwrap()).await
}
