//! The command lines of the clients: what is asked for, checked and typed.

use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;

use crate::target::Target;

/// What `wirestamp connect` is to do.
#[derive(Debug, Args)]
#[command(after_help = CONNECT_EXAMPLES)]
pub struct ConnectArgs {
    /// The service: tcp://host:port, udp://host:port, unix:/path, ws://host:port/path or wss://…
    ///
    /// The port of tcp and udp may be left out, and is 21567 then; ws://host:port means its path /ws.
    #[arg(value_name = "URL", env = "WIRESTAMP_CONNECT_URL", default_value = "tcp://localhost:21567")]
    pub url: Target,

    /// How long nothing may come after the end of the input before the replies still missing are given up
    #[arg(long, value_name = "DURATION", env = "WIRESTAMP_CONNECT_TIMEOUT", default_value = "5s")]
    #[arg(value_parser = humantime::parse_duration)]
    pub timeout: Duration,

    /// At a terminal, pass received control characters on instead of showing them as \x1b
    ///
    /// They may do to the terminal whatever a program may. In a pipe every byte passes as it came anyway.
    #[arg(long, env = "WIRESTAMP_CONNECT_RAW", value_parser = BoolishValueParser::new())]
    pub raw: bool,
}

const CONNECT_EXAMPLES: &str = "\
Examples:
  wirestamp connect
      type lines, see each reply with its round trip; an empty line or Ctrl-D ends it
  wirestamp connect ws://localhost:8080
      the same through the WebSocket bridge
  seq 100000 | wirestamp connect > stamped
      each line of standard input is sent, each reply goes to standard output
  make 2>&1 | wirestamp connect unix:/run/user/1000/wirestamp.sock
      put a time in front of every line of a build
  SSL_CERT_FILE=ca.pem wirestamp connect wss://device.example
      TLS, trusting a certificate of one's own

At a terminal, lines are edited as in a shell, and kept for the arrow keys in
$XDG_STATE_HOME/wirestamp/history, else in ~/.local/state/wirestamp/history. NO_COLOR is honoured.

It ends with 0 once every line has its reply, 1 if the service cannot be reached, is lost or leaves
replies out, 2 if its command line is wrong.";

/// What `wirestamp ping` is to do.
#[derive(Debug, Args)]
#[command(after_help = PING_EXAMPLES)]
pub struct PingArgs {
    /// The service: tcp://host:port, udp://host:port, unix:/path, ws://host:port/path or wss://…
    ///
    /// The port of tcp and udp may be left out, and is 21567 then; ws://host:port means its path /ws.
    #[arg(value_name = "URL", env = "WIRESTAMP_PING_URL", default_value = "tcp://localhost:21567")]
    pub url: Target,

    /// Stop after this many probes instead of at Ctrl-C
    #[arg(short, long, value_name = "COUNT", env = "WIRESTAMP_PING_COUNT")]
    #[arg(value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,

    /// The time from one probe to the next, in seconds or as 200ms; 1ms is the shortest
    #[arg(short, long, value_name = "DURATION", env = "WIRESTAMP_PING_INTERVAL", default_value = "1")]
    #[arg(value_parser = interval)]
    pub interval: Duration,

    /// A probe's length in bytes, at most 1048576; one too short for the probe's number is lengthened
    ///
    /// Streams have its line feed on top.
    #[arg(short, long, value_name = "SIZE", env = "WIRESTAMP_PING_SIZE", default_value = "56")]
    #[arg(value_parser = clap::value_parser!(u32).range(..=1_048_576))]
    pub size: u32,

    /// How long to wait for the last replies, in seconds or as 200ms
    #[arg(short = 'W', long, value_name = "DURATION", env = "WIRESTAMP_PING_TIMEOUT", default_value = "1")]
    #[arg(value_parser = seconds)]
    pub timeout: Duration,

    /// Write one JSON object a line: a probe's reply each, then the summary
    #[arg(long, env = "WIRESTAMP_PING_JSON", value_parser = BoolishValueParser::new())]
    pub json: bool,
}

const PING_EXAMPLES: &str = "\
Examples:
  wirestamp ping
      a probe a second until Ctrl-C, then the summary
  wirestamp ping -c 1000 -i 20ms udp://device.example
      a thousand datagrams, fifty a second
  wirestamp ping -c 100 -i 0.1 'ws://localhost:8080/ws?format=rfc3339'
      stamps with a sub-second part: the clocks are compared as well
  wirestamp ping -c 10 --json | tail -n 1
      the summary as JSON

The jitter is RFC 3550's (6.4.1), over successive round trips. The clock's offset is Cristian's: the
stamp less the middle of the shortest round trip, good to half that round trip.

It ends with 0 if anything came back, 1 if nothing did, 2 if its command line is wrong.";

/// A duration as ping(8) takes it, in seconds, or with units.
fn seconds(text: &str) -> Result<Duration, String> {
    const FORMS: &str = "write seconds, as 0.2, or 200ms";
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds)
            .map_err(|_| format!("{text} is no time to wait; {FORMS}"));
    }
    humantime::parse_duration(text).map_err(|error| format!("{error}; {FORMS}"))
}

fn interval(text: &str) -> Result<Duration, String> {
    match seconds(text)? {
        interval if interval < Duration::from_millis(1) => Err("1ms is the shortest interval".into()),
        interval => Ok(interval),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_ping_takes_them_or_with_units() {
        for (text, millis) in [("1", 1000), ("0.2", 200), ("200ms", 200), ("1m", 60_000), (".001", 1)] {
            assert_eq!(interval(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        assert_eq!(seconds("0"), Ok(Duration::ZERO));
        for (text, named) in
            [("0", "1ms is the shortest"), ("-1", "no time"), ("soon", "write seconds"), ("nan", "no time")]
        {
            assert!(interval(text).unwrap_err().contains(named), "{text}");
        }
    }
}
