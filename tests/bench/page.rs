//! The page in a real Chromium: the time to its first reply, and its longest frame during a burst.

use std::fmt::Write as _;
use std::time::Instant;

use crate::peers;
use crate::support::browser::Browser;
use crate::support::burst::{BURST, longest_frame};
use crate::table::Spread;

/// The number of measurements, each with a new browser and an empty profile.
const TIMES: usize = 5;

/// Waits for the connection, sends a line, and returns the time from requesting the page until the reply is
/// shown, in milliseconds.
const FIRST_REPLY: &str = "return new Promise(done => {
    const look = () => {
        const box = document.querySelector('textarea');
        if (document.querySelector('[data-state=answered]')) return done(performance.now());
        if (box && !window.sent && document.querySelector('#connection[data-state=connected]')) {
            window.sent = true;
            box.value = 'hello';
            document.querySelector('#send').click();
        }
        setTimeout(look, 1);
    };
    look();
})";

pub(crate) async fn table() -> String {
    let mut out = String::from("### The page in Chromium\n\n| | |\n| --- | --- |\n");
    let (mut first, mut frames, mut bursts) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let server = peers::ours(&[]).await;
        let browser = Browser::open_alone(&format!("http://{}/", server.http)).await;
        first.push(browser.eval(FIRST_REPLY).await.as_f64().unwrap());
        drop(browser);
        let browser = Browser::open_alone(&format!("http://{}/", server.http)).await;
        let send = browser.find("button", "Send").await;
        let log = browser.find("grid", "Exchanges").await;
        let began = Instant::now();
        frames.push(longest_frame(&browser, &send, &log).await);
        bursts.push(began.elapsed().as_secs_f64() * 1e3);
    }
    let mut row = |what: &str, figures: Vec<f64>| {
        let Spread { median, min, max } = Spread::of(figures);
        let _ = writeln!(out, "| {what} | {median:.0} ms ({min:.0}–{max:.0}) |");
    };
    row("cold start, from requesting the page to its first reply", first);
    row(&format!("longest frame while {BURST} messages are sent and answered"), frames);
    row("time for those messages", bursts);
    out.push('\n');
    out
}
