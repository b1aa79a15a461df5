//! The worker that has the page's socket: what it sends, and what the page does without it.

use std::net::SocketAddr;

use serde_json::json;

use crate::support::Server;
use crate::support::browser::Browser;
use crate::support::metrics;
use crate::support::page::Page;

/// Makes the page's workers available as `workers`.
const SEEN: &str = "window.workers = [];
    const Original = Worker;
    window.Worker = class extends Original {
        constructor(...all) { super(...all); workers.push(this); }
    };
    const Socket = WebSocket;
    window.sockets = 0;
    window.WebSocket = class extends Socket {
        constructor(...all) { super(...all); sockets += 1; }
    };";

/// Opens the page, with a script that runs before it.
async fn opened_after(script: &str, server: SocketAddr) -> Page {
    let browser = Browser::open(&format!("http://{server}/")).await;
    browser.devtools("Page.addScriptToEvaluateOnNewDocument", json!({"source": script})).await;
    browser.reload().await;
    let page = Page::of(browser).await;
    page.shows_connection("Connected").await;
    page
}

/// Sends `line 0` to `line 99` in turn, `count` messages in all.
async fn burst(page: &Page, count: usize, in_flight: &str) {
    let lines: Vec<_> = (0..100).map(|n| format!("line {n}")).collect();
    page.burst(&lines.join("\n"), count, in_flight).await;
}

/// The exported log's messages and replies without stamps, a line each.
async fn exported(page: &Page) -> Vec<serde_json::Value> {
    let export = "return new Promise(done => {
        const create = URL.createObjectURL;
        URL.createObjectURL = blob => { blob.text().then(done); return create(blob); };
        document.querySelector('#export-jsonl').click();
    })";
    let text = page.browser.eval(export).await;
    let lines = text.as_str().unwrap().lines().map(|line| serde_json::from_str(line).unwrap());
    lines.filter(|line: &serde_json::Value| line["event"].is_null()).collect()
}

#[tokio::test]
async fn the_socket_is_in_a_worker() {
    let server = Server::start(&[]).await;
    let page = opened_after(SEEN, server.http).await;
    page.enter("from the worker").await;
    page.until("element.querySelector('[data-state=answered]')").await;
    assert_eq!(page.browser.eval("return [workers.length, sockets]").await, json!([1, 0]));
    assert_eq!(page.browser.console().await, [] as [&str; 0]);
}

#[tokio::test]
async fn ten_thousand_with_one_in_flight_come_back_in_order() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    burst(&page, 10_000, "1").await;
    page.counts("10000 exchanges").await;
    let exchanges = exported(&page).await;
    assert_eq!(exchanges.len(), 10_000);
    for (at, exchange) in exchanges.iter().enumerate() {
        let line = json!(format!("line {}", at % 100));
        assert_eq!([&exchange["sent"], &exchange["reply"]], [&line, &line], "{exchange}");
        assert_eq!(exchange["outcome"], "answered", "{exchange}");
    }
}

#[tokio::test]
async fn a_worker_that_dies_is_a_lost_connection_and_the_page_makes_another() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = opened_after(SEEN, server.http).await;
    burst(&page, 1_000_000, "1").await;
    page.until("parseInt(document.querySelector('#counts').textContent) > 0").await;
    page.browser.eval("workers[0].terminate(); workers[0].dispatchEvent(new ErrorEvent('error'))").await;
    page.until("document.querySelector('#sending').hidden").await;
    page.shows_connection("Connected").await;
    assert_eq!(page.browser.eval("return [workers.length, sockets]").await, json!([2, 0]));
    // The burst is still in the box, and goes on from the new worker.
    let counted = "parseInt(document.querySelector('#counts').textContent.replace(/,/g, ''))";
    let before = page.browser.eval(&format!("return {counted}")).await;
    page.browser.eval("document.getElementById('send').click()").await;
    page.until(&format!("{counted} > {before}")).await;
}

#[tokio::test]
async fn without_workers_the_socket_is_in_the_page() {
    let server = Server::start(&["--log-level", "warn"]).await;
    for refusal in [
        "window.Worker = function () { throw new Error('refused'); }",
        "const Original = Worker;
         window.Worker = function () { return new Original('/missing.js', {type: 'module'}); }",
    ] {
        let page = opened_after(refusal, server.http).await;
        burst(&page, 1000, "10").await;
        page.counts("1000 exchanges").await;
    }
}

#[tokio::test]
async fn a_burst_goes_on_in_a_hidden_tab() {
    let server = Server::start(&["--log-level", "warn"]).await;
    let page = Page::connected(server.http).await;
    burst(&page, 10_000, "1").await;
    let shown = page.browser.hide().await;
    // It ends while the tab is hidden: nothing waits for a frame, or for a timer of the page.
    metrics::shows(server.http, "wirestamp_messages_total{cut=\"lf\",transport=\"ws\"} 10000").await;
    page.browser.show_again(&shown).await;
    page.counts("10000 exchanges").await;
}
