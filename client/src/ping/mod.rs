//! `wirestamp ping`: measures round trips, like ping(8).

mod connection;
mod probe;
mod report;
mod statistics;

use std::io::Write;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{MissedTickBehavior, interval};
use wirestamp_arrival::{ArrivalTime, ClockWatch, Reading};
use wirestamp_protocol::measure::{Split, Splitter, Timing};
use wirestamp_protocol::split_stamp;

use crate::args::PingArgs;
use crate::error::Error;
use crate::link::Link;
use crate::{deadline, run};
use connection::{Change, Connection};
use probe::Probes;
use report::{End, Form, Probe};
use statistics::{Reply, Statistics};

/// Sends probes, and writes their round trips and a summary to standard output.
///
/// # Errors
/// If the service can't be reached, or no reply came.
pub fn ping(args: PingArgs) -> Result<(), Error> {
    run::to_the_end(async { measure(connection::dial(&args.url).await?, &args).await })
}

async fn measure(link: Link, args: &PingArgs) -> Result<(), Error> {
    let target = args.url.to_string();
    let form = if args.json { Form::Json } else { Form::Text };
    let probes = Probes::new(args.size as usize);
    let mut run = Run::new(form, args.quiet, probes, link.peer.is_here);
    let start = form.start(&target, &link.peer.address, run.probes.line(1).len() - 1);
    let mut connection = Connection::new(link, args.url.clone());
    let stopped_by = probe(&start, &mut run, &mut connection, args).await?;

    let summary = run.statistics.summary();
    if let StoppedBy::Client = stopped_by {
        let disconnects = connection.losses();
        let (clocks, split_error) = (run.splitter.clocks(), run.split_error);
        say(&form.end(&End { target: &target, summary: &summary, clocks, split_error, disconnects }))?;
    }
    connection.close().await;
    match summary.received {
        0 => Err(Error::NothingBack { sent: summary.sent, target }),
        _ => Ok(()),
    }
}

/// What stopped a run.
enum StoppedBy {
    /// The client: interrupted, complete, or timed out.
    Client,
    /// Nobody is reading the output any more.
    Output,
}

/// What a run reacts to.
enum Event {
    /// Something that came over the connection, or became of it.
    Connection(Change),
    /// The next probe is due.
    Tick,
    /// The run is over.
    Stop,
}

/// Writes the first line, then sends probes and writes their replies until something stops it.
async fn probe(
    start: &str,
    run: &mut Run,
    connection: &mut Connection,
    args: &PingArgs,
) -> Result<StoppedBy, Error> {
    let failed = |source| Error::System { what: "listen for signals", source };
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failed)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let deadline = args.deadline.map(deadline::after);
    if !say(start)? {
        return Ok(StoppedBy::Output);
    }
    let mut ticks = interval(args.interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut give_up = None;
    while give_up.is_none() || run.statistics.waiting() > 0 {
        let mut text = String::new();
        let mut each = |reply: &[u8], arrival: ArrivalTime| text += &run.reply(reply, arrival);
        let is_probe_possible = give_up.is_none() && connection.takes_a_probe();
        // The connection goes first: a probe that is being sent has its time running, and replies that are here came
        // before a probe that's due.
        let event = tokio::select! {
            biased;
            _ = interrupt.recv() => Event::Stop,
            _ = terminate.recv() => Event::Stop,
            () = deadline::reached(deadline) => Event::Stop,
            change = connection.next(&mut each) => Event::Connection(change?),
            _ = ticks.tick(), if is_probe_possible => Event::Tick,
            () = deadline::reached(give_up) => Event::Stop,
        };
        match &event {
            Event::Connection(change) => text += &run.change(change),
            Event::Tick => {
                connection.send(run.probe());
                if args.count == Some(run.statistics.count()) {
                    give_up = Some(deadline::after(args.timeout));
                }
            }
            Event::Stop => {}
        }
        if !text.is_empty() && !say(&text)? {
            return Ok(StoppedBy::Output);
        }
        if let Event::Stop = event {
            break;
        }
    }
    Ok(StoppedBy::Client)
}

/// Writes to standard output without buffering. Returns false if nobody is reading it any more.
fn say(text: &str) -> Result<bool, Error> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(false),
        Err(source) => Err(Error::System { what: "write to standard output", source }),
    }
}

/// A run of probes.
struct Run {
    form: Form,
    /// Whether only the first line and the summary are written.
    quiet: bool,
    probes: Probes,
    statistics: Statistics,
    splitter: Splitter,
    /// The most that a round trip's parts can be wrong by, in nanoseconds. `None` until one was split.
    split_error: Option<u64>,
}

impl Run {
    fn new(form: Form, quiet: bool, probes: Probes, is_one_computer: bool) -> Self {
        Self {
            form,
            quiet,
            probes,
            statistics: Statistics::new(),
            splitter: Splitter::new(is_one_computer),
            split_error: None,
        }
    }

    /// Returns the next probe, to be sent now.
    fn probe(&mut self) -> Vec<u8> {
        let line = self.probes.line(self.statistics.count() + 1);
        self.statistics.sent(Reading::now());
        line
    }

    /// Returns what to write about a reply: nothing if it answers no probe of this run.
    fn reply(&mut self, reply: &[u8], arrival: ArrivalTime) -> String {
        let Some(seq) = self.probes.seq(reply) else { return String::new() };
        let stamp = split_stamp(reply).map(|(stamp, _)| stamp);
        let (round_trip, split) = match self.statistics.received(seq, arrival.monotonic()) {
            Reply::Strange => return String::new(),
            Reply::Duplicate => (None, None),
            Reply::First { sent, round_trip } => {
                (Some(round_trip), stamp.and_then(|stamp| self.split(stamp, sent, arrival, round_trip)))
            }
        };
        let probe = Probe { seq, arrival, stamp, round_trip, split };
        if self.quiet { String::new() } else { self.form.probe(&probe) }
    }

    /// Splits a round trip at the stamp, unless the clock was set meanwhile.
    fn split(
        &mut self,
        stamp: &[u8],
        sent: Reading,
        arrival: ArrivalTime,
        round_trip: Duration,
    ) -> Option<Split> {
        if ClockWatch::new(sent).has_stepped(arrival.read) {
            return None;
        }
        // The send by the same reading of the clock as the arrival, so that the parts add up to the round trip.
        let received = nanos(arrival.at);
        let timing = Timing { sent: received.saturating_sub(nanos(round_trip)), received, step: 1 };
        let split = self.splitter.push(stamp, timing);
        self.split_error = self.split_error.max(split.map(|split| split.error));
        split
    }

    /// Returns what to write about what became of the connection.
    fn change(&self, change: &Change) -> String {
        match change {
            Change::Lost(how) if !self.quiet => self.form.lost(how),
            Change::Connected(peer) if !self.quiet => self.form.connected(peer),
            Change::Nothing | Change::Lost(_) | Change::Connected(_) => String::new(),
        }
    }
}

fn nanos(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_says_nothing_about_the_connection() {
        let changes = [Change::Lost("gone".into()), Change::Connected("127.0.0.1:7".into())];
        let said = |quiet| {
            changes.each_ref().map(|change| Run::new(Form::Text, quiet, Probes::new(56), true).change(change))
        };
        assert_eq!(said(false), ["gone; trying again\n", "connected to 127.0.0.1:7 again\n"]);
        assert_eq!(said(true), ["", ""]);
    }
}
