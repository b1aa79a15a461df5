//! The server's metrics, as Prometheus reads them.

use std::net::SocketAddr;

use super::{http, soon};

/// Everything at `/metrics`.
pub(crate) async fn shown(at: SocketAddr) -> String {
    let response = http::get(at, "/metrics", &[]).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4");
    String::from_utf8(response.body().to_vec()).unwrap()
}

/// The value of a series, such as `wirestamp_sent_bytes_total{transport="tcp"}`.
pub(crate) async fn value(at: SocketAddr, series: &str) -> u64 {
    let shown = shown(at).await;
    let value = shown.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    value.unwrap_or_else(|| panic!("no {series} in {shown}")).parse().unwrap()
}

/// Waits until this line is there: a reply may arrive before the server has counted it.
pub(crate) async fn shows(at: SocketAddr, line: &str) {
    soon(line, async { while !shown(at).await.lines().any(|shown| shown == line) {} }).await;
}

/// Waits until a series stays the same for ten scrapes.
pub(crate) async fn steady(http: SocketAddr, series: &str) {
    let (mut last, mut same) = (0, 0);
    while same < 10 {
        let now = value(http, series).await;
        same = if now == last { same + 1 } else { 0 };
        last = now;
    }
}
