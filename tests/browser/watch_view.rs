//! The second view itself: tabs, keys, filter, pause, tokens, small screens, and accessibility.

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::browser::ENTER;
use crate::support::page::Page;
use crate::support::scratch::Scratch;
use crate::support::{Server, axe};

const ESCAPE: &str = "\u{e00c}";

/// A client that has sent these lines and stays.
async fn client(server: &Server, lines: &[&str]) -> TcpStream {
    let mut client = server.connect().await;
    for line in lines {
        client.write_all(format!("{line}\n").as_bytes()).await.unwrap();
    }
    client
}

async fn title_is(page: &Page, pattern: &str) {
    page.until(&format!("/{pattern}/.test(document.querySelector('#watch-title').innerText)")).await;
}

#[tokio::test]
async fn tabs_keys_and_the_address_choose_the_view() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    let shown = |view: &str, selector: &str| {
        format!(
            "document.querySelector('#view-{view}').getAttribute('aria-selected') === 'true' &&
            document.querySelector('{selector}').checkVisibility()"
        )
    };
    page.until(&shown("send", "#log")).await;
    page.browser.keys(&page.log, "2").await;
    page.until(&shown("watch", "#watch-log")).await;
    assert_eq!(page.eval("return location.hash + document.activeElement.id").await, "#watchwatch-log");
    assert_eq!(page.eval("return document.querySelector('#message').checkVisibility()").await, false);
    let list = page.browser.find("grid", "Messages").await;
    page.browser.keys(&list, "1").await;
    page.until(&shown("send", "#log")).await;
    assert_eq!(page.eval("return location.hash + document.activeElement.id").await, "message");
    page.eval("location.hash = 'watch'").await;
    page.until(&shown("watch", "#watch-log")).await;
    page.browser.reload().await;
    let page = Page { log: page.browser.find("grid", "Messages").await, ..page };
    page.until(&shown("watch", "#watch-log")).await;
    // A setting in the address doesn't lose the view.
    page.choose("theme", "dark").await;
    page.until("location.search + location.hash === '?theme=dark#watch'").await;
    page.browser.click(&page.browser.find("tab", "Send").await).await;
    page.until(&shown("send", "#log")).await;
}

#[tokio::test]
async fn keys_move_open_and_go_back() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    let _client = client(&server, &["one", "two", "{\"three\": 3}"]).await;
    page.lists("three").await;
    let list = page.browser.find("grid", "Messages").await;
    let opens = |n: u32| {
        format!("document.querySelector('#watch-detail-title').innerText.startsWith('Message {n} ')")
    };
    for (keys, message) in [("j", 1), ("jj", 3), ("k", 2), ("\u{e010}", 3)] {
        page.browser.keys(&list, keys).await;
        page.until(&opens(message)).await;
    }
    for (tab, text) in [
        ("JSON", "\"three\": 3"),
        ("Hex", "7b 22 74 68"),
        ("Text", "{\"three\": 3}"),
        ("Anatomy", "one read"),
    ] {
        page.browser.click(&page.browser.find("tab", tab).await).await;
        page.until(&format!("document.querySelector('#watch-panel').innerText.includes({text:?})")).await;
    }
    page.browser.keys(&list, ESCAPE).await;
    page.until("document.querySelector('#watch-side').hidden").await;
    title_is(&page, "^tcp").await;
    page.browser.keys(&list, ENTER).await;
    page.until(&opens(3)).await;
    page.browser.keys(&list, ESCAPE).await;
    page.browser.keys(&list, ESCAPE).await;
    title_is(&page, "^All sessions").await;
}

#[tokio::test]
async fn a_filter_hides_sessions_and_messages() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    let short = client(&server, &["short", "second"]).await;
    let _long = client(&server, &[&"long ".repeat(400)]).await;
    page.lists("short").await;
    page.press("all-sessions").await;
    page.lists("long long").await;
    let rows = "document.querySelectorAll('#watch-rows .row:not([hidden])').length";
    let sessions = "document.querySelectorAll('.session').length";
    let port = short.local_addr().unwrap().port();
    for (query, shown, listed) in [
        (format!("tcp peer:…:{port} short"), 1, 1),
        ("size>1k".to_owned(), 1, 3),
        ("ws".to_owned(), 1, 1),
        ("cut:gap".to_owned(), 0, 3),
        ("\"tcp\"".to_owned(), 0, 3),
    ] {
        page.choose("watch-filter", &query).await;
        page.until(&format!("{rows} === {shown} && {sessions} === {listed}")).await;
    }
    page.choose("watch-filter", "cut:nonsense").await;
    page.until("/cut: needs/.test(document.querySelector('#watch-mistake').innerText)").await;
    page.choose("watch-filter", "hint:cr").await;
    let offered = "return [...document.querySelectorAll('#watch-words option')].map(it => it.value)";
    assert_eq!(page.eval(offered).await, json!(["hint:crlf"]));
}

#[tokio::test]
async fn a_pause_counts_what_is_new() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    let mut talker = client(&server, &["one"]).await;
    page.lists("one").await;
    let list = page.browser.find("grid", "Messages").await;
    page.browser.keys(&list, "p").await;
    page.until("document.querySelector('#watch-jump').innerText === 'Paused'").await;
    talker.write_all(b"two\nthree\n").await.unwrap();
    page.until("document.querySelector('#watch-jump').innerText === 'Paused, 2 new'").await;
    page.press("watch-pause").await;
    page.until("document.querySelector('#watch-jump').hidden").await;
}

#[tokio::test]
async fn copies_are_confirmed_in_this_view_too() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    page.eval("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve() }")
        .await;
    let seen = "document.querySelector('#toast-notice').checkVisibility()
        && document.querySelector('#toast-words').innerText === 'Copied'";
    page.press("watch-copy").await;
    page.until(seen).await;
    assert_eq!(page.eval("return copied").await, format!("nc 127.0.0.1 {}", server.tcp.port()));
    let _client = client(&server, &["hello"]).await;
    page.lists("hello").await;
    page.anatomy().await;
    page.press("watch-tab-hex").await;
    page.eval("document.querySelector('#watch-copies [data-copy=hex]').click()").await;
    page.until("copied === '68 65 6c 6c 6f 0a'").await;
    page.press("view-send").await;
    page.eval("document.querySelector('#toast-notice').hidden = false").await;
    page.until("document.querySelector('#toast-notice').checkVisibility()").await;
}

#[tokio::test]
async fn received_bytes_are_only_ever_text() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    let hostile = "<img src=x onerror=document.title='owned'>\u{202e}\u{1b}[31m";
    let _client = client(&server, &[hostile]).await;
    page.lists(r"<img src=x.*\\u\{202e\}.*\\x1b").await;
    let words = page.anatomy().await;
    assert!(words.contains("one read"), "{words}");
    for tab in ["watch-tab-text", "watch-tab-hex"] {
        page.press(tab).await;
        page.until(
            "document.querySelector('#watch-panel').innerText.includes('<img')
            || document.querySelector('#watch-panel').innerText.includes('3c 69')",
        )
        .await;
    }
    assert_eq!(page.count("#watch img, #watch script").await, 0);
    assert_ne!(page.eval("return document.title").await, "owned");
    assert_eq!(page.browser.console().await, [""; 0]);
}

#[tokio::test]
async fn a_token_is_asked_for_and_kept_for_the_tab() {
    let place = Scratch::new();
    let file = place.0.join("token");
    std::fs::write(&file, "s3cret\n").unwrap();
    let server = Server::start(&["--watch-token", &format!("@{}", file.display())]).await;
    let page = Page::connected(server.http).await;
    page.press("view-watch").await;
    let asks = |words: &str| {
        format!(
            "!document.querySelector('#token-form').hidden
            && document.querySelector('#watch-feed-words').innerText.includes({words:?})"
        )
    };
    page.until(&asks("to those who have its token")).await;
    let token = page.browser.find("textbox", "Token").await;
    page.browser.keys(&token, &format!("wrong{ENTER}")).await;
    page.until(&asks("refused this token")).await;
    page.browser.keys(&token, &format!("s3cret{ENTER}")).await;
    page.until("document.querySelector('#watch').dataset.feed === 'open'").await;
    page.browser.reload().await;
    let page = Page { log: page.browser.find("grid", "Messages").await, ..page };
    page.until("document.querySelector('#watch').dataset.feed === 'open'").await;
    assert_eq!(page.eval("return location.href.includes('s3cret') || localStorage.length").await, 0);
}

#[tokio::test]
async fn where_watching_is_off_the_reason_is_shown() {
    let server = Server::start_at("127.0.0.1:0", "0.0.0.0:0", &[]).await;
    let here = std::net::SocketAddr::from(([127, 0, 0, 1], server.http.port()));
    let page = Page::connected(here).await;
    page.press("view-watch").await;
    page.until(
        "/^Watching is off.*--watch-token/s.test(document.querySelector('#watch-feed-words').innerText)",
    )
    .await;
    assert_eq!(page.eval("return document.querySelector('#token-form').hidden").await, true);
}

/// How many rows are seen whole.
const SEEN: &str = "() => {
    const list = document.querySelector('#watch-log').getBoundingClientRect();
    const rows = [...document.querySelectorAll('#watch-rows .row:not([hidden])')].map(it => it.getBoundingClientRect());
    return rows.filter(row => row.top >= list.top - 1 && row.bottom <= list.bottom + 1).length;
}";

#[tokio::test]
async fn small_screens_show_enough_rows_and_the_message_over_them() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    let lines: Vec<_> = (0..50).map(|n| format!("line {n}")).collect();
    let _client = client(&server, &lines.iter().map(String::as_str).collect::<Vec<_>>()).await;
    page.lists("line 49").await;
    for (width, height, least) in
        [(1280, 800, 20), (800, 700, 15), (360, 740, 9), (360, 500, 5), (640, 400, 5)]
    {
        page.browser.show_at(width, height, "light").await;
        page.browser.settled().await;
        // The rows follow the size in a frame of their own.
        page.until(&format!("({SEEN})() >= {least}")).await;
        let scrolls =
            "const {scrollWidth, scrollHeight, clientWidth, clientHeight} = document.documentElement;
             return [scrollWidth > clientWidth, scrollHeight > clientHeight]";
        assert_eq!(page.eval(scrolls).await, json!([false, false]), "{width} × {height} scrolls");
    }
    page.browser.show_at(360, 740, "light").await;
    page.anatomy().await;
    let covers = "const {width, top} = document.querySelector('#watch-side').getBoundingClientRect(); return [width, top]";
    assert_eq!(page.eval(covers).await, json!([360, 41]));
}

#[tokio::test]
async fn every_state_has_no_violations() {
    let server = Server::start(&[]).await;
    let page = Page::watching(&server).await;
    let mut found = violations(&page, "empty").await;
    let _client = client(&server, &["one", "{\"two\": 2}", "\u{1b}[31mred"]).await;
    page.lists("two").await;
    found.extend(violations(&page, "a session").await);
    page.anatomy().await;
    for tab in ["watch-tab-anatomy", "watch-tab-text", "watch-tab-hex"] {
        page.press(tab).await;
        found.extend(violations(&page, tab).await);
    }
    page.press("all-sessions").await;
    found.extend(violations(&page, "all sessions").await);
    assert!(found.is_empty(), "{found:#?}");
}

/// The violations on the page in its current state, narrow and wide, light and dark.
async fn violations(page: &Page, state: &str) -> Vec<String> {
    let mut all = Vec::new();
    for (scheme, width) in [("light", 360), ("dark", 360), ("light", 1600), ("dark", 1600)] {
        page.browser.show(width, scheme).await;
        let found = axe::violations(&page.browser).await.into_iter();
        all.extend(found.map(|rule| format!("{state}, {scheme}, {width} px: {rule}")));
    }
    all
}
