//! A burst of ten thousand messages from the page.

use super::browser::{Browser, Element};

/// How many messages.
pub(crate) const BURST: usize = 10_000;

/// Sends [`BURST`] lines from the page's message box. Returns the longest time between frames until all of
/// them are answered, in milliseconds. The browser lays out the lines in the box beforehand, so that this
/// does not count.
pub(crate) async fn longest_frame(browser: &Browser, send: &Element, log: &Element) -> f64 {
    let paste = format!(
        "const box = document.querySelector('textarea');
         box.value = Array.from({{length: {BURST}}}, (_, n) => `line ${{n}}`).join('\\n');
         return new Promise(laid_out => requestAnimationFrame(() => setTimeout(laid_out)))"
    );
    browser.eval(&paste).await;
    let watch = "window.longest = 0;
                 let last = performance.now();
                 const frame = now => {
                     window.longest = Math.max(window.longest, now - last);
                     last = now;
                     requestAnimationFrame(frame);
                 };
                 requestAnimationFrame(frame);";
    browser.eval(watch).await;
    browser.click(send).await;
    let answered = format!("document.querySelector('#counts').textContent === '{BURST} exchanges'");
    browser.until(log, &answered).await;
    browser.eval("return window.longest").await.as_f64().unwrap()
}
