//! How a session ended, in words.

use std::time::Duration;

use wirestamp_protocol::event::{By, Close, How};
use wirestamp_protocol::plural;

use crate::show::{brief, escaped};

/// Returns how a session ended, by whom, and what it came to.
pub(super) fn ending(close: &Close) -> String {
    let code = close.code.map(|code| format!(" with {code}")).unwrap_or_default();
    let reason = match &close.reason {
        Some(reason) if !reason.is_empty() => format!(": {}", escaped(reason.as_bytes())),
        _ => String::new(),
    };
    let times = match close.count {
        0 | 1 => String::new(),
        times => format!(", {times} times"),
    };
    format!("{}{code}{reason}{times}; {}", how(close.how, by(close.by)), totals(close))
}

/// Returns whether something went wrong.
pub(super) fn is_wrong(how: How) -> bool {
    match how {
        How::Reset
        | How::Broken
        | How::Stalled
        | How::PingTimeout
        | How::Violation
        | How::Unreachable
        | How::Cut => true,
        How::Fin | How::HalfClose | How::Close | How::Idle | How::Stop | How::Quiet => false,
    }
}

fn by(by: By) -> &'static str {
    match by {
        By::Client => "the client",
        By::Server => "the server",
        By::Upstream => "the upstream service",
        By::Network => "the network",
    }
}

fn how(how: How, by: &str) -> String {
    match how {
        How::Fin => format!("closed by {by} (FIN)"),
        How::HalfClose => format!("half-closed by {by}, then finished"),
        How::Close => format!("closed by {by}"),
        How::Reset => format!("reset by {by} (RST)"),
        How::Broken => format!("broken by {by}"),
        How::Idle => format!("closed by {by}: the client was idle"),
        How::Stalled => format!("closed by {by}: the client did not read its replies"),
        How::PingTimeout => format!("closed by {by}: two pings were unanswered"),
        How::Violation => format!("closed by {by}: the client broke the protocol or a limit"),
        How::Unreachable => format!("closed by {by}: the upstream service could not be reached"),
        How::Stop => format!("closed by {by}, which is stopping"),
        How::Cut => format!("cut by {by} before its end"),
        How::Quiet => "quiet for a minute".into(),
    }
}

fn totals(close: &Close) -> String {
    let Close { messages, reads, bytes_in, bytes_out, .. } = close;
    let lasted = brief(Duration::from_nanos(close.lasted_ns));
    if (*messages, *reads, *bytes_in) == (0, 0, 0) {
        return format!("no bytes in {lasted}");
    }
    format!(
        "{messages} {} in {reads} {}, {bytes_in} B in, {bytes_out} B out, {lasted}",
        plural(*messages, "message", "messages"),
        plural(*reads, "read", "reads"),
    )
}
