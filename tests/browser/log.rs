//! The log: the connection's story in it, undoing a clear, pausing, and exports.

use serde_json::{Value, json};

use crate::support::Server;
use crate::support::axe;
use crate::support::page::Page;

in_both_browsers![
    the_story_of_the_connection_stands_between_the_messages,
    every_message_sent_shows_the_line_feed_that_ends_it_and_no_text_is_cut_short_for_it,
    a_cleared_log_is_brought_back_by_the_button_and_by_the_keyboard,
    copying_is_confirmed_and_a_refusal_is_told,
    a_paused_log_stays_where_it_is_and_counts_what_is_new,
    the_time_between_rows_is_one_of_the_times,
    exports_are_named_after_the_service_and_contain_its_story,
    the_story_a_pause_and_a_notice_have_no_violations,
];

impl Page {
    /// Sends a line and waits for its reply.
    async fn exchange(&self, line: &str) {
        self.enter(line).await;
        self.until(&format!(
            "[...element.querySelectorAll('[data-state=answered]:not([hidden])')].at(-1)?.textContent.includes({line:?})"
        ))
        .await;
    }

    /// The rows shown, in order: the words of the story, or the message sent.
    async fn rows(&self) -> Vec<String> {
        let rows = "return [...document.querySelectorAll('#rows .row:not([hidden])')].map(row =>
            row.querySelector(row.matches('.story') ? '.words' : '.sent').textContent)";
        serde_json::from_value(self.eval(rows).await).unwrap()
    }
}

async fn the_story_of_the_connection_stands_between_the_messages() {
    let server = Server::start(&[]).await;
    let http = server.http;
    let page = Page::connected(server.http).await;
    page.exchange("before").await;
    page.press("toggle").await;
    page.shows_connection("Disconnected by you").await;
    page.press("toggle").await;
    page.shows_connection("Connected").await;
    page.exchange("after").await;
    assert_eq!(
        page.rows().await,
        [
            &format!("Connected to {http}"),
            "before",
            "Disconnected by you",
            &format!("Reconnected to {http}"),
            "after",
        ]
    );
    page.until("document.querySelector('#counts').textContent === '2 exchanges'").await;

    assert_eq!(server.stop().await, Some(0));
    page.until("/Closed with 1001/.test(element.textContent)").await;
    let height = "return new Set([...document.querySelectorAll('.row:not([hidden])')]
        .map(row => row.offsetHeight)).size";
    assert_eq!(page.eval(height).await, 1, "rows are found by their height");
    // A click on the story opens nothing.
    page.eval("document.querySelector('.story').click()").await;
    page.eval("document.querySelectorAll('.row:not(.story)')[1].click()").await;
    page.until("document.querySelector('#detail-title').textContent.startsWith('Exchange 2')").await;
}

async fn every_message_sent_shows_the_line_feed_that_ends_it_and_no_text_is_cut_short_for_it() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.exchange("one").await;
    let behind = |row: &str| {
        format!(
            "const {{content, width}} = getComputedStyle(document.querySelector('{row} > .sent'), '::after');
             return [/⏎/.test(content), width]"
        )
    };
    assert_eq!(page.eval(&behind(".row:not(.story)")).await, json!([true, "0px"]));
    assert_eq!(page.eval(&behind(".row.story")).await[0], false);
}

async fn a_cleared_log_is_brought_back_by_the_button_and_by_the_keyboard() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.exchange("one").await;
    page.exchange("two").await;
    let before = page.rows().await;
    let counts = |words| format!("document.querySelector('#counts').textContent === {words:?}");
    let says = |words| format!("document.querySelector('#toast').innerText.startsWith({words:?})");

    page.press("clear").await;
    page.until(&counts("")).await;
    page.until(&says("Cleared 2 exchanges")).await;
    page.press("toast-undo").await;
    page.until(&counts("2 exchanges")).await;
    assert_eq!(page.rows().await, before);
    page.until(&says("Brought back 2 exchanges")).await;
    page.until("document.querySelector('#toast-undo').hidden").await;

    page.press("clear").await;
    page.exchange("three").await;
    page.until(&counts("1 exchange")).await;
    let undo = "\u{e009}z";
    page.browser.keys(&page.message, undo).await;
    page.until(&counts("1 exchange")).await;
    page.browser.keys(&page.log, undo).await;
    page.until(&counts("3 exchanges")).await;
    assert_eq!(page.rows().await, [before, vec!["three".to_owned()]].concat());
    page.press("strip").await;
    page.until("/count\\s*3/.test(document.querySelector('#figures').textContent)").await;
}

async fn copying_is_confirmed_and_a_refusal_is_told() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.exchange("one").await;
    page.eval("document.querySelector('.row:not(.story)').click()").await;
    page.until("!document.querySelector('#detail').hidden").await;
    for (answer, words) in [("resolve()", "Copied"), ("reject()", "The browser refused to copy")] {
        page.eval(&format!("navigator.clipboard.writeText = () => Promise.{answer}")).await;
        page.press("detail-copy").await;
        page.until(&format!("document.querySelector('#toast').innerText.startsWith({words:?})")).await;
    }
    // A page from another computer without TLS has no clipboard.
    page.eval("Object.defineProperty(navigator, 'clipboard', {value: undefined})").await;
    page.press("detail-copy").await;
    page.exchange("still here").await;
    assert_eq!(page.browser.console().await, Vec::<String>::new());
}

async fn a_paused_log_stays_where_it_is_and_counts_what_is_new() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    let top = "return document.querySelector('#log').scrollTop";
    for line in 0..30 {
        page.enter(&format!("line {line}")).await;
    }
    page.until("document.querySelector('#counts').textContent === '30 exchanges'").await;
    page.browser.settled().await;
    page.press("pause").await;
    page.until("document.querySelector('#pause').getAttribute('aria-pressed') === 'true'").await;
    let paused_at = page.eval(top).await;
    page.enter("new\nand newer").await;
    page.until("document.querySelector('#jump').textContent === 'Paused, 2 new'").await;
    page.until("document.querySelector('#counts').textContent === '32 exchanges'").await;
    assert_eq!(page.eval(top).await, paused_at);

    page.browser.keys(&page.log, "p").await;
    page.until("document.querySelector('#pause').getAttribute('aria-pressed') === 'false'").await;
    page.until("document.querySelector('#jump').hidden").await;
    page.until("element.scrollTop + element.clientHeight >= element.scrollHeight").await;
    assert!(page.rows().await.contains(&"and newer".to_owned()));
}

async fn the_time_between_rows_is_one_of_the_times() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.exchange("one").await;
    let shown = "[...element.querySelectorAll('.delta')].filter(cell => cell.offsetParent)";
    page.until(&format!("{shown}.length === 0")).await;
    page.press("times").await;
    page.until(&format!(
        "{shown}.map(cell => /^\\+\\d+\\.\\d{{3}} s$/.test(cell.textContent)).join() === 'true'"
    ))
    .await;
}

/// Exports the log by the button with this id, and returns the file's name and contents.
async fn exported(page: &Page, button: &str) -> (String, String) {
    page.eval(
        "window.file = undefined;
         URL.createObjectURL = blob => { window.blob = blob; return '#' };
         HTMLAnchorElement.prototype.click = async function () {
             // Unlike text(), this keeps a byte order mark.
             const decoder = new TextDecoder('utf-8', {ignoreBOM: true});
             window.file = [this.download, decoder.decode(await window.blob.arrayBuffer())];
         }",
    )
    .await;
    page.press(button).await;
    page.until("window.file").await;
    serde_json::from_value(page.eval("return window.file").await).unwrap()
}

async fn exports_are_named_after_the_service_and_contain_its_story() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.exchange("one").await;
    page.exchange("two").await;
    let port = server.http.port();
    let date = page.eval("return new Date().toISOString().slice(0, 10)").await;
    let base = format!("wirestamp-127.0.0.1-{port}-{}", date.as_str().unwrap());

    let (name, lines) = exported(&page, "export-jsonl").await;
    assert_eq!(name, format!("{base}.jsonl"));
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["event"], "connected");
    assert_eq!(lines[0]["text"], format!("Connected to 127.0.0.1:{port}"));
    assert_eq!((&lines[1]["sent"], &lines[2]["sent"]), (&"one".into(), &"two".into()));
    let written = lines[2]["round_trip_ms"].to_string();
    page.until(&format!(
        "[...element.querySelectorAll('.round-trip')].some(cell => parseFloat(cell.textContent) === {written})"
    ))
    .await;

    page.eval(
        "const filter = document.querySelector('#filter');
         filter.value = 'two';
         filter.dispatchEvent(new Event('input', {bubbles: true}))",
    )
    .await;
    let (name, rows) = exported(&page, "export-csv").await;
    assert_eq!(name, format!("{base}.csv"));
    let rows: Vec<_> = rows.lines().collect();
    assert!(rows[0].starts_with("\u{feff}number,outcome,"), "{rows:?}");
    assert!(rows[1].starts_with(",event,"), "{rows:?}");
    assert!(rows[2].starts_with("2,answered,"), "the filter applies: {rows:?}");
    let said = format!("Wrote 1 of 2 exchanges (filter: two) to {base}.csv");
    page.until(&format!("document.querySelector('#hint').textContent === {said:?}")).await;
}

async fn the_story_a_pause_and_a_notice_have_no_violations() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.exchange("one").await;
    page.press("clear").await;
    page.press("toggle").await;
    page.shows_connection("Disconnected by you").await;
    page.press("toggle").await;
    page.shows_connection("Connected").await;
    page.press("times").await;
    page.press("pause").await;
    page.exchange("two").await;
    page.until("document.querySelector('#jump').textContent === 'Paused, 1 new'").await;
    assert_eq!(server.stop().await, Some(0));
    page.until("/Closed with 1001/.test(element.textContent)").await;
    for scheme in ["light", "dark"] {
        for width in [360, 1280] {
            page.browser.show(width, scheme).await;
            assert_eq!(axe::violations(&page.browser).await, Vec::<String>::new(), "{scheme}, {width} px");
        }
    }
}
