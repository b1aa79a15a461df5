//! `/api/format`: whether a stamp format is valid, and what its stamps look like.

use std::net::SocketAddr;

use crate::support::{Server, http};

/// Asks with this query. Returns the status and the text.
async fn ask(server: SocketAddr, query: &str) -> (u16, String) {
    let response = http::get(server, &format!("/api/format{query}"), &[]).await;
    (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
}

#[tokio::test]
async fn a_valid_format_is_answered_with_a_stamp() {
    let server = Server::start(&[]).await;
    for (query, pattern) in [("?format=%25H:%25M", "%H:%M"), ("", "%a %b %e %H:%M:%S %Y")] {
        let (status, stamp) = ask(server.http, query).await;
        assert_eq!(status, 200, "{stamp}");
        let mut parsed = chrono::format::Parsed::new();
        let items = chrono::format::StrftimeItems::new(pattern);
        chrono::format::parse(&mut parsed, stamp.trim_end(), items).expect(&stamp);
        assert!(stamp.ends_with('\n'), "{stamp:?}");
    }
    let response = http::get(server.http, "/api/format?format=unix", &[]).await;
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
}

#[tokio::test]
async fn an_invalid_format_is_answered_with_the_reason_that_the_websocket_gives() {
    let server = Server::start(&[]).await;
    for query in ["?format=unics", "?format=", "?format=%25Q", "?stamp=unix", "?format=unix&format=unix"] {
        let (status, reason) = ask(server.http, query).await;
        let handshake = http::get(server.http, &format!("/ws{query}"), &http::HANDSHAKE).await;
        assert_eq!((status, handshake.status().as_u16()), (400, 400), "{query}: {reason}");
        assert_eq!(reason.as_bytes(), handshake.body(), "{query}");
    }
    assert!(ask(server.http, "?format=unics").await.1.starts_with("invalid stamp format \"unics\": "));
}

#[tokio::test]
async fn a_service_elsewhere_has_its_own_format() {
    let server = Server::start(&["--upstream", "127.0.0.1:9"]).await;
    let (status, reason) = ask(server.http, "?format=unix").await;
    assert_eq!(status, 400);
    assert!(reason.starts_with("the service at 127.0.0.1:9 has its own settings"), "{reason}");
    assert_eq!(ask(server.http, "").await, (404, "the service at 127.0.0.1:9 has its own format\n".into()));
}

#[tokio::test]
async fn other_sites_are_refused() {
    let server = Server::start(&[]).await;
    let response =
        http::get(server.http, "/api/format?format=%25H", &[("origin", "https://evil.example")]).await;
    assert_eq!(response.status(), 403);
}
