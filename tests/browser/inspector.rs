//! One exchange at a closer look: its bytes as text, JSON and in hexadecimal, what differs, and copies of them.

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

use crate::support::browser::ENTER;
use crate::support::page::Page;
use crate::support::{Server, axe, peer};

in_both_browsers![
    text_names_control_characters_and_breaks_lines,
    tabs_are_chosen_with_arrow_keys_and_stay_chosen,
    json_is_a_tree_that_is_open_to_the_second_level,
    hex_has_as_many_bytes_a_line_as_fit,
    message_and_reply_are_side_by_side_where_they_fit,
    bytes_that_differ_are_marked_on_both_sides,
    an_echo_has_no_marks,
    each_side_is_copied_in_four_notations,
    enter_opens_the_exchange_and_escape_closes_it,
    a_long_message_is_shown_step_by_step,
    hostile_bytes_are_only_ever_text,
    no_tab_has_violations_of_accessibility,
];

const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";
const ESCAPE: &str = "\u{e00c}";

/// The page and its server.
struct Inspected {
    page: Page,
    _server: Server,
}

impl Inspected {
    /// Sends a message, and opens its exchange once it is answered.
    async fn sent(message: &str) -> Self {
        Self::through(message, &[]).await
    }

    /// The same with an upstream service that gives this reply to the first line.
    async fn answered(message: &str, reply: &'static [u8]) -> Self {
        let upstream = peer::tcp(move |stream| async move {
            let mut stream = BufReader::new(stream);
            let _ = stream.read_until(b'\n', &mut Vec::new()).await;
            let _ = stream.write_all(reply).await;
            let _ = stream.read_until(b'\n', &mut Vec::new()).await;
        });
        let upstream = upstream.await;
        Self::through(message, &["--upstream", upstream.trim_start_matches("tcp://")]).await
    }

    async fn through(message: &str, flags: &[&str]) -> Self {
        let server = Server::start(flags).await;
        let page = Page::connected(server.http).await;
        let inspected = Self { page, _server: server };
        inspected.page.paste(message).await;
        inspected.until("element.querySelector('.row[data-state=answered]')").await;
        inspected.eval("document.querySelector('#rows .row:not(.story)').click()").await;
        inspected.until("!document.querySelector('#detail').hidden").await;
        inspected
    }

    /// Waits until an expression is true in the page.
    async fn until(&self, expression: &str) {
        self.page.browser.until(&self.page.log, expression).await;
    }

    async fn eval(&self, script: &str) -> Value {
        self.page.browser.eval(script).await
    }

    /// Chooses a tab by its name.
    async fn tab(&self, name: &str) {
        self.page.browser.click(&self.page.browser.find("tab", name).await).await;
        self.shows_tab(name).await;
    }

    async fn shows_tab(&self, name: &str) {
        let selected = "document.querySelector('#detail-tabs [aria-selected=true]').textContent";
        self.until(&format!("{selected} === {name:?}")).await;
    }

    /// The texts of the elements that a selector finds.
    async fn texts(&self, selector: &str) -> Vec<String> {
        let script = format!(
            "return [...document.querySelectorAll({selector:?})].map(element => element.textContent)"
        );
        serde_json::from_value(self.eval(&script).await).unwrap()
    }
}

async fn text_names_control_characters_and_breaks_lines() {
    let inspected = Inspected::answered("x", b"[now] \x1b[31mred\xff\n").await;
    assert_eq!(
        inspected.texts("#detail-title, #detail h3").await,
        ["Exchange 1, answered", "Sent, 1 byte", "Reply, 9 bytes, differs from byte 0",]
    );
    assert_eq!(inspected.texts("#detail-reply .escape").await, ["ESC", r"\xff"]);
    let title = inspected.eval("return document.querySelector('#detail-reply .escape').title").await;
    assert_eq!(title, "escape, 0x1b at byte 0");
    assert!(inspected.texts("#detail-times").await[0].ends_with("Stampnow"));
}

async fn tabs_are_chosen_with_arrow_keys_and_stay_chosen() {
    let inspected = Inspected::sent("hello").await;
    let browser = &inspected.page.browser;
    let hidden = inspected.eval("return document.querySelector('#tab-json').hidden").await;
    assert_eq!(hidden, true, "the message isn't JSON");
    browser.keys(&browser.find("tab", "Text").await, RIGHT).await;
    inspected.shows_tab("Hex").await;
    assert_eq!(browser.name(&browser.focused().await).await, "Hex");
    browser.keys(&browser.focused().await, RIGHT).await;
    inspected.shows_tab("Text").await;
    browser.keys(&browser.focused().await, LEFT).await;
    inspected.shows_tab("Hex").await;

    inspected.page.enter("[1]").await;
    inspected.until("element.querySelectorAll('.row[data-state=answered]').length === 2").await;
    inspected.eval("document.querySelectorAll('#rows .row:not(.story)')[1].click()").await;
    inspected.until("document.querySelector('#detail-title').textContent.startsWith('Exchange 2')").await;
    inspected.shows_tab("Hex").await;
    browser.keys(&browser.find("tab", "Hex").await, LEFT).await;
    inspected.shows_tab("JSON").await;
}

async fn json_is_a_tree_that_is_open_to_the_second_level() {
    let inspected = Inspected::sent(r#"{"b": 12345678901234567890, "a": {"deep": [1, "<b>"]}}"#).await;
    inspected.tab("JSON").await;
    assert_eq!(inspected.texts("#detail-sent summary").await, ["{ 2 }", "\"a\": { 1 }", "\"deep\": [ 2 ]"]);
    assert_eq!(inspected.texts("#detail-sent .value").await, ["\"b\": 12345678901234567890", "1", "\"<b>\""]);
    assert_eq!(inspected.page.count("#detail-sent details[open]").await, 2);
    assert_eq!(inspected.page.count("#detail-reply details").await, 3, "without its stamp");
}

async fn hex_has_as_many_bytes_a_line_as_fit() {
    let inspected = Inspected::sent("0123456789abcdef\u{1b}").await;
    inspected.tab("Hex").await;
    assert_eq!(
        inspected.texts("#detail-sent .hex > div").await,
        ["000030 31 32 33 34 35 36 3701234567000838 39 61 62 63 64 65 6689abcdef", "00101b."]
    );
    let title = inspected.eval("return document.querySelector('#detail-sent .hex [title]').title").await;
    assert_eq!(title, "ESC, escape");
    let offsets =
        "[...document.querySelectorAll('#detail-sent .offset')].filter(it => it.offsetParent).length";
    inspected.page.browser.show(360, "light").await;
    inspected.until(&format!("{offsets} === 3")).await;
    inspected.page.browser.show(1100, "light").await;
    inspected.until(&format!("{offsets} === 2")).await;
}

async fn message_and_reply_are_side_by_side_where_they_fit() {
    let inspected = Inspected::sent("hello").await;
    let top = |side| format!("document.querySelector('#detail-{side}').getBoundingClientRect().top");
    inspected.page.browser.show(1000, "light").await;
    inspected.until(&format!("{} === {}", top("sent"), top("reply"))).await;
    inspected.page.browser.show(360, "light").await;
    inspected.until(&format!("{} < {}", top("sent"), top("reply"))).await;
}

async fn bytes_that_differ_are_marked_on_both_sides() {
    let inspected = Inspected::answered("one, two", b"[now] one or two\n").await;
    assert_eq!(inspected.texts("#detail-sent .differs").await, [","]);
    assert_eq!(inspected.texts("#detail-reply .differs").await, [" or"]);
    assert_eq!(inspected.texts("#detail-reply-title").await, ["Reply, 10 bytes, differs from byte 3"]);
    inspected.tab("Hex").await;
    assert_eq!(inspected.texts("#detail-reply .differs").await, ["20 6f 72", " or"]);
    let line = "return getComputedStyle(document.querySelector('.differs')).textDecorationLine";
    assert_eq!(inspected.eval(line).await, "underline");
}

async fn an_echo_has_no_marks() {
    let inspected = Inspected::sent("hello").await;
    assert_eq!(inspected.texts("#detail h3").await, ["Sent, 5 bytes", "Reply, 5 bytes, same as sent"]);
    assert_eq!(inspected.page.count("#detail .differs").await, 0);
}

async fn each_side_is_copied_in_four_notations() {
    let inspected = Inspected::answered("hi", b"[now] ho\n").await;
    inspected
        .eval("navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve() }")
        .await;
    for (side, notation, copied) in [
        ("sent", "text", "hi"),
        ("sent", "hex", "68 69"),
        ("reply", "base64", "aG8="),
        ("reply", "c", "const unsigned char message[] = { 0x68, 0x6f };"),
    ] {
        inspected
            .eval(&format!("document.querySelector('#detail-{side} [data-copy={notation}]').click()"))
            .await;
        assert_eq!(inspected.eval("return window.copied").await, copied, "{side} {notation}");
    }
    inspected.eval("document.querySelector('#detail-copy').click()").await;
    let whole = inspected.eval("return window.copied").await;
    assert!(whole.as_str().unwrap().starts_with("> hi\n< [now] ho ("), "{whole}");
}

async fn enter_opens_the_exchange_and_escape_closes_it() {
    let inspected = Inspected::sent("one").await;
    let browser = &inspected.page.browser;
    inspected.page.enter("two").await;
    inspected.until("element.querySelectorAll('.row[data-state=answered]').length === 2").await;
    browser.keys(&browser.find("tab", "Text").await, ESCAPE).await;
    inspected.until("document.querySelector('#detail').hidden").await;
    assert_eq!(browser.name(&browser.focused().await).await, "Exchanges");
    browser.keys(&inspected.page.log, ENTER).await;
    inspected.until("!document.querySelector('#detail').hidden").await;
    assert_eq!(inspected.texts("#detail-title").await, ["Exchange 1, answered"], "the one from before");
}

async fn a_long_message_is_shown_step_by_step() {
    let inspected = Inspected::sent(&"x".repeat(60_000)).await;
    let shown = "document.querySelector('#detail-sent-bytes').textContent.length";
    inspected.until(&format!("{shown} === 2048")).await;
    for (label, length) in [("2", 4096), ("4", 8192), ("8", 16_384), ("16", 32_768), ("27", 60_000)] {
        assert_eq!(inspected.texts("#detail-more").await, [format!("Show {label} KiB more")]);
        inspected.eval("document.querySelector('#detail-more').click()").await;
        inspected.until(&format!("{shown} === {length}")).await;
    }
    inspected.until("document.querySelector('#detail-more').hidden").await;
}

async fn hostile_bytes_are_only_ever_text() {
    let hostile = "[now] {\"<script>document.title='owned'</script>\": \"<img src=x onerror=document.title='owned'>\
                   \u{202e}\", \"__proto__\": {}, \"a\": \"\\u202e\"}\n";
    let inspected = Inspected::answered("x", hostile.as_bytes()).await;
    let before = inspected.eval("return document.title").await;
    for tab in ["JSON", "Hex", "Text"] {
        inspected.tab(tab).await;
        assert_eq!(inspected.page.count("#side script, #side img").await, 0);
        let texts = inspected.texts("#detail").await;
        assert!(!texts[0].contains('\u{202e}'), "{tab}: {texts:?}");
    }
    assert_eq!(inspected.eval("return document.title").await, before);
    let sizes =
        "const {scrollWidth, clientWidth} = document.documentElement; return scrollWidth - clientWidth";
    assert_eq!(inspected.eval(sizes).await, json!(0), "the page scrolls sideways");
    assert_eq!(inspected.page.browser.console().await, [""; 0]);
}

async fn no_tab_has_violations_of_accessibility() {
    let inspected = Inspected::answered("{\"a\": [1, \"x\"]}", b"[now] {\"a\": [2]}\n").await;
    for tab in ["Text", "JSON", "Hex"] {
        inspected.tab(tab).await;
        for (width, scheme) in [(360, "light"), (1600, "dark")] {
            inspected.page.browser.show(width, scheme).await;
            let found = axe::violations(&inspected.page.browser).await;
            assert_eq!(found, [""; 0], "{tab}, {width} px, {scheme}");
        }
    }
}
