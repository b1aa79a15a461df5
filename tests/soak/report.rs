//! The output: a line every few seconds, and a table at the end.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::time::{Instant, interval};

use crate::MARGIN;
use crate::crowd::Crowd;
use crate::gauge::{Gauge, State};

/// Prints a line every five seconds until it is dropped.
pub(crate) async fn progress(crowds: &[Crowd], gauge: &Gauge, start: Instant) {
    let mut ticks = interval(Duration::from_secs(5));
    loop {
        ticks.tick().await;
        let sum = |of: fn(&Crowd) -> u64| crowds.iter().map(of).sum::<u64>();
        let State { descriptors, resident, .. } = gauge.read();
        println!(
            "{:4} s  {:7} sessions  {:9} replies  {descriptors:4} descriptors  {:6.1} MiB",
            start.elapsed().as_secs(),
            sum(|crowd| crowd.tally.sessions.load(Relaxed)),
            sum(|crowd| crowd.tally.replies.load(Relaxed)),
            mebibytes(resident),
        );
    }
}

/// Prints the table; returns the guarantees that were broken.
pub(crate) fn table(crowds: &[Crowd], states: &[State], code: Option<i32>) -> Vec<String> {
    let mut broken = Vec::new();
    println!(
        "\n{:16} {:>9} {:>9} {:>9} {:>6} {:>6}",
        "", "sessions", "messages", "replies", "lost", "failed"
    );
    for Crowd { name, tally, .. } in crowds {
        let (messages, replies) = (tally.messages.load(Relaxed), tally.replies.load(Relaxed));
        let (sessions, failed) = (tally.sessions.load(Relaxed), tally.failed.load(Relaxed));
        let lost = messages - replies;
        println!("{name:16} {sessions:9} {messages:9} {replies:9} {lost:6} {failed:6}");
        if lost > 0 || failed > 0 {
            broken.push(format!("{name}: {lost} replies lost, {failed} sessions failed"));
        }
        if sessions == 0 {
            broken.push(format!("{name}: no session ran"));
        }
    }
    let [start, warm, end] = states else { unreachable!("three are taken") };
    println!("\n{:16} {:>9} {:>9} {:>9}", "", "start", "warmed up", "end");
    let row = |name: &str, of: &dyn Fn(&State) -> String| {
        println!("{name:16} {:>9} {:>9} {:>9}", of(start), of(warm), of(end));
    };
    row("descriptors", &|state| state.descriptors.to_string());
    row("resident, MiB", &|state| format!("{:.1}", mebibytes(state.resident)));
    row("anonymous, MiB", &|state| format!("{:.1}", mebibytes(state.anonymous)));
    println!("\nexit code        {}", code.map_or("none".to_owned(), |code| code.to_string()));
    for state in [warm, end] {
        if state.descriptors != start.descriptors {
            broken.push(format!("{} descriptors, but {} at the start", state.descriptors, start.descriptors));
        }
    }
    if end.resident > warm.resident + MARGIN {
        broken.push(format!("memory grew by more than {} MiB after the warm-up", MARGIN >> 20));
    }
    if code != Some(0) {
        broken.push("SIGTERM did not end the server with 0".into());
    }
    broken
}

fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
