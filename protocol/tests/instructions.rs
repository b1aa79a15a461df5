//! Counts the instructions that a line costs, for `make instructions`. Fails if it's more than allowed.
//!
//! Valgrind counts, so that every run on a processor gives the same result and no clock is involved. The
//! program runs itself under cachegrind, once with some rounds of a load and once with twice as many. The
//! difference is what those rounds cost, without start-up.

#![allow(clippy::unwrap_used, reason = "unwrapping is how a test fails")]

use std::hint::black_box;
use std::num::NonZeroUsize;
use std::process::{Command, ExitCode};
use std::time::Duration;

use chrono::{Offset, Utc};
use wirestamp_protocol::{DEFAULT_MAX_MESSAGE, Moment, Responder};

/// A load, and the instructions that a line may cost: a tenth more than it did when this was written.
struct Load {
    name: &'static str,
    format: &'static str,
    /// Lines in one read.
    lines: usize,
    allowed: u64,
}

const LOADS: [Load; 4] = [
    Load { name: "256 lines a read", format: "ctime", lines: 256, allowed: 220 },
    Load { name: "a line a read", format: "ctime", lines: 1, allowed: 290 },
    Load { name: "256 lines a read, rfc3339", format: "rfc3339", lines: 256, allowed: 230 },
    Load { name: "a line a read, rfc3339", format: "rfc3339", lines: 1, allowed: 3400 },
];

/// How many rounds of a load to run, each one read.
const ROUNDS: usize = 1000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, load, rounds] = &arguments[..]
        && mode == "work"
    {
        work(&LOADS[load.parse::<usize>().unwrap()], rounds.parse().unwrap());
        return ExitCode::SUCCESS;
    }
    let mut code = ExitCode::SUCCESS;
    println!("{:26} {:>18} {:>8}", "", "instructions a line", "allowed");
    for (number, load) in LOADS.iter().enumerate() {
        let more = count(number, 2 * ROUNDS) - count(number, ROUNDS);
        let taken = more / (ROUNDS * load.lines) as u64;
        println!("{:26} {taken:19} {:8}", load.name, load.allowed);
        if taken > load.allowed {
            code = ExitCode::FAILURE;
        }
    }
    code
}

/// Answers lines of 64 bytes, each read a microsecond after the last.
fn work(load: &Load, rounds: usize) {
    let max = NonZeroUsize::new(DEFAULT_MAX_MESSAGE).unwrap();
    let mut responder = Responder::new(max, load.format.parse().unwrap());
    let read = format!("{:x<63}\n", "").repeat(load.lines);
    let mut replies = Vec::with_capacity(2 * read.len());
    for round in 0..rounds {
        let at =
            Moment::new(Duration::from_secs(1_795_370_820) + Duration::from_micros(round as u64), Utc.fix());
        replies.clear();
        responder.read(black_box(read.as_bytes()), at, &mut replies);
        black_box(&replies);
    }
}

/// Counts the instructions of this many rounds of a load, including start-up.
fn count(load: usize, rounds: usize) -> u64 {
    let valgrind = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"])
        .arg(std::env::current_exe().unwrap())
        .args(["work", &load.to_string(), &rounds.to_string()])
        .output()
        .expect("valgrind is installed");
    let said = String::from_utf8_lossy(&valgrind.stderr);
    let counted =
        said.lines().find_map(|line| line.split_once("refs:")).map(|(_, count)| count.replace(',', ""));
    counted.and_then(|count| count.trim().parse().ok()).unwrap_or_else(|| panic!("valgrind said: {said}"))
}
