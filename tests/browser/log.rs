//! The log: the connection's story in it, undoing a clear, pausing, and exports.

use serde_json::Value;

use crate::support::Server;
use crate::support::page::Page;

/// Opens the page, connected.
struct LogPage(Page);

impl LogPage {
    async fn connected(server: &Server) -> Self {
        Self(Page::connected(server.http).await)
    }

    /// Clicks the element with this id.
    async fn press(&self, id: &str) {
        self.0.browser.eval(&format!("document.getElementById({id:?}).click()")).await;
    }

    /// Waits until an expression is true in the page. In it, the log is called `element`.
    async fn until(&self, expression: &str) {
        self.0.browser.until(&self.0.log, expression).await;
    }

    async fn eval(&self, script: &str) -> Value {
        self.0.browser.eval(script).await
    }

    /// Sends a line and waits for its reply.
    async fn exchange(&self, line: &str) {
        self.0.enter(line).await;
        self.until(&format!(
            "[...element.querySelectorAll('[data-state=answered]')].at(-1)?.textContent.includes({line:?})"
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

#[tokio::test]
async fn the_story_of_the_connection_stands_between_the_messages() {
    let server = Server::start(&[]).await;
    let http = server.http;
    let page = LogPage::connected(&server).await;
    page.exchange("before").await;
    page.press("toggle").await;
    page.0.shows_connection("Disconnected by you").await;
    page.press("toggle").await;
    page.0.shows_connection("Connected").await;
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
