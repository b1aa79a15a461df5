//! The filter of the log: its language, its completions, and what it marks.

use crate::support::browser::{ENTER, Element};
use crate::support::page::Page;
use crate::support::{Server, axe};

in_both_browsers![
    terms_narrow_the_log_and_matches_are_marked,
    a_query_that_is_not_understood_is_said_and_the_last_one_stays,
    the_last_term_is_completed_while_it_is_typed,
    escape_clears_the_filter_and_then_returns_to_the_message,
    a_message_that_the_filter_hides_is_said_to_be_sent,
    marks_are_text_and_escapes_stay_escapes,
    the_help_explains_the_terms_and_has_no_violations,
];

const ESCAPE: &str = "\u{e00c}";
const BACKSPACE: &str = "\u{e003}";

/// A page with these messages answered, and its filter.
async fn page_with(server: &Server, messages: &[&str]) -> (Page, Element) {
    let page = Page::connected(server.http).await;
    for message in messages {
        page.paste(message).await;
    }
    page.counts(&format!("{} exchanges", messages.len())).await;
    let filter = page.browser.find("combobox", "Filter").await;
    (page, filter)
}

/// The marked texts in the log, in order.
async fn marked(page: &Page) -> String {
    let marks = "return [...document.querySelectorAll('.row:not([hidden]) mark')].map(it => it.textContent)";
    let marks = page.browser.eval(&format!("{marks}.join(',')")).await;
    marks.as_str().unwrap().to_owned()
}

async fn focused(page: &Page) -> String {
    page.browser.name(&page.browser.focused().await).await
}

async fn terms_narrow_the_log_and_matches_are_marked() {
    let server = Server::start(&[]).await;
    let (page, filter) = page_with(&server, &["one", "two", "Twofold one", "three"]).await;
    page.browser.keys(&filter, "TWO").await;
    page.counts("2 of 4 exchanges").await;
    page.browser.until(&page.log, "element.querySelectorAll('mark').length === 2").await;
    assert_eq!(marked(&page).await, "two,Two");

    page.browser.keys(&filter, " -one").await;
    page.counts("1 of 4 exchanges").await;
    page.browser.until(&page.log, "element.querySelectorAll('.row:not([hidden])').length === 1").await;
    assert_eq!(marked(&page).await, "two");

    page.browser.keys(&filter, &format!("{ESCAPE}state:answered size>4 rtt<1000s same:yes")).await;
    page.counts("2 of 4 exchanges").await;
    page.browser.keys(&filter, &format!("{ESCAPE}state:lost")).await;
    page.browser.until(&page.log, "!document.querySelector('#nothing').hidden").await;
}

async fn a_query_that_is_not_understood_is_said_and_the_last_one_stays() {
    let server = Server::start(&[]).await;
    let (page, filter) = page_with(&server, &["one", "two"]).await;
    page.browser.keys(&filter, "two size>x").await;
    let said = "document.querySelector('#filter-mistake').innerText";
    page.browser.until(&filter, &format!("{said}.includes('size>1k')")).await;
    page.browser.until(&filter, "element.getAttribute('aria-invalid') === 'true'").await;
    page.counts("1 of 2 exchanges").await;
    for (scheme, width) in [("light", 360), ("dark", 360), ("light", 1280), ("dark", 1280)] {
        page.browser.show(width, scheme).await;
        let found = axe::violations(&page.browser).await;
        assert!(found.is_empty(), "{scheme}, {width} px: {found:#?}");
        let edges = "const {left, right} = document.querySelector('#filter-mistake').getBoundingClientRect();
                     return left >= 0 && right <= document.documentElement.clientWidth";
        assert_eq!(page.browser.eval(edges).await, true, "it is in view at {width} px");
    }
    page.browser.keys(&filter, &format!("{BACKSPACE}0")).await;
    page.browser.until(&filter, &format!("{said} === '' && element.ariaInvalid === 'false'")).await;
}

async fn the_last_term_is_completed_while_it_is_typed() {
    let server = Server::start(&[]).await;
    let (page, filter) = page_with(&server, &["one", "two"]).await;
    let offered = "[...element.list.options].map(it => it.value).join()";
    page.browser.until(&filter, &format!("{offered}.startsWith('state:,same:')")).await;
    for (typed, all) in [
        ("two st", "two state:,two stamp:"),
        ("ate:u", "two state:unsolicited"),
        ("nsolicited", ""),
        (" -rt", "two state:unsolicited -rtt>5ms,two state:unsolicited -rtt<1s"),
    ] {
        page.browser.keys(&filter, typed).await;
        page.browser.until(&filter, &format!("{offered} === {all:?}")).await;
    }
}

async fn escape_clears_the_filter_and_then_returns_to_the_message() {
    let server = Server::start(&[]).await;
    let (page, filter) = page_with(&server, &["one", "two"]).await;
    page.browser.keys(&filter, "two").await;
    page.counts("1 of 2 exchanges").await;
    page.browser.keys(&filter, ESCAPE).await;
    page.counts("2 exchanges").await;
    assert_eq!((focused(&page).await, page.browser.value(&filter).await), ("Filter".into(), String::new()));
    page.browser.keys(&filter, ESCAPE).await;
    assert_eq!(focused(&page).await, "Message");
}

async fn a_message_that_the_filter_hides_is_said_to_be_sent() {
    let server = Server::start(&[]).await;
    let (page, filter) = page_with(&server, &["one", "two"]).await;
    page.browser.keys(&filter, "two").await;
    let hint = |words: &str| format!("document.querySelector('#hint').textContent.startsWith({words:?})");
    page.enter("three").await;
    page.browser.until(&page.log, &hint("Sent; the filter hides it")).await;
    page.enter("four").await;
    page.browser.until(&page.log, &hint("Sent; the filter hides 2 messages")).await;
    page.browser.keys(&page.message, &format!("two more{ENTER}")).await;
    page.counts("2 of 5 exchanges").await;
    page.browser.until(&page.log, &hint("Enter sends")).await;

    page.enter("five").await;
    page.browser.until(&page.log, &hint("Sent; the filter hides 3 messages")).await;
    page.browser.keys(&filter, ESCAPE).await;
    page.browser.until(&page.log, &hint("Enter sends")).await;
}

async fn marks_are_text_and_escapes_stay_escapes() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let (page, filter) = page_with(&server, &["<mark>a</mark>", "\u{202e}mark\u{1b}"]).await;
    page.browser.keys(&filter, "mark").await;
    page.browser.until(&page.log, "element.querySelectorAll('mark').length === 3").await;
    assert_eq!(marked(&page).await, "mark,mark,mark");
    let escapes =
        "[...element.querySelectorAll('.row:not([hidden]) .escape')].map(it => it.textContent).join()";
    page.browser.until(&page.log, &format!(r"{escapes} === '\\u{{202e}},\\x1b'")).await;
    page.browser.keys(&filter, &format!("{ESCAPE}x1b")).await;
    page.counts("0 of 2 exchanges").await;
}

async fn the_help_explains_the_terms_and_has_no_violations() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.browser.eval("document.querySelector('#help').showModal()").await;
    let help = page.browser.eval("return document.querySelector('#help').innerText").await;
    for term in ["sent:", "reply:", "stamp:", "state:lost", "same:no", "size>1k", "rtt>5ms", "-term"] {
        assert!(help.as_str().unwrap().contains(term), "{term} in {help}");
    }
    for (scheme, width) in [("light", 360), ("dark", 1280)] {
        page.browser.show(width, scheme).await;
        let found = axe::violations(&page.browser).await;
        assert!(found.is_empty(), "{scheme}, {width} px: {found:#?}");
    }
}
