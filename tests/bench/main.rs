//! Compares the program with a minimal echo server and with what people would use instead: `make bench`.
//!
//! With `BENCH_BEFORE=path/to/wirestamp`, another build is one more peer, and its columns show what a change did.
//!
//! Each load runs against one peer after the other, for `BENCH_ROUNDS` rounds (default 5) of `BENCH_SECONDS`
//! seconds (default 1). This way, a disturbance affects all peers alike. Every reply is checked, and a wrong
//! one ends the bench. The results are written to `docs/performance.md`.
//!
//! - [`wire`]: the bytes of the load.
//! - [`load`], [`datagrams`]: one thread that sends them and checks the replies, over connections and over
//!   UDP.
//! - [`peers`]: the programs that are measured.
//! - [`arrival`], [`probe`]: how late stamps are.
//! - [`cost`]: what the kernel's times of arrival cost.
//! - [`watch`]: what watching costs.
//! - [`idle`]: the memory of a quiet session, and the time of a start.
//! - [`page`]: the page in a browser.
//! - [`fairness`]: a quiet client beside flooding clients.
//! - [`table`]: medians, spreads and ratios.

#![allow(clippy::unwrap_used, reason = "a failing test should panic")]

mod arrival;
mod cost;
mod datagrams;
mod fairness;
mod idle;
mod load;
mod page;
mod peers;
mod probe;
mod processor;
#[allow(dead_code, reason = "the bench uses only part of it")]
#[path = "../support/mod.rs"]
mod support;
mod table;
mod watch;
mod wire;

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use load::{Load, Outcome};
use peers::Peer;
use support::server::PROGRAM;
use table::{Contest, Sample};
use wire::Wire;

/// The tables go between these two lines of this file.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/performance.md");
const BEGIN: &str = "<!-- make bench writes from here -->\n";
const END: &str = "<!-- to here -->\n";

const LOADS: [Load; 4] = [
    Load { clients: 1, in_flight: 1 },
    Load { clients: 1, in_flight: 64 },
    Load { clients: 50, in_flight: 1 },
    Load { clients: 50, in_flight: 64 },
];

type Drive = fn(&Peer, Load, Duration) -> Result<Outcome, String>;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    rlimit::increase_nofile_limit(u64::MAX).unwrap();
    let only = std::env::args().nth(1).filter(|name| !name.starts_with('-'));
    let wanted = |name: &str| only.as_ref().is_none_or(|only| only == name);
    let floor = peers::build_floor();
    let udp = ["--udp", "127.0.0.1:0"];
    let (server, before) = (peers::ours(&udp).await, peers::before(&udp).await);
    let ours = |wire| Some(Peer::ours(&server, wire));
    let theirs = |wire| before.as_ref().map(|before| Peer::ours(before, wire).named("before"));
    let mut tables = String::new();
    add(&mut tables, &heading().await);

    if wanted("tcp") {
        let wire = Wire::Raw { stamped: true };
        let floor = peers::floor(&floor, "tcp").await;
        let all = [ours(wire), theirs(wire), Some(floor), peers::socat().await];
        add(&mut tables, &contest("Lines over TCP", all, lines_over));
    }
    if wanted("ws") {
        let behind = peers::floor(&floor, "tcp").await;
        let (websocat, websockify) =
            (peers::websocat(behind.address).await, peers::websockify(behind.address).await);
        // The floor itself speaks plain TCP: it shows what the WebSocket costs.
        let floor = peers::floor(&floor, "tcp").await;
        let all = [ours(Wire::Messages), theirs(Wire::Messages), Some(floor), websocat, websockify];
        add(&mut tables, &contest("Lines over WebSocket, one message each", all, lines_over));
    }
    if wanted("udp") {
        let theirs = before.as_ref().map(|before| Peer::our_datagrams(before).named("before"));
        let floor = peers::floor(&floor, "udp").await;
        let all = [Some(Peer::our_datagrams(&server)), theirs, Some(floor)];
        add(&mut tables, &contest("Datagrams over UDP", all, datagrams_over));
    }
    drop((server, before));
    let (rounds, time) = rounds();
    if wanted("arrival") {
        add(&mut tables, &arrival::table(rounds, time).await);
    }
    if wanted("cost") {
        add(&mut tables, &cost::table(rounds, time).await);
    }
    if wanted("watch") {
        add(&mut tables, &watch::table(rounds, time).await);
    }
    if wanted("fairness") {
        add(&mut tables, &fairness::table(&floor).await);
    }
    if wanted("idle") {
        add(&mut tables, &idle::table(&floor).await);
    }
    if wanted("page") {
        add(&mut tables, &page::table().await);
    }
    if only.is_none() {
        write_into(Path::new(PAGE), &tables);
    }
}

/// Prints a table immediately, because a later one may fail, and keeps it for the document.
fn add(tables: &mut String, table: &str) {
    println!("{table}");
    tables.push_str(table);
}

fn contest<const N: usize>(title: &'static str, peers: [Option<Peer>; N], drive: Drive) -> String {
    let peers: Vec<Peer> = peers.into_iter().flatten().collect();
    let (rounds, time) = rounds();
    let mut samples = Vec::new();
    for (cell, load) in LOADS.into_iter().enumerate() {
        for round in 0..rounds {
            for peer in &peers {
                eprint!(
                    "\r{title}: {} × {}, round {} of {rounds}, {:12}",
                    load.clients,
                    load.in_flight,
                    round + 1,
                    peer.name
                );
                samples.push(Sample::take(peer, cell, || drive(peer, load, time)));
            }
        }
    }
    eprintln!();
    let cells = LOADS.map(|load| format!("{} × {}", load.clients, load.in_flight)).to_vec();
    let names = peers.iter().map(|peer| peer.name).collect();
    Contest { title, peers: names, cells, samples }.markdown("wirestamp")
}

/// How many rounds there are, and how long each is.
fn rounds() -> (usize, Duration) {
    (setting("BENCH_ROUNDS", 5.0) as usize, Duration::from_secs_f64(setting("BENCH_SECONDS", 1.0)))
}

/// Loads a peer over its connections.
fn lines_over(peer: &Peer, load: Load, time: Duration) -> Result<Outcome, String> {
    load::run(peer.address, peer.wire, load, time)
}

/// Loads a peer over UDP.
fn datagrams_over(peer: &Peer, load: Load, time: Duration) -> Result<Outcome, String> {
    let stamp = if peer.wire == (Wire::Raw { stamped: true }) { support::STAMP } else { 0 };
    datagrams::run(peer.address, stamp, load, time)
}

/// A number from the environment.
fn setting(name: &str, default: f64) -> f64 {
    std::env::var(name).map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// The computer and the versions.
async fn heading() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("a processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{cores} cores of {model}, Linux {}; {}",
        kernel.trim(),
        chrono::Utc::now().format("%F")
    );
    for (program, flag) in
        [("cc", "--version"), ("socat", "-V"), ("websocat", "--version"), ("websockify", "--version")]
    {
        let _ = writeln!(out, "- {program}: {}", peers::version(program, flag).await);
    }
    let _ = writeln!(out, "- wirestamp: {} ({:.1} MiB)\n", peers::version(PROGRAM, "--version").await, {
        std::fs::metadata(PROGRAM).unwrap().len() as f64 / f64::from(1 << 20)
    });
    out
}

fn write_into(path: &Path, tables: &str) {
    let page = std::fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the document has a place for the tables");
    let (_, after) = rest.split_once(END).expect("the place for the tables ends");
    std::fs::write(path, format!("{before}{BEGIN}\n{tables}{END}{after}")).unwrap();
}
