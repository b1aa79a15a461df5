//! The page for people who use it otherwise than by sight and mouse, as far as a program can judge that.

use crate::support::page::Page;
use crate::support::{Server, axe};

/// What bars people from the page as it is now, narrow and wide, light and dark.
async fn barriers(page: &Page, state: &str) -> Vec<String> {
    let mut all = Vec::new();
    for scheme in ["light", "dark"] {
        for width in [360, 1600] {
            page.browser.show(width, scheme).await;
            let found = axe::violations(&page.browser).await.into_iter();
            all.extend(found.map(|barrier| format!("{state}, {scheme}, {width} px: {barrier}")));
        }
    }
    all
}

#[tokio::test]
async fn no_barrier_before_the_first_message_nor_once_disconnected() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    let mut found = barriers(&page, "empty").await;
    page.browser.click(&page.browser.find("button", "Disconnect").await).await;
    page.shows_connection("Disconnected by you").await;
    found.extend(barriers(&page, "disconnected").await);
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn no_barrier_in_exchanges_of_any_kind() {
    let service = Server::start(&[]).await;
    let server = Server::start(&["--upstream", &service.tcp.to_string()]).await;
    let page = Page::connected(server.http).await;
    page.enter("hello").await;
    page.enter("").await;
    page.paste("\u{1b}[31mred\u{1b}[0m, \u{202e}turned, \u{6e29}\u{5ea6} 21 °C").await;
    page.enter(&"a long line without an end ".repeat(40)).await;
    page.shows_reply("a long line").await;
    let mut found = barriers(&page, "answered").await;

    // The service is there, and says nothing.
    service.signal("STOP");
    page.enter("is anybody there?").await;
    page.browser.until(&page.log, "element.innerText.includes('waiting')").await;
    found.extend(barriers(&page, "waiting").await);

    drop(service);
    page.browser.until(&page.log, "element.innerText.includes('lost')").await;
    page.shows_connection("reconnecting in").await;
    found.extend(barriers(&page, "lost").await);
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test]
async fn no_barrier_in_an_open_exchange_nor_in_the_dialogs() {
    let server = Server::start(&[]).await;
    let page = Page::connected(server.http).await;
    page.enter("hello").await;
    page.shows_reply("hello").await;
    page.browser.eval("document.querySelector('#rows .row').click()").await;
    page.browser.until(&page.log, "!document.querySelector('#detail').hidden").await;
    let mut found = barriers(&page, "an open exchange").await;
    for dialog in ["snippets", "help"] {
        page.browser.eval(&format!("document.querySelector('#{dialog}-open').click()")).await;
        page.browser.until(&page.log, &format!("document.querySelector('#{dialog}').open")).await;
        found.extend(barriers(&page, dialog).await);
        page.browser.eval(&format!("document.querySelector('#{dialog}').close()")).await;
    }
    assert!(found.is_empty(), "{found:#?}");
}
