//! The page, as a person would use it: by roles, names and keys.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::browser::{Browser, ENTER, Element};

/// The page and its main elements.
pub(crate) struct Page {
    pub(crate) browser: Browser,
    pub(crate) message: Element,
    pub(crate) send: Element,
    pub(crate) log: Element,
    pub(crate) connection: Element,
}

impl Page {
    /// Opens the page and waits until it is connected.
    pub(crate) async fn connected(server: SocketAddr) -> Self {
        let page = Self::open(server).await;
        page.shows_connection("Connected").await;
        page
    }

    pub(crate) async fn open(server: SocketAddr) -> Self {
        Self::of(Browser::open(&format!("http://{server}/")).await).await
    }

    pub(crate) async fn of(browser: Browser) -> Self {
        let message = browser.find("textbox", "Message").await;
        let send = browser.find("button", "Send").await;
        let log = browser.find("grid", "Exchanges").await;
        let connection = browser.find("status", "Connection").await;
        Self { browser, message, send, log, connection }
    }

    /// Types into the message box and presses Enter.
    pub(crate) async fn enter(&self, text: &str) {
        self.browser.keys(&self.message, &format!("{text}{ENTER}")).await;
    }

    /// Pastes text that cannot be typed on a keyboard into the message box, and presses Enter.
    pub(crate) async fn paste(&self, text: &str) {
        // This focuses the box without a click, which would leave the pointer over it.
        self.browser.keys(&self.message, "").await;
        let paste = format!("document.execCommand('insertText', false, {})", json!(text));
        self.browser.eval(&paste).await;
        self.enter("").await;
    }

    pub(crate) async fn shows_connection(&self, text: &str) {
        self.browser.until(&self.connection, &format!("element.innerText.includes({text:?})")).await;
    }

    /// Waits until the log shows a reply with a stamp in the format `ctime` and a message that begins like this, a
    /// JavaScript regular expression.
    pub(crate) async fn shows_reply(&self, pattern: &str) {
        self.shows_stamped(r"\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}", pattern).await;
    }

    /// Waits until the log shows a reply with a stamp and a message that begins like this, both JavaScript regular
    /// expressions. A reply that is the message sent is shown as an equals sign.
    pub(crate) async fn shows_stamped(&self, stamp: &str, pattern: &str) {
        let shown = format!(
            "[...element.querySelectorAll('.row:not([hidden])')].some(row => {{
                const text = cell => row.querySelector(cell)?.textContent ?? '';
                const reply = text('.reply') === '=' ? text('.sent') : text('.reply');
                return /^{stamp}$/.test(row.querySelector('.stamp-at')?.title) && /^{pattern}/.test(reply);
            }})"
        );
        self.browser.until(&self.log, &shown).await;
    }

    /// Presses a button in the connection's menu.
    pub(crate) async fn press_in_connection_menu(&self, name: &str) {
        self.browser.click(&self.browser.find("button", "Connection menu").await).await;
        self.browser.click(&self.browser.find("button", name).await).await;
    }

    pub(crate) async fn count(&self, selector: &str) -> u64 {
        let count =
            self.browser.eval(&format!("return document.querySelectorAll({selector:?}).length")).await;
        count.as_u64().unwrap()
    }

    /// Opens the page with a query and waits until it is connected.
    pub(crate) async fn connected_with(server: SocketAddr, query: &str) -> Self {
        let page = Self::of(Browser::open(&format!("http://{server}/{query}")).await).await;
        page.shows_connection("Connected").await;
        page
    }

    /// Sets the value of the field or select with this id.
    pub(crate) async fn choose(&self, id: &str, value: &str) {
        let choose = format!(
            "const element = document.getElementById({id:?});
             element.value = {};
             element.dispatchEvent(new Event('input', {{bubbles: true}}));
             element.dispatchEvent(new Event('change', {{bubbles: true}}));",
            json!(value)
        );
        self.browser.eval(&choose).await;
    }

    /// Clicks the element with this id.
    pub(crate) async fn press(&self, id: &str) {
        self.browser.eval(&format!("document.getElementById({id:?}).click()")).await;
    }

    /// Waits until an expression is true in the page.
    pub(crate) async fn until(&self, expression: &str) {
        self.browser.until(&self.log, expression).await;
    }

    /// Waits until the log's head counts the exchanges in these words.
    pub(crate) async fn counts(&self, words: &str) {
        self.until(&format!("document.querySelector('#counts').textContent === {words:?}")).await;
    }

    /// Runs JavaScript in the page and returns what it returns.
    pub(crate) async fn eval(&self, script: &str) -> Value {
        self.browser.eval(script).await
    }

    /// Sends a message `count` times, with at most `in_flight` at once or, if that is empty, without a limit.
    pub(crate) async fn burst(&self, message: &str, count: usize, in_flight: &str) {
        self.choose("job", "burst").await;
        self.choose("count", &count.to_string()).await;
        self.choose("in-flight", in_flight).await;
        self.choose("message", message).await;
        self.press("send").await;
    }
}
