//! The server under all kinds of clients at once, good and bad, for `SOAK_SECONDS` (default 120): `make
//! soak`.
//!
//! It prints a table, and fails if a guarantee was broken: well-behaved clients get every reply, the server
//! releases its descriptors and memory, and SIGTERM ends it with 0. The load is bounded: it uses only
//! loopback and one or two hundred connections at once, and each kind of client has its own pace. Half of the
//! time is for hardships, such as a thousand clients that never read.
//!
//! - [`clients`]: well-behaved clients, which must get their replies.
//! - [`nuisances`]: badly behaved clients, which need not get any.
//! - [`crowd`]: many clients of one kind, each with one session after another.
//! - [`hardships`]: what once broke the server, at full size.
//! - [`gauge`]: the descriptors and memory of the server.
//! - [`report`]: the progress and the table.

#![allow(clippy::unwrap_used, reason = "a failing test should panic")]

mod clients;
mod crowd;
mod gauge;
mod hardships;
mod nuisances;
mod report;
#[allow(dead_code, reason = "the soak uses only part of it")]
#[path = "../support/mod.rs"]
mod support;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crowd::{Crowd, Target};
use gauge::Gauge;
use support::Server;
use support::place::Place;

/// The fraction of the time for hardships. The rest is for the crowds.
const HARDSHIPS: f64 = 0.5;

/// The fraction of the crowds' time for warming up, while caches, the allocator's arenas and the threads' buffers
/// fill.
const WARM_UP: f64 = 0.25;

/// How long the server may take to drop clients that are gone: the 10 s in which a bridge may send its last
/// bytes, and some time in case the computer is busy.
const SETTLE: Duration = Duration::from_secs(30);

/// How much more memory the server may use at the end than after the warm-up. The allocator may keep 16 MiB
/// from the floods. A leak of 1 KiB per session would exceed that in the first minute.
const MARGIN: u64 = 16 << 20;

#[tokio::main]
async fn main() -> ExitCode {
    let seconds = std::env::var("SOAK_SECONDS").ok().map_or(120, |text| text.parse().unwrap());
    let browser = std::env::var("BROWSER").as_deref() != Ok("none");
    if !browser {
        println!("THE BROWSER IS SKIPPED: BROWSER=none");
    }

    let place = Place::new();
    let flags = ["--gap", "off", "--udp", "127.0.0.1:0", "--unix", place.text(), "--log-level", "warn"];
    let server = Server::start(&flags).await;
    let target = Arc::new(Target {
        tcp: server.tcp,
        http: server.http,
        udp: server.addresses("udp")[0].parse().unwrap(),
        unix: place.path().to_owned(),
    });
    let gauge = Gauge::of(server.pid());
    let crowds = Crowd::all(browser);

    let hardships = Duration::from_secs(seconds).mul_f64(HARDSHIPS);
    let total = Duration::from_secs(seconds) - hardships;
    let start = Instant::now();
    let mut states = vec![gauge.read()];
    for time in [total.mul_f64(WARM_UP), total.mul_f64(1.0 - WARM_UP)] {
        let end = Instant::now() + time;
        tokio::select! {
            () = crowd::run(&crowds, &target, end) => {}
            () = report::progress(&crowds, &gauge, start) => {}
        }
        states.push(settled(&gauge, states[0].descriptors).await);
    }
    let code = server.stop().await;

    let mut broken = report::table(&crowds, &states, code);
    broken.extend(hardships::run(hardships).await);
    for promise in &broken {
        println!("BROKEN: {promise}");
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The server's state once it has as many descriptors as at the start, or after [`SETTLE`].
async fn settled(gauge: &Gauge, descriptors: usize) -> gauge::State {
    let end = Instant::now() + SETTLE;
    loop {
        let state = gauge.read();
        if state.descriptors == descriptors || Instant::now() > end {
            return state;
        }
        sleep(Duration::from_millis(100)).await;
    }
}
