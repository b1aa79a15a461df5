//! Which HTTP requests are refused, the security headers of every response, and oversized requests.

use std::net::SocketAddr;

use hyper::Response;
use hyper::body::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{Server, http, soon};

/// Requests a WebSocket, with these additional headers.
async fn ask(server: SocketAddr, headers: &[(&str, &str)]) -> Response<Bytes> {
    http::get(server, "/ws", &[&http::HANDSHAKE, headers].concat()).await
}

/// Requests a WebSocket and returns the status and the body of the response.
async fn answer(server: SocketAddr, headers: &[(&str, &str)]) -> (u16, String) {
    let response = ask(server, headers).await;
    (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
}

/// Sends these bytes, and reads until the server closes the connection.
async fn raw(server: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = soon("connecting", TcpStream::connect(server)).await.unwrap();
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut said = Vec::new();
    let _ = soon("the end", stream.read_to_end(&mut said)).await;
    String::from_utf8(said).unwrap()
}

#[tokio::test]
async fn the_servers_own_pages_and_programs_may_open_the_websocket() {
    let server = Server::start(&[]).await;
    let own = format!("http://{}", server.http);
    let proxied = own.replace("http:", "https:");
    assert_eq!(answer(server.http, &[]).await.0, 101);
    for origin in [&own, &proxied] {
        assert_eq!(answer(server.http, &[("origin", origin)]).await.0, 101, "{origin}");
    }
}

#[tokio::test]
async fn other_sites_pages_may_not_and_are_told_why() {
    let server = Server::start(&[]).await;
    for (origin, reason) in [
        ("https://evil.example", "start the server with --allow-origin https://evil.example\n"),
        ("http://127.0.0.1:1", "--allow-origin http://127.0.0.1:1\n"),
        ("null", "invalid origin \"null\"; open the page from this server itself"),
    ] {
        let (status, said) = answer(server.http, &[("origin", origin)]).await;
        assert_eq!(status, 403, "{origin}");
        assert!(said.contains(reason), "{said}");
    }
}

#[tokio::test]
async fn an_origin_can_be_allowed_by_flag_and_by_environment() {
    let by_flag = Server::start(&["--allow-origin", "https://a.example"]).await;
    assert_eq!(answer(by_flag.http, &[("origin", "https://A.example:443")]).await.0, 101);
    assert_eq!(answer(by_flag.http, &[("origin", "https://b.example")]).await.0, 403);

    let any = "127.0.0.1:0";
    let mut command =
        crate::support::server::wirestamp(&["serve", "--tcp", any, "--udp", "off", "--http", any]);
    command.env("WIRESTAMP_ALLOW_ORIGIN", "https://a.example,https://b.example:1");
    command.env("WIRESTAMP_ALLOW_HOST", "a.example,b.example");
    let by_environment = Server::started_by(command).await;
    for headers in [
        [("origin", "https://a.example"), ("host", "a.example")],
        [("origin", "https://b.example:1"), ("host", "b.example")],
    ] {
        assert_eq!(answer(by_environment.http, &headers).await.0, 101, "{headers:?}");
    }
}

#[tokio::test]
async fn a_foreign_name_that_resolves_here_is_refused() {
    let server = Server::start(&[]).await;
    let (status, said) = answer(server.http, &[("host", "evil.example:8080")]).await;
    assert_eq!(status, 403);
    assert!(said.contains("the host \"evil.example\""), "{said}");
    assert!(said.ends_with("--allow-host evil.example\n"), "{said}");
    // The origin of such a page is the same as the host that it requests.
    let rebound = [("host", "evil.example:8080"), ("origin", "http://evil.example:8080")];
    assert_eq!(answer(server.http, &rebound).await.0, 403);
    for path in ["/", "/nothing"] {
        assert_eq!(http::get(server.http, path, &[("host", "evil.example")]).await.status(), 403, "{path}");
    }
}

#[tokio::test]
async fn health_checks_may_use_any_name() {
    let server = Server::start(&[]).await;
    for headers in [("host", "10.0.0.7:8080"), ("host", "evil.example"), ("origin", "null")] {
        assert_eq!(http::get(server.http, "/healthz", &[headers]).await.status(), 200, "{headers:?}");
    }
    assert!(raw(server.http, b"GET /healthz HTTP/1.0\r\n\r\n").await.ends_with("\r\n\r\nok\n"));
}

#[tokio::test]
async fn a_host_can_be_allowed() {
    let server = Server::start(&["--allow-host", "stamp.example", "--allow-host", "192.0.2.1"]).await;
    for host in ["stamp.example", "Stamp.Example.:443", "192.0.2.1:80"] {
        assert_eq!(answer(server.http, &[("host", host)]).await.0, 101, "{host}");
    }
    let proxied = [("host", "stamp.example"), ("origin", "https://stamp.example")];
    assert_eq!(answer(server.http, &proxied).await.0, 101);
}

#[tokio::test]
async fn a_loopback_server_accepts_every_name_of_loopback_on_any_port() {
    let server = Server::start(&[]).await;
    for host in ["localhost", "LOCALHOST.:1", "127.0.0.1", "127.0.0.1:1", "[::1]:8080"] {
        assert_eq!(answer(server.http, &[("host", host)]).await.0, 101, "{host}");
    }
    assert_eq!(answer(server.http, &[("host", "192.0.2.1")]).await.0, 403);
}

#[tokio::test]
async fn a_server_on_all_addresses_accepts_any_address_of_both_families() {
    let server = Server::start_at("127.0.0.1:0", "[::]:0", &[]).await;
    for reached in ["127.0.0.1", "[::1]"] {
        let at: SocketAddr = format!("{reached}:{}", server.http.port()).parse().unwrap();
        assert_eq!(answer(at, &[("origin", &format!("http://{at}"))]).await.0, 101, "{at}");
        for host in ["192.0.2.1:8080", "[2001:db8::1]", "localhost"] {
            assert_eq!(answer(at, &[("host", host)]).await.0, 101, "{host} at {at}");
        }
        assert_eq!(answer(at, &[("host", "evil.example")]).await.0, 403);
    }
}

#[tokio::test]
async fn a_request_without_exactly_one_valid_host_is_a_bad_request() {
    let server = Server::start(&[]).await;
    for (head, said) in [
        ("GET / HTTP/1.1\r\n", "one Host header"),
        ("GET / HTTP/1.0\r\n", "one Host header"),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n", "one Host header"),
        ("GET / HTTP/1.1\r\nHost: local/host\r\n", "invalid host \"local/host\""),
        ("GET / HTTP/1.1\r\nHost:\r\n", "invalid host \"\""),
    ] {
        let answer = raw(server.http, format!("{head}Connection: close\r\n\r\n").as_bytes()).await;
        assert!(answer.contains(" 400 Bad Request\r\n") && answer.contains(said), "{head}: {answer}");
    }
    // With a target as for a proxy, the host in the target counts.
    let evil = b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(raw(server.http, evil).await.starts_with("HTTP/1.1 403 "));
    let own = b"GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(raw(server.http, own).await.starts_with("HTTP/1.1 200 "));
    let tunnel = b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(raw(server.http, tunnel).await.starts_with("HTTP/1.1 403 "));
}

#[tokio::test]
async fn a_refusal_is_logged_with_its_reason_and_without_control_characters() {
    let mut server = Server::start(&[]).await;
    let head =
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nOrigin: a\tb\u{202e}\u{9b}2J\r\nConnection: close\r\n\r\n";
    let said = raw(server.http, head.as_bytes()).await;
    assert!(said.contains(r#"invalid origin "a\tb\u{202e}\u{9b}2J""#), "{said}");
    let line = server.logged(&["INFO", "request refused"]).await;
    for part in ["peer=127.0.0.1:", r#"host="localhost""#, r#"a\tb\u{202e}\u{9b}2J"#, "invalid origin"] {
        assert!(line.contains(part), "{line}");
    }
    assert!(!line.contains(['\t', '\u{202e}', '\u{9b}']), "{line:?}");
}

#[tokio::test]
async fn every_response_has_strict_security_headers() {
    let server = Server::start(&[]).await;
    let page = http::get(server.http, "/", &[]).await;
    let html = String::from_utf8_lossy(page.body()).into_owned();
    let style = html.split('"').find(|text| text.ends_with(".css")).unwrap().trim_start_matches(['.', '/']);
    let etag = page.headers()["etag"].to_str().unwrap();
    for (status, response) in [
        (200, http::get(server.http, &format!("/{style}"), &[]).await),
        (304, http::get(server.http, "/", &[("if-none-match", etag)]).await),
        (400, http::get(server.http, "/", &[("host", "")]).await),
        (403, http::get(server.http, "/", &[("origin", "null")]).await),
        (404, http::get(server.http, "/nothing", &[]).await),
        (426, http::get(server.http, "/ws", &[]).await),
        (200, http::get(server.http, "/healthz", &[]).await),
        (200, http::get(server.http, "/api/info", &[]).await),
        (101, ask(server.http, &[]).await),
        (200, page),
    ] {
        assert_eq!(response.status(), status);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(response.headers()[name], value, "{status}");
        }
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        let rules: Vec<&str> = policy.split("; ").collect();
        for rule in ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "frame-ancestors 'none'"] {
            assert!(rules.contains(&rule), "{status}: {policy}");
        }
    }
}

#[tokio::test]
async fn a_refusal_is_plain_text() {
    let server = Server::start(&[]).await;
    let refusal = ask(server.http, &[("origin", "https://evil.example")]).await;
    assert_eq!(refusal.headers()["content-type"], "text/plain; charset=utf-8");
}

#[tokio::test]
async fn an_endless_head_and_a_body_are_refused_immediately() {
    let server = Server::start(&[]).await;
    let endless = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}", "x".repeat(64 * 1024));
    assert!(raw(server.http, endless.as_bytes()).await.starts_with("HTTP/1.1 431 "));
    // The body never arrives, and the server must not wait for it.
    let huge = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1099511627776\r\n\r\n";
    let said = raw(server.http, huge).await;
    assert!(said.starts_with("HTTP/1.1 413 ") && said.contains("request bodies are not accepted"), "{said}");
}

#[tokio::test]
async fn what_the_parser_refuses_is_a_status_without_a_body() {
    let server = Server::start(&[]).await;
    // The limit of a whole head is below the one of its target alone, so 414 never occurs.
    let long = "x".repeat(70_000);
    for (request, status) in [
        ("nonsense\r\n\r\n".to_owned(), "400 Bad Request"),
        (format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n\r\n"), "431 Request Header Fields Too Large"),
        (format!("GET / HTTP/1.1\r\nX: {long}\r\n\r\n"), "431 Request Header Fields Too Large"),
    ] {
        let said = raw(server.http, request.as_bytes()).await;
        assert!(said.starts_with(&format!("HTTP/1.1 {status}\r\n")), "{status}: {said}");
        assert!(said.contains("content-length: 0\r\n") && said.ends_with("\r\n\r\n"), "{status}: {said}");
    }
}
