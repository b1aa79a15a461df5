//! The server under all kinds of clients at once, good and bad, for `SOAK_SECONDS` (120): `make soak`.
//!
//! It ends with a table, and with a failure if a promise was broken: that a client which behaves gets every
//! reply; that descriptors and memory are given back; that SIGTERM ends the server with 0. The load is bounded:
//! loopback alone, a hundred or two of connections at once, each kind of client at a pace of its own.
//!
//! - [`clients`]: those that behave, and are owed replies.
//! - [`nuisances`]: those that do not, and are owed nothing.
//! - [`crowd`]: many of a kind, one session after the other.
//! - [`gauge`]: what the server takes of the system.
//! - [`report`]: the lines and the table.

#![allow(clippy::unwrap_used, reason = "in a test that is how to fail")]

mod clients;
mod crowd;
mod gauge;
mod nuisances;
mod report;
#[allow(dead_code, reason = "the soak uses a part of it")]
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

/// How much of the time is for warming up: caches, the allocator's arenas and the threads' buffers fill.
const WARM_UP: f64 = 0.25;

/// How long the server may take to be rid of clients that are gone: what a bridge's last words may take
/// (10 s), and as much again as the computer may be busy.
const SETTLE: Duration = Duration::from_secs(30);

/// How much more memory it may have at the end than after the warm-up, which is what the allocator may keep
/// of the floods: 16 MiB, where losing 1 KiB a session would come to that in the first minute.
const MARGIN: u64 = 16 << 20;

#[tokio::main]
async fn main() -> ExitCode {
    let seconds = std::env::var("SOAK_SECONDS").ok().map_or(120, |text| text.parse().unwrap());
    let browser = std::env::var("BROWSER").as_deref() != Ok("none");
    if !browser {
        println!("THE BROWSER IS LEFT OUT: BROWSER=none");
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

    let total = Duration::from_secs(seconds);
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

    let broken = report::table(&crowds, &states, code);
    for promise in &broken {
        println!("BROKEN: {promise}");
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The server's state once it has as many descriptors as at its start, or had time enough for that.
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
