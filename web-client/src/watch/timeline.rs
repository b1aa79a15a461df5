//! A session over time: what came in above, what went out below.

use wirestamp_protocol::event::Timestamp;

use super::activity::nanos;
use super::picture::tick;
use super::session::Session;
use super::store::Store;
use crate::measure::chart::Size;

/// A session's timeline as SVG paths.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Timeline {
    /// A line upwards for each read. The more bytes, the longer: one step each time their number doubles.
    pub incoming: String,
    /// A line downwards for each reply.
    pub outgoing: String,
    /// Where the session ended. Empty while it is open.
    pub end: String,
    /// How long all of it is, in nanoseconds.
    pub length: u64,
}

/// The timeline of a session, from its start, or its first message that is kept, to its last event.
pub fn timeline(store: &Store, session: &Session, size: Size) -> Timeline {
    let messages = || store.messages(session.number);
    let from = messages().map(|message| message.first_at).fold(session.opened, Ord::min);
    let replied = |at: Timestamp, after: u64| Timestamp(at.0 + std::time::Duration::from_nanos(after));
    let replies = || messages().filter_map(|one| Some((replied(one.about.at, one.service_ns?), one.bytes)));
    let to = replies().map(|(at, _)| at).fold(session.last, Ord::max);
    let length = nanos(to, from);
    let columns = size.width.max(1.0) as usize;
    let column = |at: Timestamp| {
        let share = nanos(at, from) as f64 / length.max(1) as f64;
        ((share * (columns - 1) as f64) as usize).min(columns - 1)
    };
    let (mut incoming, mut outgoing) = (vec![0_u64; columns], vec![0_u64; columns]);
    for read in messages().flat_map(|message| &message.reads) {
        let most = &mut incoming[column(read.at)];
        *most = (*most).max(read.bytes);
    }
    for (at, bytes) in replies() {
        let most = &mut outgoing[column(at)];
        *most = (*most).max(bytes.max(1));
    }
    let mut end = String::new();
    if session.ending.is_some() {
        tick(&mut end, column(session.last) as f64 + 0.5, 0.0, size.height);
    }
    let half = size.height / 2.0;
    Timeline { incoming: ticks(&incoming, half, -1.0), outgoing: ticks(&outgoing, half, 1.0), end, length }
}

/// A line for each column with bytes, from the middle upwards or downwards.
fn ticks(columns: &[u64], half: f64, direction: f64) -> String {
    let mut path = String::new();
    for (at, bytes) in columns.iter().enumerate().filter(|(_, bytes)| **bytes > 0) {
        // 64 KiB has 17 bits.
        let steps = f64::from((u64::BITS - bytes.leading_zeros()).min(17));
        tick(&mut path, at as f64 + 0.5, half, direction * half * (3.0 + steps) / 20.0);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::super::samples::{close, dribble, line, message, open};
    use super::*;
    use wirestamp_protocol::event::Event;

    const SIZE: Size = Size { width: 101.0, height: 40.0 };

    fn after(events: Vec<Event>) -> Timeline {
        let mut store = Store::default();
        for event in events {
            store.take(event, None);
        }
        let session = store.session(1).unwrap().clone();
        timeline(&store, &session, SIZE)
    }

    #[test]
    fn reads_are_above_and_replies_below() {
        let told = after(vec![open(1, 1), message(dribble(11, 1000))]);
        assert_eq!(told.incoming.matches('M').count(), 11);
        assert!(told.incoming.starts_with("M0.5 20v-4M9.5 20v-4M"), "{}", told.incoming);
        assert_eq!(told.outgoing, "M100.5 20v7");
        assert_eq!((told.end.as_str(), told.length), ("", 10_021_000));
    }

    #[test]
    fn reads_that_share_a_column_are_one_line_and_the_end_is_marked() {
        let mut ended = close(9, 1);
        ended.about.at = super::super::samples::at(1_000_000);
        let told = after(vec![
            open(1, 1),
            message(line(1, 1, "a\n")),
            message(line(1, 2, &"b".repeat(70_000))),
            Event::Close(ended),
        ]);
        assert_eq!(told.incoming, "M0.5 20v-20");
        assert_eq!(told.end, "M100.5 0v40");
    }

    #[test]
    fn a_session_without_messages_is_an_empty_line() {
        assert_eq!(after(vec![open(1, 1)]), Timeline::default());
    }
}
