//! Everything on the page besides sending a line: bursts, bytes, filters, exports and settings.

use serde_json::{Value, json};

use crate::support::Server;
use crate::support::browser::{ENTER, UP};
use crate::support::page::Page;

#[tokio::test]
async fn a_hundred_thousand_exchanges_scroll_with_only_visible_rows_in_the_page() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    page.burst("again", 100_000, "1000").await;
    // This takes seconds, and longer while other tests run.
    for answered in [20_000, 40_000, 60_000, 80_000] {
        let words = "document.querySelector('#counts').textContent";
        page.until(&format!("parseInt({words}) > {answered}")).await;
    }
    page.counts("100000 exchanges").await;
    page.until("element.textContent.includes('100000')").await;
    assert!(page.count("#rows .row").await < 100);

    page.eval("document.querySelector('#log').scrollTop = 0").await;
    page.until("element.querySelector('.row:not(.story)').textContent.startsWith('1')").await;
    page.until("!document.querySelector('#jump').hidden").await;
    page.press("jump").await;
    page.until("element.textContent.includes('100000')").await;
    assert!(page.count("#rows .row").await < 100);
}

#[tokio::test]
async fn new_exchanges_do_not_move_a_log_that_is_scrolled_up() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.burst("first", 500, "").await;
    page.counts("500 exchanges").await;
    page.eval("document.querySelector('#log').scrollTop = 1000").await;
    page.until("!document.querySelector('#jump').hidden").await;
    page.burst("second", 100, "1").await;
    page.counts("600 exchanges").await;
    assert_eq!(page.eval("return document.querySelector('#log').scrollTop").await, 1000);
}

#[tokio::test]
async fn a_burst_shows_its_progress_and_can_be_stopped() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    page.burst("x", 1_000_000, "1").await;
    page.until("/^[1-9]\\d* of 1000000 sent$/.test(document.querySelector('#progress-text').textContent)")
        .await;
    page.press("send").await;
    page.until("document.querySelector('#sending').hidden").await;
    assert_eq!(page.browser.value(&page.message).await, "x", "the message is ready to be sent again");
    page.until("/^\\d+ exchanges?$/.test(document.querySelector('#counts').textContent)").await;
}

#[tokio::test]
async fn a_message_can_be_repeated_at_an_interval() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.choose("job", "every").await;
    page.choose("every", "20").await;
    page.choose("message", "tick").await;
    page.press("send").await;
    page.until("parseInt(document.querySelector('#counts').textContent) >= 5").await;
    page.press("send").await;
    page.until("document.querySelector('#sending').hidden").await;
}

#[tokio::test]
async fn escapes_and_hex_send_the_bytes_in_the_preview() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.choose("mode", "escapes").await;
    page.choose("message", r"a\x00\u{202e}").await;
    page.until("document.querySelector('#preview').textContent === '5 bytes + LF: 61 00 e2 80 ae ⏎ LF'")
        .await;
    page.press("send").await;
    page.shows_reply(r"a\\x00\\u\{202e\}").await;

    page.choose("mode", "hex").await;
    page.choose("message", "ff0").await;
    page.press("send").await;
    page.until("document.querySelector('#hint').textContent.includes('two')").await;
    page.choose("message", "ff 00 1b").await;
    page.press("send").await;
    page.counts("2 exchanges").await;
    // The reply is binary, so the page shows each byte.
    page.shows_reply(r"\\xff\\x00\\x1b").await;
}

#[tokio::test]
async fn hostile_messages_are_shown_and_do_nothing() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    let long = "x".repeat(65_535);
    for message in
        ["<script>document.title='owned'</script>", "\u{1b}[2J\u{1b}]0;owned\u{7}", "\u{202e}txt.exe", &long]
    {
        page.choose("message", message).await;
        page.press("send").await;
    }
    page.choose("mode", "hex").await;
    page.choose("message", &"00 ".repeat(1000)).await;
    page.press("send").await;
    page.counts("5 exchanges").await;
    page.until(
        "element.textContent.includes('\\\\u{202e}txt.exe') && element.textContent.includes('\\\\x1b[2J')",
    )
    .await;
    assert_eq!(page.count("#log script, #side script").await, 0);
    for row in 0..5 {
        page.eval(&format!("document.querySelectorAll('#rows .row:not(.story)')[{row}].click()")).await;
        page.until(&format!(
            "document.querySelector('#detail-title').textContent.startsWith('Exchange {}')",
            row + 1
        ))
        .await;
    }
    let title = page.eval("return document.title").await;
    assert!(title.as_str().unwrap().ends_with("Wirestamp"), "{title}");
    let sizes = page
        .eval(
            "const {scrollWidth, clientWidth} = document.documentElement; return [scrollWidth, clientWidth]",
        )
        .await;
    assert_eq!(sizes[0], sizes[1], "the page scrolls sideways");
}

#[tokio::test]
async fn a_filter_shows_matching_exchanges_and_counts_them() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.choose("message", "one\ntwo\nTwofold").await;
    page.press("send").await;
    page.counts("3 exchanges").await;
    page.choose("filter", "TWO").await;
    page.counts("2 of 3 exchanges").await;
    page.until("element.querySelectorAll('.row:not([hidden])').length === 2").await;
    page.choose("filter", "nothing of the kind").await;
    page.until("!document.querySelector('#nothing').hidden").await;
    page.choose("filter", "").await;
    page.press("clear").await;
    page.until("!document.querySelector('#empty').hidden").await;
}

#[tokio::test]
async fn the_log_is_exported_as_json_lines_and_csv() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("a, \"b\"").await;
    page.shows_reply("a").await;
    page.eval(
        "URL.createObjectURL = blob => { blob.text().then(text => window.exported = text); return '#' }",
    )
    .await;
    page.press("export-jsonl").await;
    page.until("window.exported").await;
    let lines = page.eval("return window.exported").await;
    let line: Value = serde_json::from_str(lines.as_str().unwrap().lines().last().unwrap()).unwrap();
    assert_eq!(
        (&line["number"], &line["outcome"], &line["sent"]),
        (&json!(1), &json!("answered"), &json!("a, \"b\""))
    );
    chrono::DateTime::parse_from_rfc3339(line["sent_at"].as_str().unwrap()).unwrap();
    page.eval("window.exported = undefined").await;
    page.press("export-csv").await;
    page.until("window.exported").await;
    let rows = page.eval("return window.exported").await;
    assert!(rows.as_str().unwrap().contains("\"a, \"\"b\"\"\""), "{rows}");
}

#[tokio::test]
async fn settings_are_part_of_the_address() {
    let server = Server::start(&[]).await;
    let page = Page::connected_with(server.http, "?format=unix&theme=dark&theirs=1").await;
    page.enter("hello").await;
    page.shows_stamped(r"\d+\.\d{9}", "hello").await;
    let scheme = "return getComputedStyle(document.documentElement).colorScheme";
    assert_eq!(page.eval(scheme).await, "dark");
    // The stamps have fractions of a second, so the page can compare the clocks. Here they are the same.
    page.until("/clock/.test(document.querySelector('#offset').textContent)").await;

    page.choose("theme", "light").await;
    page.choose("mode", "hex").await;
    page.choose("format", "%H:%M").await;
    page.until("location.search.includes('format=%25H')").await;
    page.shows_connection("Connected").await;
    page.choose("message", "68 69").await;
    page.press("send").await;
    page.shows_stamped(r"\d\d:\d\d", "hi").await;
    assert_eq!(page.eval(scheme).await, "light");
    let address = page.eval("return location.search").await;
    for part in ["format=%25H", "mode=hex", "theme=light", "theirs=1"] {
        assert!(address.as_str().unwrap().contains(part), "{address}");
    }
}

#[tokio::test]
async fn snippets_and_the_empty_log_show_the_real_ports() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    let port = server.tcp.port();
    page.until(&format!("document.querySelector('#netcat').textContent === 'nc 127.0.0.1 {port}'")).await;
    page.press("snippets-open").await;
    let shown = page.eval("return document.querySelector('#snippets-list').textContent").await;
    for part in [format!("nc -N 127.0.0.1 {port}"), format!("ws://127.0.0.1:{}/ws", server.http.port())] {
        assert!(shown.as_str().unwrap().contains(&part), "{part} in {shown}");
    }
}

#[tokio::test]
async fn the_history_survives_a_reload_until_it_is_cleared() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("remember me").await;
    page.shows_reply("remember me").await;
    let kept = "return localStorage.getItem('wirestamp.history')";
    assert_eq!(page.eval(kept).await, "[\"remember me\"]");
    page.browser.reload().await;
    let page = Page::of(page.browser).await;
    page.browser.keys(&page.message, UP).await;
    assert_eq!(page.browser.value(&page.message).await, "remember me");
    page.press("forget").await;
    assert_eq!(page.eval(kept).await, "[]");
}

#[tokio::test]
async fn everything_can_be_reached_with_the_keyboard() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    for n in 0..3 {
        page.enter(&format!("line {n}")).await;
    }
    page.shows_reply("line 2").await;
    page.browser.keys(&page.log, "\u{e010}").await;
    page.until("document.querySelector('#detail-title').textContent.startsWith('Exchange 3')").await;
    page.browser.keys(&page.log, "\u{e013}").await;
    page.until("document.querySelector('#detail-title').textContent.startsWith('Exchange 2')").await;
    page.browser.keys(&page.log, "\u{e00c}").await;
    page.until("document.querySelector('#detail').hidden").await;
    let focused = page.browser.focused().await;
    assert_eq!(page.browser.name(&focused).await, "Message");
    page.browser.keys(&page.log, "/").await;
    let focused = page.browser.focused().await;
    assert_eq!(page.browser.name(&focused).await, "Filter");
    page.browser.keys(&page.log, "?").await;
    page.until("document.querySelector('#help').open").await;
}

#[tokio::test]
async fn a_hidden_tab_loses_nothing() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    page.burst("hidden", 20_000, "100").await;
    let shown = page.browser.hide().await;
    page.browser.show_again(&shown).await;
    page.counts("20000 exchanges").await;
}

#[tokio::test]
async fn a_server_that_vanishes_in_a_burst_leaves_lost_messages_and_a_reconnecting_page() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    page.burst("x", 1_000_000, "").await;
    // Digits are grouped from 10,000 on, and the page may show such a count first.
    page.until("parseInt(document.querySelector('#counts').textContent.replace(/,/g, '')) > 1000").await;
    // A server that keeps up may owe nothing at the moment it is killed, so it falls behind first.
    server.signal("STOP");
    page.until("/waiting/.test(document.querySelector('#counts').textContent)").await;
    server.signal("KILL");
    page.shows_connection("reconnecting in").await;
    page.until("document.querySelector('#sending').hidden").await;
    page.until("!/waiting/.test(document.querySelector('#counts').textContent)").await;
    page.until("element.querySelector('[data-state=lost]')").await;
}

#[tokio::test]
async fn the_page_says_when_the_computer_is_offline() {
    let server = Server::start(&[]).await;
    let http = server.http;
    let page = Page::connected(http).await;
    assert_eq!(server.stop().await, Some(0));
    page.shows_connection("reconnecting in").await;
    page.eval("dispatchEvent(new Event('offline'))").await;
    page.shows_connection("This computer is offline").await;
}

#[tokio::test]
async fn a_screen_reader_hears_replies_but_not_every_one_of_a_burst() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    page.eval(
        "window.heard = [];
         new MutationObserver(() => heard.push(document.querySelector('#announce').textContent))
             .observe(document.querySelector('#announce'), {childList: true, characterData: true, subtree: true})",
    )
    .await;
    page.enter("hello").await;
    page.until("heard.length === 1 && /\\] hello$/.test(heard[0])").await;
    page.burst("flood", 5000, "").await;
    page.counts("5001 exchanges").await;
    page.until("/^\\d+ replies$/.test(heard.at(-1))").await;
    let heard = page.eval("return heard.length").await.as_u64().unwrap();
    assert!(heard < 10, "announced {heard} times");
}

#[tokio::test]
async fn both_times_are_shown_on_demand() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.browser.keys(&page.message, &format!("when{ENTER}")).await;
    page.shows_reply("when").await;
    let shown = "[...element.querySelectorAll('.row:not(.story) :is(.sent-at, .replied-at)')]
        .filter(cell => cell.offsetParent && /^\\d\\d:\\d\\d:\\d\\d\\.\\d{3}$/.test(cell.textContent)).length";
    page.until(&format!("{shown} === 0")).await;
    page.press("times").await;
    page.until(&format!("{shown} === 2")).await;
}
