//! Ten thousand messages from the page at once.

use super::chromium::{Browser, Element};

/// How many messages.
pub(crate) const BURST: usize = 10_000;

/// Sends [`BURST`] lines from the page's message box; returns the longest time without a frame until all are
/// answered, in milliseconds. Before that the browser has laid out so many lines in a box, which is its own work.
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
