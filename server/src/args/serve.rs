//! The flags of `wirestamp serve`.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;
use wirestamp_protocol::Format;

use super::config::Config;
use super::value::{Gap, MaxMessage, OrOff, Timeout, mode};
use crate::clock::Clock;
use crate::http::access::origin::{Host, Origin};
use crate::http::access::policy::Allowed;
use crate::listen::address::Address;
use crate::listen::endpoint::Bindings;
use crate::listen::profile::{Binding, Profile};
use crate::process::logging;
use crate::session::settings::ServiceSettings;

/// What `wirestamp serve` is to do.
#[derive(Debug, Args)]
#[command(after_help = SERVE_EXAMPLES)]
pub(super) struct ServeArgs {
    /// Listen here for raw TCP; may be given several times
    ///
    /// A host is bound on every address that it resolves to, and port 0 picks a free one. The examples show
    /// how to listen on every address of this computer. A listener may have stamps of its own format, as in
    /// 'localhost:21568?format=rfc3339'.
    #[arg(long, value_name = "HOST:PORT", env = "WIRESTAMP_TCP", value_delimiter = ',')]
    #[arg(default_value = "localhost:21567")]
    pub tcp: Vec<Binding<Address>>,

    /// Listen on this path, as a Unix stream socket: the same wire as TCP; may be given several times
    ///
    /// A socket there that nobody listens on is replaced, anything else is left alone. The path is removed at
    /// the end.
    #[arg(long, value_name = "PATH", env = "WIRESTAMP_UNIX", value_delimiter = ',')]
    pub unix: Vec<Binding<PathBuf>>,

    /// Who may connect to Unix sockets: those who may write to them, by this octal mode
    #[arg(long, value_name = "MODE", env = "WIRESTAMP_UNIX_MODE", default_value = "0600", value_parser = mode)]
    pub unix_mode: u32,

    /// Listen here for UDP, one datagram in and one out, or "off"; may be given several times
    ///
    /// Datagrams from ports below 1024, and ones that were stamped before, get no answer, lest two services
    /// answer each other for ever.
    #[arg(long, value_name = "HOST:PORT", env = "WIRESTAMP_UDP", value_delimiter = ',')]
    #[arg(default_value = "localhost:21567")]
    pub udp: Vec<OrOff<Binding<Address>>>,

    /// UDP replies a second to one source address, or "off"; loopback has no limit
    ///
    /// A source address is easily false: what is answered goes to whomever it names.
    #[arg(long, value_name = "NUMBER", env = "WIRESTAMP_UDP_RATE", default_value = "100")]
    pub udp_rate: OrOff<NonZeroU32>,

    /// Listen here for HTTP: page, /ws, /api/info, /healthz, /readyz and /metrics; may be given several times
    #[arg(long, value_name = "HOST:PORT", env = "WIRESTAMP_HTTP", value_delimiter = ',')]
    #[arg(default_value = "localhost:8080")]
    pub http: Vec<Binding<Address>>,

    /// Answer HTTP requests for this host as well; may be given several times
    ///
    /// Requests for hosts that the server is not bound to are refused, as anyone can make a name of theirs
    /// resolve to this computer. To be named are those that a proxy, a container or a network knows this
    /// server by. The port does not matter. A server that is bound to every address answers to all of them,
    /// but to no name.
    #[arg(long, value_name = "HOST", env = "WIRESTAMP_ALLOW_HOST", value_delimiter = ',')]
    pub allow_host: Vec<Host>,

    /// Let in pages of this origin as well, scheme://host or scheme://host:port; may be given several times
    ///
    /// Browsers let any page open a WebSocket to any address, and say whose page it is: those of other
    /// servers are refused. Clients that are no browsers say nothing, and are let in.
    #[arg(long, value_name = "ORIGIN", env = "WIRESTAMP_ALLOW_ORIGIN", value_delimiter = ',')]
    pub allow_origin: Vec<Origin>,

    /// Let the WebSocket bridge connect to a timestamp service elsewhere instead of this one
    #[arg(long, value_name = "HOST:PORT", env = "WIRESTAMP_UPSTREAM")]
    pub upstream: Option<Address>,

    /// How long a sender is quiet before what it sent so far is a message; "off" waits for its line feed
    ///
    /// A client that sends one line in two writes may be a delayed ACK apart, 40 ms on Linux: a gap below
    /// that cuts good lines in two.
    #[arg(long, value_name = "DURATION", env = "WIRESTAMP_GAP", default_value = "50ms")]
    pub gap: OrOff<Gap>,

    /// Where a message ends if no line feed comes: 1 byte to 16 MiB
    #[arg(long, value_name = "SIZE", env = "WIRESTAMP_MAX_MESSAGE", default_value = "64KiB")]
    pub max_message: MaxMessage,

    /// How long a client may leave its replies unread before it is hung up on
    #[arg(long, value_name = "DURATION", env = "WIRESTAMP_STALL_TIMEOUT", default_value = "60s")]
    #[arg(value_parser = humantime::parse_duration)]
    pub stall_timeout: Duration,

    /// How long a session may be quiet, or "off": devices may be quiet for hours
    #[arg(long, value_name = "DURATION", env = "WIRESTAMP_IDLE_TIMEOUT", default_value = "off")]
    pub idle_timeout: OrOff<Timeout>,

    /// How long sessions may take to end once the server is told to stop
    #[arg(long, value_name = "DURATION", env = "WIRESTAMP_DRAIN", default_value = "10s")]
    #[arg(value_parser = humantime::parse_duration)]
    pub drain: Duration,

    /// How many sessions there may be at once, and how many HTTP connections; more wait in the backlog
    ///
    /// Without it, as many as the limit of open files (ulimit -n), which is raised as far as it may be, has
    /// room for: a WebSocket takes three.
    #[arg(long, value_name = "NUMBER", env = "WIRESTAMP_MAX_CONNECTIONS")]
    pub max_connections: Option<NonZeroUsize>,

    /// How many connections one address may have at once, or "off"; more are hung up on
    #[arg(long, value_name = "NUMBER", env = "WIRESTAMP_MAX_PER_IP", default_value = "off")]
    pub max_per_ip: OrOff<NonZeroUsize>,

    /// Show /metrics here instead of beside the page
    #[arg(long, value_name = "HOST:PORT", env = "WIRESTAMP_METRICS_ADDR")]
    pub metrics_addr: Option<Address>,

    /// How stamps show the time: ctime, rfc3339, unix, or a strftime pattern such as %H:%M:%S%.3f
    #[arg(long, value_name = "FORMAT", env = "WIRESTAMP_FORMAT", default_value = "ctime")]
    pub format: Format,

    /// Stamp with UTC instead of the local time
    #[arg(long, env = "WIRESTAMP_UTC", value_parser = BoolishValueParser::new())]
    pub utc: bool,

    /// How log lines are written to standard error
    #[arg(long, value_enum, env = "WIRESTAMP_LOG_FORMAT", default_value = "text")]
    pub log_format: logging::LogFormat,

    /// From which level on log lines are written
    #[arg(long, value_enum, env = "WIRESTAMP_LOG_LEVEL", default_value = "info")]
    pub log_level: logging::LogLevel,
}

const SERVE_EXAMPLES: &str = "\
Examples:
  wirestamp serve
      then: nc localhost 21567, or a browser at http://localhost:8080/
  wirestamp serve --tcp '[::]:21567' --utc
      raw TCP for the whole network, IPv6 and IPv4, stamped in UTC; for IPv4 alone, 0.0.0.0:21567
  wirestamp serve --tcp localhost:21567 --tcp 'localhost:21568?format=rfc3339'
      classic stamps on one port, nanoseconds on another
  wirestamp serve --unix /run/user/1000/wirestamp.sock
      then: nc -U /run/user/1000/wirestamp.sock
  wirestamp serve --tcp localhost:0 --udp localhost:0 --http localhost:0
      free ports, for tests: read them from standard output
  wirestamp serve --upstream device.example:21567
      the page talks to a timestamp service elsewhere
  wirestamp serve --http 0.0.0.0:8080 --allow-host stamp.example
      the page for the whole network, by any address of this computer and by that name

Once all is bound, standard output has one line a listener:
  listening tcp 127.0.0.1:21567
  listening udp 127.0.0.1:21567
  listening http http://127.0.0.1:8080/

It ends with 0 after Ctrl-C or SIGTERM, 1 if it cannot start, 2 if its command line is wrong.";

impl ServeArgs {
    /// What is run for these flags.
    pub(super) fn into_config(self) -> Config {
        let default = Profile { format: self.format };
        Config {
            listen: Bindings {
                tcp: self.tcp,
                unix: self.unix,
                unix_mode: self.unix_mode,
                udp: self.udp.into_iter().filter_map(OrOff::on).collect(),
                http: self.http,
                metrics: self.metrics_addr,
                default,
            },
            service: ServiceSettings {
                gap: self.gap.on().map(|gap| gap.0),
                max_message: self.max_message.into(),
                stall_timeout: self.stall_timeout,
                idle_timeout: self.idle_timeout.on().map(|timeout| timeout.0),
                clock: if self.utc { Clock::Utc } else { Clock::Local },
            },
            udp_rate: self.udp_rate.on(),
            allowed: Allowed { hosts: self.allow_host, origins: self.allow_origin },
            upstream: self.upstream,
            max_connections: self.max_connections,
            max_per_address: self.max_per_ip.on().map(Into::into),
            drain: self.drain,
            log: logging::LogConfig { format: self.log_format, level: self.log_level },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Debug, Parser)]
    struct Program {
        #[command(flatten)]
        serve: ServeArgs,
    }

    fn serve(args: &[&str]) -> Result<ServeArgs, String> {
        let parsed = Program::try_parse_from(["wirestamp"].iter().chain(args));
        parsed.map(|program| program.serve).map_err(|error| error.render().to_string())
    }

    #[test]
    fn the_defaults_are_the_classic_ports() {
        let args = serve(&[]).unwrap();
        assert_eq!(args.tcp, ["localhost:21567".parse().unwrap()]);
        assert_eq!(args.udp, ["localhost:21567".parse().unwrap()]);
        assert_eq!(args.http, ["localhost:8080".parse().unwrap()]);
        assert_eq!(args.tcp[0].at.port, wirestamp_protocol::DEFAULT_PORT);
        assert_eq!(args.unix_mode, 0o600);
        assert_eq!(args.format, Format::default());
        assert_eq!(args.max_message.0.get(), wirestamp_protocol::DEFAULT_MAX_MESSAGE);
        assert_eq!(args.gap, OrOff::On(Gap(Duration::from_millis(50))));
    }

    #[test]
    fn a_flag_may_come_several_times() {
        let args = serve(&["--tcp", "127.0.0.1:1", "--tcp", "[::1]:2"]).unwrap();
        assert_eq!(args.tcp.iter().map(|listen| listen.at.port).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn gaps_and_sizes_are_as_people_write_them() {
        assert_eq!("off".parse::<OrOff<Gap>>(), Ok(OrOff::Off));
        assert_eq!("1s".parse(), Ok(OrOff::On(Gap(Duration::from_secs(1)))));
        for (text, bytes) in [("64KiB", 65536), ("100", 100), ("1kB", 1000), ("16MiB", 16 << 20)] {
            assert_eq!(text.parse::<MaxMessage>().unwrap().0.get(), bytes, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (args, named) in [
            (["--tcp", "nowhere"], "'nowhere' for '--tcp"),
            (["--gap", "0s"], "a gap of nothing"),
            (["--gap", "soon"], "write 50ms or 2s; or write off"),
            (["--udp-rate", "0"], "--udp-rate <NUMBER>"),
            (["--unix-mode", "0888"], "write an octal mode"),
            (["--format", "rfc3393"], "ctime, rfc3339, unix, or a strftime pattern"),
            (["--max-message", "0"], "at least one byte"),
            (["--max-message", "1GiB"], "16 MiB is the most"),
            (["--tpc", "localhost:1"], "'--tpc'"),
            (["--log-format", "xml"], "text, json"),
            (["--allow-host", "stamp.example:80"], "leave the port out"),
            (["--allow-host", "http://stamp.example"], "is no host; write a name"),
            (["--allow-origin", "stamp.example"], "is no origin; write scheme://host"),
            (["--allow-origin", "https://stamp.example/"], "with nothing behind it"),
        ] {
            let error = serve(&args).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }
}
