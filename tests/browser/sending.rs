//! Sending from the page's message box: what will be sent, repeating it, stopping, and what is refused.

use serde_json::{Value, json};

use crate::support::browser::{Browser, ENTER, UP};
use crate::support::page::Page;
use crate::support::{Server, axe};

in_both_browsers![
    the_preview_counts_the_line_feed_apart_and_the_hint_tells_where_messages_end,
    a_long_text_is_held_beside_the_box_until_it_is_sent_edited_or_dropped,
    a_mistake_marks_the_box_and_is_not_sent,
    a_message_over_the_servers_maximum_is_refused_and_the_connection_stays,
    the_button_stops_what_is_being_sent_and_enter_does_not,
    a_burst_is_numbered_and_ends_with_a_summary,
    a_repetition_goes_on_until_it_is_stopped,
    nothing_below_the_log_moves_when_a_preview_a_hint_or_the_progress_appears,
    a_wrong_stamp_format_is_marked_and_the_connection_stays,
    a_wrong_format_in_the_address_is_named,
    what_is_refused_and_what_is_being_sent_have_no_violations,
];

/// Waits until the element with this id has text that matches a JavaScript regular expression.
async fn reads(page: &Page, id: &str, pattern: &str) {
    page.browser
        .until(&page.log, &format!("/{pattern}/.test(document.getElementById({id:?}).textContent)"))
        .await;
}

async fn is_invalid(page: &Page) -> Value {
    page.browser.eval("return document.querySelector('#message').getAttribute('aria-invalid')").await
}

async fn the_preview_counts_the_line_feed_apart_and_the_hint_tells_where_messages_end() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.browser.keys(&page.message, "hello").await;
    reads(&page, "preview", r"^5 bytes \+ LF$").await;
    page.choose("mode", "hex").await;
    page.choose("message", "61 62 0a 63").await;
    reads(&page, "preview", r"^4 bytes \+ LF: 61 62 0a 63 ⏎ LF$").await;
    reads(&page, "hint", "^2 messages: the LF at byte 3 ends the first$").await;
    page.browser.click(&page.send).await;
    page.counts("2 exchanges").await;
    page.choose("message", "61 0a").await;
    reads(&page, "preview", r"^2 bytes: 61 0a$").await;
}

/// Ctrl and a letter.
fn ctrl(letter: char) -> String {
    format!("\u{e009}{letter}\u{e000}")
}

async fn a_long_text_is_held_beside_the_box_until_it_is_sent_edited_or_dropped() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    let lines: Vec<_> = (1..=600).map(|n| format!("line {n}")).collect();
    let (lines, is_held) = (lines.join("\n"), "!document.querySelector('#held').hidden");
    page.choose("message", &lines).await;
    for keys in [&ctrl('a'), &ctrl('x'), "in ", &ctrl('v')] {
        page.browser.keys(&page.message, keys).await;
    }
    page.until(is_held).await;
    reads(&page, "held-start", r"^in line 1\\nline 2\\n").await;
    reads(&page, "held-size", "^600 lines, 6 KiB$").await;
    reads(&page, "hint", "^600 lines: 600 messages$").await;
    page.browser.keys(&page.message, "no key").await;

    page.browser.keys(&page.message, &ctrl('z')).await;
    page.until("document.querySelector('#held').hidden").await;
    assert_eq!(page.browser.value(&page.message).await, "in ", "what was in the box is in it again");
    page.browser.keys(&page.message, &ctrl('v')).await;
    page.until(is_held).await;
    page.press("held-drop").await;
    reads(&page, "preview", r"^3 bytes \+ LF$").await;

    page.browser.keys(&page.message, &ctrl('v')).await;
    page.press("held-edit").await;
    assert_eq!(page.browser.value(&page.message).await, format!("in {lines}"));
    page.browser.keys(&page.message, &ctrl('a')).await;
    page.browser.keys(&page.message, &ctrl('v')).await;
    page.until(is_held).await;
    page.browser.keys(&page.message, ENTER).await;
    page.counts("600 exchanges").await;
    page.until("document.querySelector('#held').hidden").await;
    page.browser.keys(&page.message, UP).await;
    page.until(is_held).await;
    reads(&page, "held-start", "^line 1").await;
    let found = axe::violations(&page.browser).await;
    assert!(found.is_empty(), "{found:#?}");
}

async fn a_mistake_marks_the_box_and_is_not_sent() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    assert_eq!(is_invalid(&page).await, Value::Null);
    page.choose("mode", "hex").await;
    page.choose("message", "ff 0").await;
    reads(&page, "hint", "^a byte is two hex digits").await;
    assert_eq!(is_invalid(&page).await, "true");
    page.browser.click(&page.send).await;
    reads(&page, "announce", "^a byte is two hex digits").await;
    assert_eq!(page.browser.value(&page.message).await, "ff 0", "it stays in the box");
    page.counts("").await;

    page.choose("message", "ff 00").await;
    assert_eq!(is_invalid(&page).await, Value::Null);
    page.browser.click(&page.send).await;
    page.counts("1 exchange").await;
}

async fn a_message_over_the_servers_maximum_is_refused_and_the_connection_stays() {
    let server = Server::start(&["--max-message", "16"]).await;
    let page = Page::connected(server.http).await;
    page.choose("message", "0123456789abcdef").await;
    reads(&page, "hint", r"^16 bytes \+ LF; the server takes at most 16$").await;
    assert_eq!(is_invalid(&page).await, "true");
    page.browser.keys(&page.message, ENTER).await;
    assert_eq!(page.browser.value(&page.message).await, "0123456789abcdef");

    // One byte less leaves room for the line feed.
    page.browser.keys(&page.message, "\u{e003}").await;
    assert_eq!(is_invalid(&page).await, Value::Null);
    page.browser.keys(&page.message, ENTER).await;
    page.counts("1 exchange").await;
    page.shows_connection("Connected").await;
}

async fn the_button_stops_what_is_being_sent_and_enter_does_not() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    page.choose("job", "burst").await;
    page.choose("count", "1000000").await;
    page.enter("x").await;
    let stops = "document.querySelector('#send').textContent === 'Stop'";
    page.browser.until(&page.log, stops).await;
    assert_eq!(page.browser.name(&page.send).await, "Stop sending");
    assert_eq!(page.browser.eval("return document.querySelector('#send').title").await, "Stop sending");

    // What is typed meanwhile is queued.
    page.choose("job", "once").await;
    page.enter("y").await;
    reads(&page, "progress-text", "of 1000000 sent").await;
    assert_eq!(page.browser.name(&page.send).await, "Stop sending");
    page.browser.click(&page.send).await;
    page.browser.until(&page.log, "document.querySelector('#sending').hidden").await;
    assert_eq!(page.browser.name(&page.send).await, "Send");
    let kept = page.browser.value(&page.message).await;
    assert!(kept.ends_with('y'), "what was queued is back in the box: {kept:?}");
    reads(&page, "hint", r"^[\d,]+ sent in .* p99 .*, 0 lost$").await;
}

async fn a_burst_is_numbered_and_ends_with_a_summary() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.choose("job", "burst").await;
    assert_eq!(page.browser.eval("return document.querySelector('#in-flight').value").await, "1");
    page.choose("count", "30").await;
    page.enter("line {n} of {{n}}").await;
    reads(&page, "rows", r"line 30 of \{n\}").await;
    let summary = r"^30 sent in .+, p50 .+ ms, p95 .+ ms, p99 .+ ms, 0 lost$";
    reads(&page, "hint", summary).await;
    assert_eq!(page.browser.value(&page.message).await, "line {n} of {{n}}", "it stays for the next burst");
}

async fn a_repetition_goes_on_until_it_is_stopped() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.choose("job", "every").await;
    let words = page.browser.eval("return document.querySelector('footer .options').innerText").await;
    assert!(words.as_str().unwrap().contains("ms"), "{words}");
    assert_eq!(page.browser.eval("return document.querySelector('#every').value").await, "200");
    page.choose("every", "20").await;
    page.enter("tick {n}").await;
    reads(&page, "rows", "tick 5").await;
    page.browser.click(&page.send).await;
    reads(&page, "hint", r"^\d+ sent in .+ lost$").await;
    reads(&page, "announce", r"^\d+ sent in .+ lost$|replies|tick").await;
}

async fn nothing_below_the_log_moves_when_a_preview_a_hint_or_the_progress_appears() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    let place = "return JSON.stringify(['footer', '#message', '#send', '#job', '#hint'].map(id => {
                     const {top, height} = document.querySelector(id).getBoundingClientRect();
                     return [id, top, height];
                 }))";
    for width in [1280, 360] {
        page.browser.show(width, "light").await;
        page.choose("job", "once").await;
        page.choose("mode", "text").await;
        page.choose("message", "").await;
        let before = page.browser.eval(place).await;
        for (mode, text) in [("text", "hello"), ("escapes", r"a\nb"), ("hex", "ff 0"), ("hex", "ff 00")] {
            page.choose("mode", mode).await;
            page.choose("message", text).await;
            page.browser.settled().await;
            assert_eq!(page.browser.eval(place).await, before, "{mode} {text} at {width} px");
        }
        page.choose("job", "burst").await;
        page.choose("count", "1000000").await;
        page.browser.click(&page.send).await;
        page.browser.until(&page.log, "!document.querySelector('#sending').hidden").await;
        assert_eq!(page.browser.eval(place).await, before, "the progress at {width} px");
        page.browser.click(&page.send).await;
        reads(&page, "hint", "lost$").await;
        assert_eq!(page.browser.eval(place).await, before, "the summary at {width} px");
    }
}

async fn a_wrong_stamp_format_is_marked_and_the_connection_stays() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.choose("format", "unics").await;
    reads(&page, "format-error", "^invalid stamp format \"unics\": ").await;
    let field = "const field = document.querySelector('#format');
                 const opened = [...document.querySelectorAll('.story')].filter(it => /onnected to/.test(it.innerText));
                 return [field.getAttribute('aria-invalid'), field.value, location.search, opened.length]";
    assert_eq!(page.browser.eval(field).await, json!(["true", "unics", "", 1]));
    page.shows_connection("Connected").await;

    page.choose("format", "%H:%M").await;
    page.browser.until(&page.log, "location.search.includes('format=%25H')").await;
    page.shows_connection("Connected").await;
    reads(&page, "format-error", "^$").await;
    assert_eq!(page.browser.eval(field).await, json!([null, "%H:%M", "?format=%25H:%25M", 2]));
}

async fn a_wrong_format_in_the_address_is_named() {
    let server = Server::start(&[]).await;
    let page = Page::of(Browser::open(&format!("http://{}/?format=unics", server.http)).await).await;
    reads(&page, "format-error", "^invalid stamp format \"unics\": ").await;
    reads(&page, "hint", "^invalid stamp format").await;
}

async fn what_is_refused_and_what_is_being_sent_have_no_violations() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    page.choose("mode", "hex").await;
    page.choose("message", "ff 0").await;
    let mut found = Vec::new();
    for scheme in ["light", "dark"] {
        page.browser.show(360, scheme).await;
        found.extend(axe::violations(&page.browser).await);
    }
    page.choose("job", "burst").await;
    page.choose("count", "1000000").await;
    page.choose("message", "ff 00").await;
    page.browser.click(&page.send).await;
    reads(&page, "send", "^Stop$").await;
    found.extend(axe::violations(&page.browser).await);
    assert!(found.is_empty(), "{found:#?}");
}
