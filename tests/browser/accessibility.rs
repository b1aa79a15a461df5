//! Accessibility, as far as axe-core can check it.

use crate::support::page::Page;
use crate::support::{Server, axe};

/// The violations on the page in its current state, narrow and wide, light and dark.
async fn violations(page: &Page, state: &str) -> Vec<String> {
    let mut all = Vec::new();
    for scheme in ["light", "dark"] {
        for width in [360, 1600] {
            page.browser.show(width, scheme).await;
            let found = axe::violations(&page.browser).await.into_iter();
            all.extend(found.map(|rule| format!("{state}, {scheme}, {width} px: {rule}")));
        }
    }
    all
}

#[tokio::test]
async fn the_empty_and_the_disconnected_page_have_no_violations() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    let mut found = violations(&page, "empty").await;
    page.press_in_connection_menu("Disconnect").await;
    page.shows_connection("Disconnected by you").await;
    found.extend(violations(&page, "disconnected").await);
    for menu in ["link-menu", "more"] {
        page.browser.eval(&format!("document.querySelector('#{menu}').showPopover()")).await;
        found.extend(violations(&page, menu).await);
        page.browser.eval(&format!("document.querySelector('#{menu}').hidePopover()")).await;
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn every_kind_of_exchange_has_no_violations() {
    let service = Server::start(&[]).await;
    let server = Server::start(&["--upstream", &service.tcp.to_string()]).await;
    let page = Page::connected(server.http).await;
    page.enter("hello").await;
    page.enter("").await;
    page.paste("\u{1b}[31mred\u{1b}[0m, \u{202e}turned, \u{6e29}\u{5ea6} 21 °C").await;
    page.enter(&"a long line without an end ".repeat(40)).await;
    page.shows_reply("a long line").await;
    let mut found = violations(&page, "answered").await;

    // The service is connected but does not answer.
    service.signal("STOP");
    page.enter("is anybody there?").await;
    page.browser.until(&page.log, "element.innerText.includes('waiting')").await;
    found.extend(violations(&page, "waiting").await);

    drop(service);
    page.browser.until(&page.log, "element.innerText.includes('lost')").await;
    page.shows_connection("reconnecting in").await;
    found.extend(violations(&page, "lost").await);
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn an_open_exchange_and_the_dialogs_have_no_violations() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("hello").await;
    page.shows_reply("hello").await;
    page.browser.eval("document.querySelector('#rows .row:not(.story)').click()").await;
    page.browser.until(&page.log, "!document.querySelector('#detail').hidden").await;
    let mut found = violations(&page, "an open exchange").await;
    for dialog in ["snippets", "help"] {
        page.browser.eval(&format!("document.querySelector('#{dialog}-open').click()")).await;
        page.browser.until(&page.log, &format!("document.querySelector('#{dialog}').open")).await;
        found.extend(violations(&page, dialog).await);
        page.browser.eval(&format!("document.querySelector('#{dialog}').close()")).await;
    }
    assert!(found.is_empty(), "{found:#?}");
}
