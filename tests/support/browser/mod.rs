//! A real Chromium or Firefox, used as a person would use it.

mod driver;
mod looks;

use std::sync::Arc;

use serde_json::{Value, json};

use driver::{Kind, Session};

/// The key of an element in the JSON of WebDriver.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const UP: &str = "\u{e013}";
pub(crate) const DOWN: &str = "\u{e015}";

tokio::task_local! {
    /// The browser that the tests of this task share.
    static SHARED: Arc<Session>;
}

/// Runs tests one after the other in one Firefox, as starting it takes longer than most of them. Each test has its own
/// server, so pages are of different origins and share nothing that is stored.
pub(crate) async fn in_firefox(tests: impl Future<Output = ()>) {
    SHARED.scope(Arc::new(Session::start(Kind::Firefox).await), tests).await;
}

/// A browser with one window. Dropping this ends it, unless it is shared.
pub(crate) struct Browser {
    session: Arc<Session>,
}

/// An element of the page.
pub(crate) struct Element(String);

impl Browser {
    /// Opens `url` in the browser of this task, or else in a Chromium of its own.
    pub(crate) async fn open(url: &str) -> Self {
        let browser = match SHARED.try_with(Arc::clone) {
            Ok(session) => {
                let browser = Self { session };
                browser.show_as_always().await;
                browser
            }
            Err(_) => Self { session: Arc::new(Session::start(Kind::Chromium).await) },
        };
        browser.go_to(url).await;
        browser
    }

    /// Opens `url` in a Chromium while no other browser runs, for measurements.
    pub(crate) async fn open_alone(url: &str) -> Self {
        let browser = Self { session: Arc::new(Session::start_alone(Kind::Chromium).await) };
        browser.go_to(url).await;
        browser
    }

    async fn go_to(&self, url: &str) {
        self.post("/url", json!({"url": url})).await;
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

    /// The errors of pages on the browser's console since the last call; in Chromium, also what they write there.
    pub(crate) async fn console(&self) -> Vec<String> {
        if self.session.kind == Kind::Firefox {
            let errors = "const all = Services.console.getMessageArray();
                          Services.console.reset();
                          const errors = all.filter(it => it instanceof Ci.nsIScriptError);
                          return errors.filter(it => it.sourceName.startsWith('http')).map(String)";
            return serde_json::from_value(self.in_firefoxs_own_context(errors).await).unwrap();
        }
        let entries = self.post("/se/log", json!({"type": "browser"})).await;
        let entries = entries.as_array().unwrap().iter();
        entries.map(|entry| format!("{} {}", entry["level"], entry["message"])).collect()
    }

    /// Waits until an expression is true in the page. In the expression, `of` is called `element`.
    pub(crate) async fn until(&self, of: &Element, expression: &str) {
        if let Err(error) = self.wait_for(expression, json!([{ELEMENT: of.0}])).await {
            panic!("never true: {expression}\n{error}\nthe element shows: {}", self.text(of).await);
        }
    }

    /// Waits until an expression is true in the page.
    async fn until_true(&self, expression: &str) {
        let waited = self.wait_for(expression, json!([null])).await;
        waited.unwrap_or_else(|error| panic!("never true: {expression}\n{error}"));
    }

    async fn wait_for(&self, expression: &str, args: Value) -> Result<Value, Value> {
        let script = format!(
            "const [element, done] = arguments;
             const look = () => ({expression}) ? done(true) : setTimeout(look, 10);
             look();"
        );
        self.session.try_post("/execute/async", &json!({"script": script, "args": args})).await
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
        self.session.get(path).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.session.post(path, body).await
    }
}
