//! The tables: medians, spreads, and ratios computed round by round.

use std::fmt::Write;

use std::time::Instant;

use crate::load::Outcome;
use crate::peers::Peer;
use crate::processor;

/// One measurement: its peer, its cell and its outcome.
pub(crate) struct Sample {
    pub(crate) peer: &'static str,
    pub(crate) cell: usize,
    pub(crate) outcome: Outcome,
    /// The fraction of a CPU that the peer used, if it is one process.
    pub(crate) peer_busy: Option<f64>,
}

impl Sample {
    /// Drives a peer, and measures what it does meanwhile.
    pub(crate) fn take(peer: &Peer, cell: usize, drive: impl FnOnce() -> Result<Outcome, String>) -> Self {
        let before = peer.pid.map(processor::time);
        let began = Instant::now();
        let outcome = drive().unwrap_or_else(|error| panic!("{}: {error}", peer.name));
        let took = began.elapsed().as_secs_f64();
        let busy = |(pid, before)| (processor::time(pid) - before).as_secs_f64() / took;
        Self { peer: peer.name, cell, outcome, peer_busy: peer.pid.zip(before).map(busy) }
    }
}

/// The median, minimum and maximum of some figures.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Takes at least one figure.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        Self { median: figures[figures.len() / 2], min: figures[0], max: figures[figures.len() - 1] }
    }
}

/// Samples of several peers in several cells, taken in rounds.
pub(crate) struct Contest {
    pub(crate) title: &'static str,
    pub(crate) peers: Vec<&'static str>,
    pub(crate) cells: Vec<String>,
    pub(crate) samples: Vec<Sample>,
}

impl Contest {
    fn of(&self, peer: &str, cell: usize) -> impl Iterator<Item = &Sample> {
        self.samples.iter().filter(move |sample| sample.peer == peer && sample.cell == cell)
    }

    /// Writes a row of figures, with a column for each cell.
    fn row(&self, out: &mut String, name: &str, figure: impl Fn(usize) -> String) {
        let figures: Vec<String> = (0..self.cells.len()).map(figure).collect();
        let _ = writeln!(out, "| {name} | {} |", figures.join(" | "));
    }

    /// The whole table in Markdown. `ours` is compared with the others.
    pub(crate) fn markdown(&self, ours: &str) -> String {
        self.comparing(|other| (ours != other).then_some((ours, other)))
    }

    /// The whole table in Markdown. The others are compared with `base`.
    pub(crate) fn against(&self, base: &str) -> String {
        self.comparing(|other| (base != other).then_some((other, base)))
    }

    /// The whole table in Markdown. `pair` says what to compare for a peer.
    fn comparing<'a>(&self, pair: impl Fn(&'a str) -> Option<(&'a str, &'a str)>) -> String {
        let mut out = format!("### {}\n\n| | {} |\n|{}\n", self.title, self.cells.join(" | "), {
            " --- |".repeat(self.cells.len() + 1)
        });
        for peer in &self.peers {
            self.row(&mut out, &format!("{peer}, per second"), |cell| {
                let rate = Spread::of(self.of(peer, cell).map(|sample| sample.outcome.rate));
                format!("{} ({}–{})", grouped(rate.median), grouped(rate.min), grouped(rate.max))
            });
        }
        for (one, other) in self.peers.iter().filter_map(|peer| pair(peer)) {
            self.row(&mut out, &format!("**{one} / {other}**"), |cell| {
                let pairs = self.of(one, cell).zip(self.of(other, cell));
                let ratio = Spread::of(pairs.map(|(one, other)| one.outcome.rate / other.outcome.rate));
                format!("**{:.2}** ({:.2}–{:.2})", ratio.median, ratio.min, ratio.max)
            });
        }
        for peer in &self.peers {
            self.row(&mut out, &format!("{peer}, p50 / p99 / p99.9 in µs"), |cell| {
                let at = |quantile: f64| {
                    let of_rounds =
                        self.of(peer, cell).map(|s| s.outcome.round_trips.value_at_quantile(quantile));
                    Spread::of(of_rounds.map(|nanos| nanos as f64 / 1e3)).median
                };
                if at(0.5) == 0.0 {
                    return "".into();
                }
                format!("{:.0} / {:.0} / {:.0}", at(0.5), at(0.99), at(0.999))
            });
        }
        for peer in &self.peers {
            self.row(&mut out, &format!("{peer}, CPU of the program / of the load"), |cell| {
                let load = Spread::of(self.of(peer, cell).map(|sample| sample.outcome.busy)).median;
                match self.of(peer, cell).filter_map(|sample| sample.peer_busy).collect::<Vec<_>>() {
                    none if none.is_empty() => format!("? / {:.0} %", load * 100.0),
                    some => format!("{:.0} / {:.0} %", Spread::of(some).median * 100.0, load * 100.0),
                }
            });
        }
        if self.samples.iter().any(|sample| sample.outcome.lost > 0) {
            for peer in &self.peers {
                self.row(&mut out, &format!("{peer}, datagrams dropped"), |cell| {
                    let (mut lost, mut all) = (0.0, 0.0);
                    for Sample { outcome, .. } in self.of(peer, cell) {
                        lost += outcome.lost as f64;
                        all += outcome.rate;
                    }
                    format!("{:.2} %", 100.0 * lost / (lost + all))
                });
            }
        }
        out.push('\n');
        out
    }
}

/// A figure with its thousands separated, rounded to the precision that the noise allows.
pub(crate) fn grouped(figure: f64) -> String {
    let step = if figure >= 100_000.0 { 1000.0 } else { 100.0 };
    let digits = ((figure / step).round() * step).to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
