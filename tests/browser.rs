//! The page in a real Chromium, found and used as a person would: by roles, names and keys.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::Server;
use crate::support::burst::longest_frame;
use crate::support::chromium::{Browser, DOWN, ENTER, UP};
use crate::support::page::Page;

#[tokio::test]
async fn type_enter_and_see_the_stamped_reply_with_its_round_trip() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    let focused = page.browser.focused().await;
    assert_eq!(page.browser.name(&focused).await, "Message");

    // Just typing, with no click before: the box has the focus.
    page.browser.keys(&focused, &format!("hello{ENTER}")).await;
    page.shows_reply("hello").await;
    page.browser.until(&page.log, r"/\d ms/.test(element.innerText)").await;
    assert_eq!(page.browser.value(&page.message).await, "", "the box is ready for the next");

    page.browser.keys(&page.message, "by the button").await;
    page.browser.click(&page.send).await;
    page.shows_reply("by the button").await;
    let focused = page.browser.focused().await;
    assert_eq!(page.browser.name(&focused).await, "Message", "the focus is back in the box");
}

#[tokio::test]
async fn an_empty_line_is_a_message_too() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("").await;
    page.browser.until(&page.log, "element.querySelectorAll('[data-state=answered]').length === 1").await;
}

#[tokio::test]
async fn up_and_down_walk_the_history() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("first").await;
    page.enter("second").await;
    page.browser.keys(&page.message, "draft").await;
    for (key, shown) in [(UP, "second"), (UP, "first"), (UP, "first"), (DOWN, "second"), (DOWN, "draft")] {
        page.browser.keys(&page.message, key).await;
        assert_eq!(page.browser.value(&page.message).await, shown);
    }
}

#[tokio::test]
async fn a_server_that_stops_is_seen_and_found_again_when_it_is_back() {
    let server = Server::start(&[]).await;
    let (tcp, http) = (server.tcp.to_string(), server.http);
    let page = Page::connected(http).await;
    page.enter("before").await;
    page.shows_reply("before").await;

    assert_eq!(server.stop().await, Some(0));
    page.browser.until(&page.connection, r"/reconnecting in \d+ s/.test(element.innerText)").await;
    page.shows_connection("1001").await;

    let server = Server::start_at(&tcp, &http.to_string(), &[]).await;
    page.shows_connection("Connected").await;
    page.enter("after").await;
    page.shows_reply("after").await;
    assert_eq!(server.stop().await, Some(0));
}

#[tokio::test]
async fn connect_and_disconnect_by_hand() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.browser.click(&page.browser.find("button", "Disconnect").await).await;
    page.shows_connection("Disconnected by you").await;

    // What is typed meanwhile is kept, and goes out when the connection is back.
    page.enter("kept").await;
    assert_eq!(page.browser.value(&page.message).await, "kept");
    page.browser.click(&page.browser.find("button", "Connect").await).await;
    page.shows_connection("Connected").await;
    page.enter("").await;
    page.shows_reply("kept").await;
}

#[tokio::test]
async fn a_service_that_cannot_be_reached_is_named() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().to_string();
    let server = Server::start(&["--upstream", &nobody]).await;
    let page = Page::open(server.http).await;
    page.shows_connection(&format!("cannot reach the timestamp service at {nobody}: connection refused"))
        .await;
    page.shows_connection("reconnecting in").await;
}

#[tokio::test]
async fn what_was_received_is_only_ever_text() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("<img src=x onerror=document.title='owned'><script>document.title='owned'</script>").await;
    page.shows_reply("<img src=x onerror=").await;
    assert_eq!(page.count("#log img, #log script").await, 0);
    assert_ne!(page.browser.eval("return document.title").await, "owned");
}

#[tokio::test]
async fn ten_thousand_exchanges_do_not_freeze_it() {
    let server = Server::start(&[]).await;
    let page = Page::of(Browser::open_alone(&format!("http://{}/", server.http)).await).await;
    page.shows_connection("Connected").await;
    let longest = longest_frame(&page.browser, &page.send, &page.log).await;
    page.shows_reply("line 9999").await;
    assert!(longest < 1000.0, "a frame took {longest} ms");
    page.enter("still here").await;
    page.shows_reply("still here").await;
}

#[tokio::test]
async fn it_fits_a_phone_and_a_wall_in_both_schemes() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter(&"a long line without an end ".repeat(40)).await;
    page.shows_reply("a long line").await;
    let mut backgrounds = Vec::new();
    for scheme in ["light", "dark"] {
        for width in [360, 800, 1600] {
            page.browser.show(width, scheme).await;
            let sizes = "const {scrollWidth, clientWidth} = document.documentElement;
                         return [scrollWidth, clientWidth];";
            let sizes = page.browser.eval(sizes).await;
            assert_eq!(sizes[0], sizes[1], "it scrolls sideways at {width} px");
            assert_eq!(sizes[1], width);
        }
        let background = "return getComputedStyle(document.body).backgroundColor";
        backgrounds.push(page.browser.eval(background).await);
    }
    assert_ne!(backgrounds[0], backgrounds[1]);
}

#[tokio::test]
async fn without_webassembly_the_page_says_how_to_reach_the_service() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    // The page as it is before its wasm runs: what a browser without it shows.
    let html = "const html = await (await fetch('/')).text();
                const page = new DOMParser().parseFromString(html, 'text/html');
                return page.querySelector('#fallback').textContent;";
    let said = page.browser.eval(&format!("return (async () => {{ {html} }})()")).await;
    assert!(said.as_str().unwrap().contains("nc localhost 21567"), "{said}");
    assert_eq!(page.count("#fallback").await, 0, "and once it runs, that is gone");
}

#[tokio::test]
async fn the_page_works_under_its_strict_policy_without_a_word_in_the_console() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("hello").await;
    page.shows_reply("hello").await;
    assert_eq!(page.browser.console().await, [""; 0]);
    // Nobody else's page shares its process, and round trips are taken in steps of 5 µs.
    assert_eq!(page.browser.eval("return crossOriginIsolated").await, true);
}

#[tokio::test]
async fn what_the_policy_forbids_does_not_happen() {
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

/// Serves an empty page to whoever asks, as another program on this computer might.
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
async fn other_peoples_pages_cannot_open_the_websocket_unless_they_are_let_in() {
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
    strict.logged(&["not let in", &origin]).await;
}
