//! How a message came, in words.

use std::time::Duration;

use wirestamp_protocol::event::{DropReason, End, Message};
use wirestamp_protocol::plural;

use crate::show::brief;

/// How many reads are listed.
const LISTED: usize = 5;

/// How long a message's last bytes wait in the kernel before it's worth telling.
const LONG_WAIT: Duration = Duration::from_millis(1);

/// How long a reply takes before it's worth telling.
const LONG_SERVICE: Duration = Duration::from_millis(10);

/// Returns how a message came and was answered, unless it came at once and was answered at once.
pub(super) fn anatomy(message: &Message) -> Option<String> {
    let wait = message.wait_ns.map(Duration::from_nanos).filter(|wait| *wait >= LONG_WAIT);
    let mut told: Vec<String> =
        reads(message).into_iter().chain(end(message.end).map(str::to_owned)).collect();
    if message.shared > 1 {
        let others = message.shared - 1;
        told.push(format!("its last read had {others} other {}", plural(others, "message", "messages")));
    }
    told.extend(wait.map(|wait| format!("read {} after it arrived", brief(wait))));
    let reply = match (message.unanswered, message.service_ns.map(Duration::from_nanos)) {
        (Some(reason), _) => Some(format!("no reply: {}", unanswered(reason))),
        (None, Some(time)) if !told.is_empty() || time >= LONG_SERVICE => {
            Some(format!("reply after {}", brief(time)))
        }
        (None, None) => Some("its reply waits for the client to read".into()),
        (None, Some(_)) => None,
    };
    told.extend(reply);
    (!told.is_empty()).then(|| told.join("; "))
}

/// Returns the reads with the time from each to the next, if there were several.
fn reads(message: &Message) -> Option<String> {
    let reads = &message.reads;
    let count = reads.len() as u64 + message.reads_omitted;
    let (first, last) = (reads.first()?, reads.last()?);
    if count < 2 {
        return None;
    }
    let mut list = vec![format!("{} B", first.bytes)];
    // The time before the last one is unknown if reads before it are left out.
    let known = if message.reads_omitted > 0 { &reads[..reads.len() - 1] } else { &reads[..] };
    for pair in known.windows(2).take(LISTED - 1) {
        list.push(format!("+{} {} B", brief(pair[1].at - pair[0].at), pair[1].bytes));
    }
    if (list.len() as u64) < count {
        list.push("…".into());
    }
    let time = if list.len() > 2 { format!(" over {}", brief(last.at - first.at)) } else { String::new() };
    Some(format!("in {count} reads{time}: {}", list.join(", ")))
}

fn end(end: End) -> Option<&'static str> {
    match end {
        End::Lf | End::Datagram => None,
        End::Gap => Some("ended by the gap"),
        End::Eof => Some("ended with the stream"),
        End::Cap => Some("cut at the maximum size"),
    }
}

fn unanswered(reason: DropReason) -> &'static str {
    match reason {
        DropReason::LowPort => "it came from a port below 1024",
        DropReason::Stamped => "it was stamped already",
        DropReason::TooLarge => "the reply would not fit into a datagram",
        DropReason::OverRate => "its address is over the rate",
        DropReason::Lost => "the reply could not be sent",
    }
}
