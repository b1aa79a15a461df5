//! The page's policy and the origin check, as a real browser enforces them.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::Server;
use crate::support::browser::Browser;
use crate::support::page::Page;

#[tokio::test]
async fn received_bytes_are_only_ever_text() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("<img src=x onerror=document.title='owned'><script>document.title='owned'</script>").await;
    page.shows_reply("<img src=x onerror=").await;
    assert_eq!(page.count("#log img, #log script").await, 0);
    assert_ne!(page.browser.eval("return document.title").await, "owned");
}

#[tokio::test]
async fn the_page_works_under_its_strict_policy_with_an_empty_console() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("hello").await;
    page.shows_reply("hello").await;
    assert_eq!(page.browser.console().await, [""; 0]);
    // The page has its own process, so its clock has a resolution of 5 µs.
    assert_eq!(page.browser.eval("return crossOriginIsolated").await, true);
}

#[tokio::test]
async fn what_the_policy_forbids_is_blocked() {
    let server = Server::start(&[]).await;
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let page = Page::connected(server.http).await;
    for (attempt, directive) in [
        (
            "const it = document.createElement('script'); it.text = 'owned = 1'; document.body.append(it)",
            "script-src-elem",
        ),
        ("add('<button onclick=\"owned = 1\">')", "script-src-attr"),
        ("setTimeout('owned = 1')", "script-src"),
        ("add('<p style=\"color: red\">')", "style-src-attr"),
        ("add('<img src=//ELSEWHERE>')", "img-src"),
        ("add('<iframe src=//ELSEWHERE>')", "frame-src"),
        ("add('<base href=//ELSEWHERE>')", "base-uri"),
        ("new WebSocket('ws://ELSEWHERE')", "connect-src"),
        ("fetch('//ELSEWHERE').catch(() => {})", "connect-src"),
    ] {
        let attempt = attempt.replace("ELSEWHERE", &elsewhere.local_addr().unwrap().to_string());
        let watched = format!(
            "return new Promise(done => {{
                 const seen = event => done(event.effectiveDirective);
                 document.addEventListener('securitypolicyviolation', seen, {{once: true}});
                 const add = html => document.body.insertAdjacentHTML('beforeend', html);
                 try {{ {attempt} }} catch {{}}
             }})"
        );
        let violated = page.browser.eval(&watched).await;
        assert_eq!(violated, directive, "{attempt}");
    }
    assert_eq!(page.browser.eval("return typeof owned").await, "undefined");
}

/// Serves an empty page, like another program on this computer.
async fn another_programs_page() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let page = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 0\r\n\r\n";
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(page.as_bytes()).await;
        }
    });
    at
}

#[tokio::test]
async fn other_sites_pages_cannot_open_the_websocket_unless_allowed() {
    let theirs = another_programs_page().await;
    let origin = format!("http://{theirs}");
    let mut strict = Server::start(&[]).await;
    let lenient = Server::start(&["--allow-origin", &origin]).await;
    let browser = Browser::open(&format!("{origin}/")).await;
    for (server, outcome) in [(&strict, "close"), (&lenient, "open")] {
        let attempt = format!(
            "return new Promise(done => {{
                 const socket = new WebSocket('ws://{}/ws');
                 socket.onopen = socket.onclose = event => done(event.type);
             }})",
            server.http
        );
        assert_eq!(browser.eval(&attempt).await, outcome);
    }
    strict.logged(&["request refused", &origin]).await;
}
