//! The page in a real Chromium: the time to its first reply, its longest frame during a burst, and its round trips
//! beside those of `wirestamp ping`.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Instant;

use serde_json::Value;

use crate::peers;
use crate::support::browser::Browser;
use crate::support::burst::{BURST, longest_frame};
use crate::support::server::{PROGRAM, without_settings};
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

/// Sends a burst with one message in flight. Returns the 95th percentile of its round trips and the longest time
/// between frames, in milliseconds.
const ONE_IN_FLIGHT: &str = "return (async () => {
    const set = (id, value) => {
        const element = document.getElementById(id);
        element.value = value;
        for (const kind of ['input', 'change']) element.dispatchEvent(new Event(kind, {bubbles: true}));
    };
    set('job', 'burst');
    set('count', BURST);
    set('in-flight', 1);
    set('message', 'x'.repeat(56));
    let longest = 0, last = performance.now();
    const frame = () => new Promise(requestAnimationFrame);
    await frame();
    document.querySelector('#send').click();
    const counts = document.querySelector('#counts');
    while (counts.textContent.replace(/\\D/g, '') !== 'BURST' || /waiting/.test(counts.textContent)) {
        const now = await frame();
        longest = Math.max(longest, now - last);
        last = now;
    }
    const file = new Promise(done => {
        const create = URL.createObjectURL;
        URL.createObjectURL = blob => { done(blob.text()); return create(blob); };
    });
    document.querySelector('#export-jsonl').click();
    const lines = (await file).trim().split('\\n');
    const took = lines.map(line => JSON.parse(line).round_trip_ms).sort((a, b) => a - b);
    return [took[Math.ceil(took.length * 0.95) - 1], longest];
})()";

/// The 95th percentile of the round trips of `wirestamp ping` over the bridge, in milliseconds.
async fn ping(server: SocketAddr) -> f64 {
    let mut command = without_settings(PROGRAM);
    command.args(["ping", "-q", "--json", "-i", "1ms", "-c", "1000", &format!("ws://{server}/ws")]);
    let output = command.output().await.unwrap();
    let summary = String::from_utf8(output.stdout).unwrap();
    let summary: Value = serde_json::from_str(summary.lines().last().unwrap()).unwrap();
    summary["round_trip_ms"]["p95"].as_f64().unwrap()
}

pub(crate) async fn table() -> String {
    let mut out = String::from("### The page in Chromium\n\n| | |\n| --- | --- |\n");
    let (mut first, mut frames, mut bursts) = (Vec::new(), Vec::new(), Vec::new());
    let (mut trips, mut pings, mut ratios, mut calm) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let server = peers::ours(&[]).await;
        let url = format!("http://{}/", server.http);
        let browser = Browser::open_alone(&url).await;
        first.push(browser.eval(FIRST_REPLY).await.as_f64().unwrap());
        drop(browser);
        let browser = Browser::open_alone(&url).await;
        let send = browser.find("button", "Send").await;
        let log = browser.find("grid", "Exchanges").await;
        let began = Instant::now();
        frames.push(longest_frame(&browser, &send, &log).await);
        bursts.push(began.elapsed().as_secs_f64() * 1e3);
        drop(browser);
        let browser = Browser::open_alone(&url).await;
        let log = browser.find("grid", "Exchanges").await;
        browser.until(&log, "document.querySelector('#connection[data-state=connected]')").await;
        let script = ONE_IN_FLIGHT.replace("BURST", &BURST.to_string());
        let (burst, ping) = tokio::join!(browser.eval(&script), ping(server.http));
        let trip = burst[0].as_f64().unwrap();
        calm.push(burst[1].as_f64().unwrap());
        trips.push(trip);
        pings.push(ping);
        ratios.push(trip / ping);
    }
    let mut row = |what: &str, figures: Vec<f64>| {
        let Spread { median, min, max } = Spread::of(figures);
        let _ = writeln!(out, "| {what} | {median:.0} ms ({min:.0}–{max:.0}) |");
    };
    row("cold start, from requesting the page to its first reply", first);
    row(&format!("longest frame while {BURST} lines are pasted, sent and answered"), frames);
    row("time for those lines", bursts);
    row(&format!("longest frame while {BURST} messages go with one in flight"), calm);
    let mut row = |what: &str, unit: &str, figures: Vec<f64>| {
        let Spread { median, min, max } = Spread::of(figures);
        let _ = writeln!(out, "| {what} | {median:.2}{unit} ({min:.2}–{max:.2}) |");
    };
    row("95th percentile of their round trips", " ms", trips);
    row("the same of `wirestamp ping` beside them, over the bridge", " ms", pings);
    row("the page's round trips to those of `ping`", " ×", ratios);
    out.push('\n');
    out
}
