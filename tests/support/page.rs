//! The page, as a person would use it: by roles, names and keys.

use std::net::SocketAddr;

use serde_json::json;

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
}
