//! The command line of `wirestamp watch`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{BoolishValueParser, PossibleValuesParser};
use wirestamp_protocol::event::{EventId, Timestamp};

use super::site::Site;

/// The arguments of `wirestamp watch`.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub struct WatchArgs {
    /// The server's page: http://host:port or https://host
    ///
    /// Without a scheme it is http, and the port defaults to 8080; :8081 is that port of localhost.
    #[arg(value_name = "URL", env = "WIRESTAMP_WATCH_URL", default_value = "http://localhost:8080")]
    pub(super) url: Site,

    /// Only sessions over these transports, separated by commas
    #[arg(long, value_name = "TRANSPORT", env = "WIRESTAMP_WATCH_TRANSPORT", value_delimiter = ',')]
    #[arg(value_parser = PossibleValuesParser::new(["tcp", "udp", "unix", "ws"]))]
    pub(super) transport: Vec<String>,

    /// Only the session with this number
    #[arg(long, value_name = "NUMBER", env = "WIRESTAMP_WATCH_SESSION")]
    pub(super) session: Option<u64>,

    /// Only events of these types, separated by commas
    #[arg(long = "type", value_name = "TYPE", env = "WIRESTAMP_WATCH_TYPE", value_delimiter = ',')]
    #[arg(value_parser = PossibleValuesParser::new(["open", "message", "close", "dropped"]))]
    pub(super) kind: Vec<String>,

    /// Only events after this one, by its id or a time, such as 2026-11-22T18:07:00Z
    ///
    /// Without it, what the server still remembers is shown first (serve --watch-memory).
    #[arg(long, value_name = "ID|TIME", env = "WIRESTAMP_WATCH_SINCE", value_parser = since)]
    pub(super) since: Option<String>,

    /// End behind what has happened so far, instead of following
    #[arg(long, env = "WIRESTAMP_WATCH_NO_FOLLOW", value_parser = BoolishValueParser::new())]
    pub(super) no_follow: bool,

    /// A file with the server's token (serve --watch-token)
    ///
    /// The token can also be in the variable WIRESTAMP_WATCH_TOKEN. It is sent to the server with each request, so use
    /// https:// where others can read what the network carries.
    #[arg(long, value_name = "FILE", env = "WIRESTAMP_WATCH_TOKEN_FILE")]
    pub(super) token_file: Option<PathBuf>,

    /// At a terminal too, write JSON, one object a line, as in a pipe
    #[arg(long, env = "WIRESTAMP_WATCH_JSON", value_parser = BoolishValueParser::new())]
    pub(super) json: bool,

    /// Write a capture for Wireshark: a packet for each read and each reply
    ///
    /// The packets are made up from what the server read and wrote. Addresses, ports and times are true, but a read
    /// isn't a TCP segment.
    #[arg(long, conflicts_with = "json", env = "WIRESTAMP_WATCH_PCAPNG", value_parser = BoolishValueParser::new())]
    pub(super) pcapng: bool,
}

const EXAMPLES: &str = "\
Examples:
  wirestamp watch
      show what clients of the server on this computer do, until Ctrl-C
  wirestamp watch --transport tcp,unix --type close
      show how sessions end, and by whom
  wirestamp watch --no-follow --type close | jq -r .verdict
      print what the server noticed about the sessions that ended lately
  wirestamp watch --pcapng | wireshark -k -i -
      see sessions in Wireshark as they happen
  wirestamp watch --token-file token https://stamp.example
      watch a server that wants a token

At a terminal, each event is a line. Times are in UTC. A message has its number, its size, its line
end, the time since the message before, and its text, cut to the width of the terminal. A line below
tells how it came, if there is something to tell: the reads that it came in, why it ends without a
line feed, how many messages its last read had, how long it waited in the kernel, and when its reply
was written. A read is what the server got at once, and not a TCP segment; the gap after which a
message ends is the server's own rule (serve --gap). Once a session shows something, it is said in
plain words, with its hints' names below. NO_COLOR is honoured.

In a pipe, the events are passed on as the server sends them: JSON, one object a line. If the
connection is lost, watch connects again and goes on behind the last event. A capture isn't
continued.

Exit codes: 0 if Ctrl-C, the reader or the end of the events ended it; 1 if the server can't be
reached or refuses, or is lost and the events can't be continued; 2 if the command line is wrong.";

/// Checks an event's id or a time.
fn since(text: &str) -> Result<String, String> {
    let is_known = text.parse::<EventId>().is_ok() || text.parse::<Timestamp>().is_ok();
    let failed =
        || format!("{text:?} is neither an event's id nor a time in UTC, such as 2026-11-22T18:07:00Z");
    is_known.then(|| text.to_owned()).ok_or_else(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_past_begins_at_an_event_or_at_a_time() {
        for text in ["692a0b3c-12", "2026-11-22T18:07:00Z", "2026-11-22T18:07:00.123456789Z"] {
            assert_eq!(since(text).as_deref(), Ok(text));
        }
        for text in ["", "12", "yesterday", "2026-11-22T18:07:00+01:00"] {
            assert!(since(text).unwrap_err().contains("such as 2026-11-22T18:07:00Z"), "{text}");
        }
    }
}
