//! The main things that a person does with the page, in Firefox.

use crate::support::Server;
use crate::support::browser::{Browser, ENTER, UP};
use crate::support::page::Page;

async fn connected(server: &Server) -> Page {
    let page = Page::of(Browser::open_firefox(&format!("http://{}/", server.http)).await).await;
    page.shows_connection("Connected").await;
    page
}

#[tokio::test]
async fn in_firefox_messages_are_sent_answered_and_recalled() {
    let server = Server::start(&[]).await;
    let page = connected(&server).await;
    page.browser.keys(&page.message, &format!("hello{ENTER}")).await;
    page.shows_reply("hello").await;
    page.browser.until(&page.log, r"/\d ms/.test(element.innerText)").await;
    page.browser.keys(&page.message, UP).await;
    assert_eq!(page.browser.value(&page.message).await, "hello");
    page.browser.click(&page.send).await;
    page.browser.until(&page.log, "element.querySelectorAll('[data-state=answered]').length === 2").await;
}

#[tokio::test]
async fn in_firefox_an_exchange_opens_and_the_menus_work() {
    let server = Server::start(&[]).await;
    let page = connected(&server).await;
    page.enter("look at me").await;
    page.shows_reply("look at me").await;
    page.browser.eval("document.querySelector('#rows .row:not(.story)').click()").await;
    page.browser.until(&page.log, "!document.querySelector('#detail').hidden").await;
    page.press_in_connection_menu("Disconnect").await;
    page.shows_connection("Disconnected by you").await;
    page.press_in_connection_menu("Connect").await;
    page.shows_connection("Connected").await;
}

#[tokio::test]
async fn in_firefox_the_page_reconnects_when_a_stopped_server_is_back() {
    let server = Server::start(&[]).await;
    let (tcp, http) = (server.tcp.to_string(), server.http);
    let page = connected(&server).await;
    assert_eq!(server.stop().await, Some(0));
    page.shows_connection("reconnecting in").await;
    let _server = Server::start_at(&tcp, &http.to_string(), &[]).await;
    page.shows_connection("Connected").await;
    page.enter("after").await;
    page.shows_reply("after").await;
}

#[tokio::test]
async fn in_firefox_a_burst_ends_with_a_summary_and_a_strip() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = connected(&server).await;
    page.burst("{n}", 500, "1").await;
    page.until("/^500 sent in .*, 0 lost$/.test(document.querySelector('#hint').textContent)").await;
    page.until("/· 500$/.test(document.querySelector('#strip').innerText)").await;
    page.until(
        "[...element.querySelectorAll('.row:not([hidden]) .sent')].some(cell => cell.textContent === '500')",
    )
    .await;
    page.press("strip").await;
    page.until("document.querySelector('#series path.marks').getAttribute('d')?.length > 10").await;
}

#[tokio::test]
async fn in_firefox_the_filter_marks_what_it_finds_and_the_inspector_shows_json() {
    let server = Server::start(&[]).await;
    let page = connected(&server).await;
    page.choose("message", "{\"a\": [1, 2]}\nsomething else").await;
    page.press("send").await;
    page.counts("2 exchanges").await;
    page.choose("filter", "state:answered -else").await;
    page.counts("1 of 2 exchanges").await;
    page.choose("filter", "\"[1, 2]\"").await;
    page.until("element.querySelector('.row:not([hidden]) mark')?.textContent === '[1, 2]'").await;
    page.eval("document.querySelector('.row:not([hidden])').click()").await;
    page.press("tab-json").await;
    page.until("document.querySelectorAll('#detail-sent details').length === 2").await;
    page.press("clear").await;
    page.press("toast-undo").await;
    page.counts("1 of 2 exchanges").await;
}
