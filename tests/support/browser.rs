//! A real Chromium or Firefox, driven through its driver with the WebDriver protocol of the W3C.
//!
//! The client crates for this protocol have sixty dependencies. The dozen calls needed here are a page of
//! JSON over HTTP.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;

use hyper::{Method, Request};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::group::Group;
use super::scratch::Scratch;
use super::{PATIENCE, http, soon};

/// The key of an element in the JSON of WebDriver.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const UP: &str = "\u{e013}";
pub(crate) const DOWN: &str = "\u{e015}";

/// The number of browsers at once: one for each of two cores, so that none is slow.
const BROWSERS: u32 = 2;
static FREE: Semaphore = Semaphore::const_new(BROWSERS as usize);

/// A browser with one window. Dropping this kills it and its driver.
pub(crate) struct Browser {
    _place: SemaphorePermit<'static>,
    /// Fields are dropped in order, so the browser ends before its profile and other files are removed.
    _driver: Group,
    _leavings: Scratch,
    at: SocketAddr,
    session: String,
}

/// A kind of browser.
#[derive(Clone, Copy)]
enum Kind {
    Chromium,
    Firefox,
}

impl Kind {
    fn driver(self) -> &'static str {
        match self {
            Self::Chromium => "chromedriver",
            Self::Firefox => "geckodriver",
        }
    }

    /// What comes before the port in the driver's first lines.
    fn before_port(self) -> &'static str {
        match self {
            Self::Chromium => "started successfully on port ",
            Self::Firefox => "Listening on 127.0.0.1:",
        }
    }

    /// The capabilities to ask for.
    fn capabilities(self) -> Value {
        let timeouts = json!({"script": (PATIENCE / 2).as_millis()});
        match self {
            Self::Chromium => {
                let flags = [
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-quic",
                    "--disable-dev-shm-usage",
                    "--no-first-run",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                ];
                json!({
                    "goog:chromeOptions": {"args": flags},
                    "goog:loggingPrefs": {"browser": "ALL"},
                    "timeouts": timeouts,
                })
            }
            Self::Firefox => json!({"moz:firefoxOptions": {"args": ["-headless"]}, "timeouts": timeouts}),
        }
    }
}

/// Starts the driver of a browser on a free port. Chromedriver chooses a port that is free over IPv6, and fails if that
/// port is taken over IPv4, so this tries again.
async fn start_driver(kind: Kind, leavings: &Scratch) -> (Group, u16) {
    for _ in 0..20 {
        let mut command = Command::new(kind.driver());
        command.arg("--port=0").env("TMPDIR", &leavings.0).stdout(Stdio::piped()).stderr(Stdio::null());
        // The browser's processes join the driver's group and end with it.
        let mut driver = Group::spawn(&mut command)
            .unwrap_or_else(|error| panic!("{}: {error}: `make test` installs it", kind.driver()));
        let mut said = BufReader::new(driver.0.stdout.take().unwrap()).lines();
        while let Some(line) = soon("the driver's port", said.next_line()).await.unwrap() {
            if let Some((_, port)) = line.split_once(kind.before_port()) {
                // Read the rest of its output, so that it never blocks on a full pipe.
                tokio::spawn(async move { while let Ok(Some(_)) = said.next_line().await {} });
                return (driver, port.trim_end_matches('.').parse().unwrap());
            }
        }
    }
    panic!("{} finds no free port", kind.driver());
}

/// An element of the page.
pub(crate) struct Element(String);

impl Browser {
    /// Starts Chromium and opens `url` in it.
    pub(crate) async fn open(url: &str) -> Self {
        Self::open_in(FREE.acquire().await.unwrap(), Kind::Chromium, url).await
    }

    /// The same while no other browser runs, for measurements.
    pub(crate) async fn open_alone(url: &str) -> Self {
        Self::open_in(FREE.acquire_many(BROWSERS).await.unwrap(), Kind::Chromium, url).await
    }

    /// Starts Firefox and opens `url` in it.
    pub(crate) async fn open_firefox(url: &str) -> Self {
        Self::open_in(FREE.acquire().await.unwrap(), Kind::Firefox, url).await
    }

    async fn open_in(place: SemaphorePermit<'static>, kind: Kind, url: &str) -> Self {
        let leavings = Scratch::new();
        let (driver, port) = start_driver(kind, &leavings).await;
        let at = (Ipv4Addr::LOCALHOST, port).into();
        let mut browser =
            Self { _place: place, _driver: driver, _leavings: leavings, at, session: String::new() };
        let wanted = json!({"capabilities": {"alwaysMatch": kind.capabilities()}});
        let session = browser.call(Method::POST, "/session", &wanted).await;
        browser.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        browser.post("/url", json!({"url": url})).await;
        browser
    }

    /// The element with this role and accessible name, as assistive technology sees them.
    pub(crate) async fn find(&self, role: &str, name: &str) -> Element {
        let candidates = json!({"using": "css selector", "value": "[role], button, input, textarea"});
        let mut seen = Vec::new();
        for element in self.post("/elements", candidates).await.as_array().unwrap() {
            let id = element[ELEMENT].as_str().unwrap();
            let its_role = self.get(&format!("/element/{id}/computedrole")).await;
            let its_name = self.get(&format!("/element/{id}/computedlabel")).await;
            if its_role == role && its_name == name {
                return Element(id.to_owned());
            }
            seen.push(format!("{its_role} {its_name}"));
        }
        panic!("no {role} named {name:?} in {seen:?}")
    }

    /// The element that has the focus.
    pub(crate) async fn focused(&self) -> Element {
        let element = self.get("/element/active").await;
        Element(element[ELEMENT].as_str().unwrap().to_owned())
    }

    pub(crate) async fn name(&self, element: &Element) -> String {
        let name = self.get(&format!("/element/{}/computedlabel", element.0)).await;
        name.as_str().unwrap().to_owned()
    }

    /// Types into an element.
    pub(crate) async fn keys(&self, element: &Element, keys: &str) {
        self.post(&format!("/element/{}/value", element.0), json!({"text": keys})).await;
    }

    pub(crate) async fn click(&self, element: &Element) {
        self.post(&format!("/element/{}/click", element.0), json!({})).await;
    }

    /// The visible text of an element.
    pub(crate) async fn text(&self, element: &Element) -> String {
        self.get(&format!("/element/{}/text", element.0)).await.as_str().unwrap().to_owned()
    }

    /// The value of a text box.
    pub(crate) async fn value(&self, element: &Element) -> String {
        let value = self.get(&format!("/element/{}/property/value", element.0)).await;
        value.as_str().unwrap().to_owned()
    }

    /// Runs JavaScript in the page and returns what it returns.
    pub(crate) async fn eval(&self, script: &str) -> Value {
        self.post("/execute/sync", json!({"script": script, "args": []})).await
    }

    /// Pastes into the text box that has the focus, as from the clipboard: the value of a JavaScript expression.
    pub(crate) async fn paste(&self, text: &str) {
        let script = format!(
            "const box = document.activeElement, data = {text};
             const event = {{inputType: 'insertFromPaste', data, bubbles: true, cancelable: true}};
             if (box.dispatchEvent(new InputEvent('beforeinput', event))) {{
                 box.setRangeText(data, box.selectionStart, box.selectionEnd, 'end');
                 box.dispatchEvent(new InputEvent('input', {{...event, cancelable: false}}));
             }}"
        );
        self.eval(&script).await;
    }

    /// The messages on the browser's console since the last call.
    pub(crate) async fn console(&self) -> Vec<String> {
        let entries = self.post("/se/log", json!({"type": "browser"})).await;
        let entries = entries.as_array().unwrap().iter();
        entries.map(|entry| format!("{} {}", entry["level"], entry["message"])).collect()
    }

    /// Waits until an expression is true in the page. In the expression, `of` is called `element`.
    pub(crate) async fn until(&self, of: &Element, expression: &str) {
        let script = format!(
            "const [element, done] = arguments;
             const look = () => ({expression}) ? done(true) : setTimeout(look, 10);
             look();"
        );
        let body = json!({"script": script, "args": [{ELEMENT: of.0}]});
        let path = format!("{}/execute/async", self.session);
        if let Err(error) = self.try_call(Method::POST, &path, &body).await {
            panic!("never true: {expression}\n{}\nthe element shows: {}", error, self.text(of).await);
        }
    }

    /// Reloads the page. Elements found before are gone.
    pub(crate) async fn reload(&self) {
        self.post("/refresh", json!({})).await;
    }

    /// Opens another tab in front of the page; returns the handle that [`Browser::show_again`] takes.
    pub(crate) async fn hide(&self) -> String {
        let page = self.get("/window").await.as_str().unwrap().to_owned();
        let other = self.post("/window/new", json!({"type": "tab"})).await;
        self.post("/window", json!({"handle": other["handle"]})).await;
        page
    }

    /// Brings the page hidden by [`Browser::hide`] back to the front.
    pub(crate) async fn show_again(&self, page: &str) {
        self.post("/window", json!({"handle": page})).await;
    }

    /// Shows the page at a width in pixels and with a colour scheme, `light` or `dark`.
    pub(crate) async fn show(&self, width: u32, scheme: &str) {
        self.show_at(width, 720, scheme).await;
    }

    /// The same at a height as well.
    pub(crate) async fn show_at(&self, width: u32, height: u32, scheme: &str) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// Waits for all animations to end, except for endless ones.
    pub(crate) async fn settled(&self) {
        let script = "const moving = document.getAnimations();
                      const ends = moving.filter(it => it.effect.getComputedTiming().endTime < Infinity);
                      return Promise.allSettled(ends.map(it => it.finished))
                          .then(() => new Promise(requestAnimationFrame))";
        self.eval(script).await;
    }

    /// Runs a command of the DevTools protocol.
    pub(crate) async fn devtools(&self, command: &str, params: Value) {
        self.post("/goog/cdp/execute", json!({"cmd": command, "params": params})).await;
    }

    /// Gets the value at this path of the session.
    pub(crate) async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, &format!("{}{path}", self.session), &Value::Null).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.call(Method::POST, &format!("{}{path}", self.session), &body).await
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        self.try_call(method, path, body).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Returns the value of the response, or the error that WebDriver reports.
    async fn try_call(&self, method: Method, path: &str, body: &Value) -> Result<Value, Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let response = http::send(self.at, request.body(body).unwrap()).await;
        let mut answer: Value = serde_json::from_slice(response.body()).unwrap();
        let value = answer["value"].take();
        if response.status().is_success() { Ok(value) } else { Err(value) }
    }
}
