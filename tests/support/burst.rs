//! A burst of ten thousand messages from the page.

use super::browser::{Browser, Element};

/// How many messages.
pub(crate) const BURST: usize = 10_000;

/// Pastes [`BURST`] lines into the page's message box and sends them. Returns the longest time between frames until all of
/// them are answered, in milliseconds.
pub(crate) async fn longest_frame(browser: &Browser, send: &Element, log: &Element) -> f64 {
    let watch = "window.longest = 0;
                 let last = performance.now();
                 const frame = now => {
                     window.longest = Math.max(window.longest, now - last);
                     last = now;
                     requestAnimationFrame(frame);
                 };
                 return new Promise(done => requestAnimationFrame(now => { frame(last = now); done(); }));";
    browser.eval(watch).await;
    let lines = format!("Array.from({{length: {BURST}}}, (_, n) => `line ${{n}}`).join('\\n')");
    browser.paste(&lines).await;
    browser.click(send).await;
    let answered = format!("document.querySelector('#counts').textContent === '{BURST} exchanges'");
    browser.until(log, &answered).await;
    browser.eval("return window.longest").await.as_f64().unwrap()
}
