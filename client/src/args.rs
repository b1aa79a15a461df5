//! The clients' command lines.

use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;

use crate::duration::duration;
use crate::target::Target;

/// The arguments of `wirestamp connect`.
#[derive(Debug, Args)]
#[command(after_long_help = CONNECT_EXAMPLES)]
pub struct ConnectArgs {
    /// The service: host:port, tcp://…, udp://…, unix:/path, ws://host:port/path or wss://…
    ///
    /// Without a scheme it is TCP, and :21567 is that port of localhost. The port defaults to 21567 for tcp and udp,
    /// and the path to /ws for ws and wss; for the root of another server, write ws://host/?. The address of the
    /// server's page, http://localhost:8080/, stands for its bridge.
    #[arg(value_name = "URL", env = "WIRESTAMP_CONNECT_URL", default_value = "tcp://localhost:21567")]
    pub url: Target,

    /// How long to wait for missing replies after the end of the input
    ///
    /// In a pipe, each reply that comes restarts the wait. A reply ends at its line feed, at the end of the stream, or
    /// when this time is over. The reply to a line without a line feed also ends when it has repeated the line.
    #[arg(long, value_name = "DURATION", env = "WIRESTAMP_CONNECT_TIMEOUT", default_value = "5s")]
    #[arg(value_parser = duration)]
    pub timeout: Duration,

    /// At a terminal, print received control characters instead of showing them as \x1b
    ///
    /// They can then do to the terminal whatever a program can. In a pipe, bytes are never changed.
    #[arg(long, env = "WIRESTAMP_CONNECT_RAW", value_parser = BoolishValueParser::new())]
    pub raw: bool,

    /// At a terminal, send empty lines instead of ending at the first
    #[arg(long, env = "WIRESTAMP_CONNECT_KEEP_EMPTY", value_parser = BoolishValueParser::new())]
    pub keep_empty: bool,
}

const CONNECT_EXAMPLES: &str = "\
Examples:
  wirestamp connect
      type lines and see each reply with its round trip; an empty line or Ctrl-D ends it
  wirestamp connect ws://localhost:8080
      the same through the WebSocket bridge
  seq 100000 | wirestamp connect > stamped
      send each line of standard input, write each reply to standard output
  make 2>&1 | wirestamp connect unix:/run/user/1000/wirestamp.sock
      put the time in front of every line of a build
  SSL_CERT_FILE=ca.pem wirestamp connect wss://device.example
      use TLS, and trust your own certificate

At a terminal you can edit lines as in a shell. The arrow keys bring back earlier lines, which are
kept in $XDG_STATE_HOME/wirestamp/history or ~/.local/state/wirestamp/history. NO_COLOR is honoured.
After the last line, the client waits for missing replies; Ctrl-C ends the wait.

Exit codes: 0 if every line was answered; 1 if the service can't be reached, the connection is lost
or replies are missing; 2 if the command line is wrong; 130 if Ctrl-C ended it with replies missing.";

/// The arguments of `wirestamp ping`.
#[derive(Debug, Args)]
#[command(after_long_help = PING_EXAMPLES)]
pub struct PingArgs {
    /// The service: host:port, tcp://…, udp://…, unix:/path, ws://host:port/path or wss://…
    ///
    /// Without a scheme it is TCP, and :21567 is that port of localhost. The port defaults to 21567 for tcp and udp,
    /// and the path to /ws for ws and wss; for the root of another server, write ws://host/?. The address of the
    /// server's page, http://localhost:8080/, stands for its bridge.
    #[arg(value_name = "URL", env = "WIRESTAMP_PING_URL", default_value = "tcp://localhost:21567")]
    pub url: Target,

    /// Stop after this many probes instead of at Ctrl-C
    #[arg(short, long, value_name = "COUNT", env = "WIRESTAMP_PING_COUNT")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,

    /// Stop after this time, whatever has been sent, in seconds or with a unit
    #[arg(short = 'w', long, value_name = "DURATION", env = "WIRESTAMP_PING_DEADLINE", value_parser = duration)]
    pub deadline: Option<Duration>,

    /// The time between probes, in seconds or with a unit, such as 200ms; at least 1ms
    #[arg(short, long, value_name = "DURATION", env = "WIRESTAMP_PING_INTERVAL", default_value = "1")]
    #[arg(value_parser = interval)]
    pub interval: Duration,

    /// The length of a probe in bytes, at most 1048576
    ///
    /// Probes that are too short for their sequence number are lengthened. Over a stream, a line feed is
    /// added.
    #[arg(short, long, value_name = "SIZE", env = "WIRESTAMP_PING_SIZE", default_value = "56")]
    #[arg(value_parser = clap::value_parser!(u32).range(..=1_048_576))]
    pub size: u32,

    /// How long to wait for the last replies, in seconds or with a unit, such as 200ms
    #[arg(short = 'W', long, value_name = "DURATION", env = "WIRESTAMP_PING_TIMEOUT", default_value = "1")]
    #[arg(value_parser = duration)]
    pub timeout: Duration,

    /// Write only the first line and the summary
    #[arg(short, long, env = "WIRESTAMP_PING_QUIET", value_parser = BoolishValueParser::new())]
    pub quiet: bool,

    /// Write JSON, one object per line: one for each reply, then the summary
    ///
    /// An object's "type" is "probe", "disconnected", "connected" or "summary". A probe's "seq" is its sequence
    /// number, from 1, and "time_ms" its round-trip time. A "duplicate" is a further reply to the same probe, and has
    /// no times. A probe has "sent" and "received" in seconds since 1970, "stamp" as the service wrote it, and in
    /// "source" whether the kernel or the read told when the reply came. Its "there_ms" and "back_ms" add up to
    /// "time_ms"; each is off by at most "clock_error_ms", which is 0 on one computer. The three are null if the stamp
    /// has no fraction of a second.
    #[arg(long, env = "WIRESTAMP_PING_JSON", value_parser = BoolishValueParser::new())]
    pub json: bool,
}

const PING_EXAMPLES: &str = "\
Examples:
  wirestamp ping
      send a probe each second until Ctrl-C, then print the summary
  wirestamp ping -c 1000 -i 20ms udp://device.example
      send a thousand datagrams, fifty per second
  wirestamp ping -c 100 -i 0.1 'ws://localhost:8080/ws?format=rfc3339'
      compare the clocks too, by stamps with fractions of a second
  wirestamp ping -c 10 --json | tail -n 1
      print the summary as JSON
  wirestamp ping -q -w 60 device.example
      see how many probes are lost in a minute, as while a device reboots

When the connection is lost, ping goes on: it connects again, and counts the probes until then as
lost. If the first connection can't be made, it ends.

The jitter is that of RFC 3550 (6.4.1), over successive round trips. The clock's offset is estimated
by Cristian's algorithm: the stamp minus the middle of the shortest round trip, with an error of at
most half that round trip. If the stamps have fractions of a second, each round trip is split into the
way there, up to the stamp, and the way back. On one computer, both sides have the same clock, and the
parts have no clock error. A service behind a tunnel looks as if it were on this computer, although its
clock is another.

Exit codes: 0 if any reply came, 1 if none did, 2 if the command line is wrong.";

fn interval(text: &str) -> Result<Duration, String> {
    match duration(text)? {
        interval if interval < Duration::from_millis(1) => Err("the interval must be at least 1ms".into()),
        interval => Ok(interval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_at_least_a_millisecond() {
        assert_eq!(interval("0.001"), Ok(Duration::from_millis(1)));
        for (text, named) in [("0", "at least 1ms"), ("999us", "at least 1ms"), ("soon", "use seconds")] {
            assert!(interval(text).unwrap_err().contains(named), "{text}");
        }
    }
}
