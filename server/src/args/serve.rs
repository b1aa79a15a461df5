//! The flags of `wirestamp serve`.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use clap::builder::BoolishValueParser;
use wirestamp_client::duration;
use wirestamp_protocol::Format;

use super::config::Config;
use super::value::{ArrivalTimes, Gap, MaxMessage, OrOff, Timeout, mode, path, upstream};
use super::watch::WatchArgs;
use crate::datagram::Rates;
use crate::http::access::origin::{Host, Origin};
use crate::http::access::policy::Allowed;
use crate::listen::address::Address;
use crate::listen::endpoint::Bindings;
use crate::listen::profile::{Binding, Profile};
use crate::process::logging;
use crate::session::settings::ServiceSettings;
use crate::zone::Zone;

// The groups in which the help lists the flags.
const LISTENERS: &str = "Listeners";
const MESSAGES: &str = "Messages";
const LIMITS: &str = "Limits";
const ACCESS: &str = "Access";
const LOG: &str = "Log";

/// The arguments of `wirestamp serve`.
#[derive(Debug, Args)]
#[command(after_long_help = SERVE_EXAMPLES)]
pub(super) struct ServeArgs {
    /// Listen on this address for TCP, or "off"; can be repeated
    ///
    /// The server binds every address that the host resolves to. A port alone, as in 21567 or :21567, is one of
    /// localhost, never of every address; the examples below show how to listen on all of them. Port 0 picks a free
    /// port.
    ///
    /// A query sets the format of this listener's stamps, as in 'localhost:21568?format=rfc3339'. It is
    /// percent-decoded as in a URL: write %25 for a percent sign that two hexadecimal digits follow, and %2C for a
    /// comma, because commas separate several addresses.
    #[arg(long, value_name = "HOST:PORT", env = "WIRESTAMP_TCP", value_delimiter = ',')]
    #[arg(default_value = "localhost:21567")]
    #[arg(help_heading = LISTENERS)]
    pub tcp: Vec<OrOff<Binding<Address>>>,

    /// Listen on this path with a Unix stream socket; can be repeated
    ///
    /// The protocol is the same as over TCP. If there is a socket at the path that nobody listens on, it is
    /// replaced. Anything else is left alone. The server removes the path when it ends. The path can have a query,
    /// as with --tcp. Commas separate several paths.
    #[arg(long, value_name = "PATH", env = "WIRESTAMP_UNIX", value_delimiter = ',', value_parser = path)]
    #[arg(help_heading = LISTENERS)]
    pub unix: Vec<Binding<PathBuf>>,

    /// Octal mode of the Unix sockets: whoever can write to a socket can connect to it
    #[arg(long, value_name = "MODE", env = "WIRESTAMP_UNIX_MODE", default_value = "0600", value_parser = mode)]
    #[arg(help_heading = LISTENERS)]
    pub unix_mode: u32,

    /// Listen on this address for UDP, or "off"; can be repeated
    ///
    /// Each datagram gets one datagram in reply. Datagrams from ports below 1024 and datagrams that already have
    /// a stamp are dropped, so that two timestamp services can't answer each other in a loop. A forged datagram can
    /// still start a loop with a service on another port that answers anything: such a loop is as slow as
    /// --udp-rate, or --udp-loopback-rate, or ends. The address can have a query, as with --tcp.
    #[arg(long, value_name = "HOST:PORT", env = "WIRESTAMP_UDP", value_delimiter = ',')]
    #[arg(default_value = "localhost:21567")]
    #[arg(help_heading = LISTENERS)]
    pub udp: Vec<OrOff<Binding<Address>>>,

    /// UDP replies per second to one source address other than loopback, or "off"
    ///
    /// Source addresses are easy to forge, and replies go to the forged address. The limit keeps attackers from
    /// flooding others that way. Datagrams over the limit are dropped, which also ends a loop between this server
    /// and another service.
    #[arg(long, value_name = "NUMBER", env = "WIRESTAMP_UDP_RATE", default_value = "100")]
    #[arg(help_heading = LISTENERS)]
    pub udp_rate: OrOff<NonZeroU32>,

    /// UDP replies per second to one port on loopback, or "off"
    ///
    /// Each port can save up the replies of 250 seconds, so load tests are answered at full speed for a while: with
    /// the default, for half a million datagrams. A loop with another service on this computer ends after as many.
    #[arg(long, value_name = "NUMBER", env = "WIRESTAMP_UDP_LOOPBACK_RATE", default_value = "2000")]
    #[arg(help_heading = LISTENERS)]
    pub udp_loopback_rate: OrOff<NonZeroU32>,

    /// Listen on this address for HTTP, or "off"; can be repeated
    ///
    /// The server offers the page at /, and /ws, /api/info, /api/events, /api/sessions, /healthz, /readyz and /metrics.
    /// The address can have a query, as with --tcp, which sets the default for the WebSockets of this listener.
    #[arg(long, value_name = "HOST:PORT", env = "WIRESTAMP_HTTP", value_delimiter = ',')]
    #[arg(default_value = "localhost:8080")]
    #[arg(help_heading = LISTENERS)]
    pub http: Vec<OrOff<Binding<Address>>>,

    /// Connect WebSockets to the timestamp service at this address instead of this server's own
    #[arg(long, value_name = "HOST:PORT", env = "WIRESTAMP_UPSTREAM", value_parser = upstream)]
    #[arg(help_heading = MESSAGES)]
    pub upstream: Option<Address>,

    /// End a message after this much silence, or "off" to wait for its line feed
    ///
    /// If a client sends a line in two writes, they can be a delayed ACK apart, which is 40 ms on Linux. A
    /// shorter gap would cut such lines in two.
    #[arg(long, value_name = "DURATION", env = "WIRESTAMP_GAP", default_value = "50ms")]
    #[arg(help_heading = MESSAGES)]
    pub gap: OrOff<Gap>,

    /// End a message without a line feed at this size, from 1 byte to 16 MiB
    #[arg(long, value_name = "SIZE", env = "WIRESTAMP_MAX_MESSAGE", default_value = "64KiB")]
    #[arg(help_heading = MESSAGES)]
    pub max_message: MaxMessage,

    /// Disconnect a client that leaves its replies unread for this long
    #[arg(long, value_name = "DURATION", env = "WIRESTAMP_STALL_TIMEOUT", default_value = "60s")]
    #[arg(value_parser = duration)]
    #[arg(help_heading = LIMITS)]
    pub stall_timeout: Duration,

    /// Disconnect a client that sends nothing for this long, or "off"
    ///
    /// The default is "off" because some devices are quiet for hours.
    #[arg(long, value_name = "DURATION", env = "WIRESTAMP_IDLE_TIMEOUT", default_value = "off")]
    #[arg(help_heading = LIMITS)]
    pub idle_timeout: OrOff<Timeout>,

    /// Give sessions this long to end once the server is told to stop
    #[arg(long, value_name = "DURATION", env = "WIRESTAMP_DRAIN", default_value = "10s")]
    #[arg(value_parser = duration)]
    #[arg(help_heading = LIMITS)]
    pub drain: Duration,

    /// Allow this many sessions, and this many HTTP connections, at once; more wait in the backlog
    ///
    /// Sessions over TCP and Unix sockets can reach this number, and HTTP connections, which include WebSockets,
    /// can reach it too. Beyond it, HTTP requests are answered with 503, except for /healthz, /readyz and /metrics.
    /// The default is as many as the limit of open files (ulimit -n) has room for when it is shared between both.
    /// The server raises that limit as far as it can. A WebSocket takes one descriptor, or two with --upstream.
    #[arg(long, value_name = "NUMBER", env = "WIRESTAMP_MAX_CONNECTIONS")]
    #[arg(help_heading = LIMITS)]
    pub max_connections: Option<NonZeroUsize>,

    /// Allow one address this many connections at once, or "off"; more are disconnected
    #[arg(long, value_name = "NUMBER", env = "WIRESTAMP_MAX_PER_IP", default_value = "off")]
    #[arg(help_heading = LIMITS)]
    pub max_per_ip: OrOff<NonZeroUsize>,

    /// Answer HTTP requests for this host as well; can be repeated
    ///
    /// Anyone can make a name of their own resolve to this computer. The server therefore refuses requests for
    /// hosts that it is not bound to. Allow the names by which a proxy, a container or a network knows this
    /// server. The port doesn't matter. A server that is bound to every address answers requests for all of them,
    /// but for no name except localhost.
    #[arg(long, value_name = "HOST", env = "WIRESTAMP_ALLOW_HOST", value_delimiter = ',')]
    #[arg(help_heading = ACCESS)]
    pub allow_host: Vec<Host>,

    /// Allow web pages from this origin as well; can be repeated
    ///
    /// An origin is scheme://host or scheme://host:port. Browsers let any page open a WebSocket to any address,
    /// and tell the server the page's origin. The server refuses pages from other servers. Clients other than
    /// browsers don't send an origin and are allowed.
    #[arg(long, value_name = "ORIGIN", env = "WIRESTAMP_ALLOW_ORIGIN", value_delimiter = ',')]
    #[arg(help_heading = ACCESS)]
    pub allow_origin: Vec<Origin>,

    #[command(flatten)]
    pub watch: WatchArgs,

    /// Serve /metrics on this address instead of with the page
    #[arg(long, value_name = "HOST:PORT", env = "WIRESTAMP_METRICS_ADDR")]
    #[arg(help_heading = LISTENERS)]
    pub metrics_addr: Option<Address>,

    /// Format of the stamps: ctime, rfc3339, unix, or a strftime pattern such as %H:%M:%S%.3f
    #[arg(long, value_name = "FORMAT", env = "WIRESTAMP_FORMAT", default_value = "ctime")]
    #[arg(help_heading = MESSAGES)]
    pub format: Format,

    /// Stamp messages with the time at which the kernel received them, or at which the server read them
    ///
    /// The time of a message is that of its last byte. Over TCP, the kernel may merge packets that come close together,
    /// and then has only the time of the last one. So the time can be late, but never early. Unix sockets always have
    /// the time of the read.
    #[arg(long, value_enum, env = "WIRESTAMP_ARRIVAL", default_value = "kernel")]
    #[arg(help_heading = MESSAGES)]
    pub arrival: ArrivalTimes,

    /// Stamp in UTC instead of local time
    #[arg(long, env = "WIRESTAMP_UTC", value_parser = BoolishValueParser::new())]
    #[arg(help_heading = MESSAGES)]
    pub utc: bool,

    /// Format of the log on standard error
    #[arg(long, value_enum, env = "WIRESTAMP_LOG_FORMAT", default_value = "text")]
    #[arg(help_heading = LOG)]
    pub log_format: logging::LogFormat,

    /// Least severe level to log
    ///
    /// Each level includes the ones before it.
    #[arg(long, value_enum, env = "WIRESTAMP_LOG_LEVEL", default_value = "info")]
    #[arg(help_heading = LOG)]
    pub log_level: logging::LogLevel,

    /// Log each message
    ///
    /// A message is shown escaped, and cut at 256 bytes. The log then holds what clients send, which may be
    /// confidential. With --upstream, the messages of WebSockets aren't shown.
    #[arg(long, env = "WIRESTAMP_LOG_PAYLOAD", value_parser = BoolishValueParser::new())]
    #[arg(help_heading = LOG)]
    pub log_payload: bool,
}

const SERVE_EXAMPLES: &str = "\
Examples:
  wirestamp serve
      then run nc localhost 21567, or open http://localhost:8080/ in a browser
  wirestamp serve --tcp '[::]:21567' --utc
      TCP for the whole network, over IPv6 and IPv4, in UTC; for IPv4 only, use 0.0.0.0:21567
  wirestamp serve --tcp localhost:21567 --tcp 'localhost:21568?format=rfc3339'
      classic stamps on one port, nanoseconds on another
  wirestamp serve --unix /run/user/1000/wirestamp.sock
      then run nc -U /run/user/1000/wirestamp.sock
  wirestamp serve --tcp localhost:0 --udp localhost:0 --http localhost:0
      free ports for tests, which can read them from standard output
  wirestamp serve --upstream device.example:21567
      a page that talks to a timestamp service elsewhere
  wirestamp serve --http 0.0.0.0:8080 --allow-host stamp.example
      the page for the whole network, at any address of this computer and at that name

Once every listener is bound, the server prints a line for each to standard output:
  listening tcp 127.0.0.1:21567
  listening udp 127.0.0.1:21567
  listening http http://127.0.0.1:8080/

Exit codes: 0 after Ctrl-C, SIGTERM or SIGHUP; 130 after a second one; 1 if the server can't start; 2 if the command line is wrong.";

impl ServeArgs {
    /// The configuration that these arguments ask for.
    pub(super) fn into_config(self) -> Config {
        let default = Profile { format: self.format };
        Config {
            listen: Bindings {
                tcp: on(self.tcp),
                unix: self.unix,
                unix_mode: self.unix_mode,
                udp: on(self.udp),
                http: on(self.http),
                metrics: self.metrics_addr,
                times: self.arrival.into(),
                default,
            },
            service: ServiceSettings {
                gap: self.gap.on().map(|gap| gap.0),
                max_message: self.max_message.into(),
                stall_timeout: self.stall_timeout,
                idle_timeout: self.idle_timeout.on().map(|timeout| timeout.0),
                zone: if self.utc { Zone::Utc } else { Zone::Local },
            },
            udp_rates: Rates { remote: self.udp_rate.on(), loopback: self.udp_loopback_rate.on() },
            allowed: Allowed { hosts: self.allow_host, origins: self.allow_origin },
            upstream: self.upstream,
            max_connections: self.max_connections,
            max_per_address: self.max_per_ip.on().map(Into::into),
            watch_memory: self.watch.watch_memory.0,
            watch_token: self.watch.watch_token,
            drain: self.drain,
            log: logging::LogConfig {
                format: self.log_format,
                level: self.log_level,
                payload: self.log_payload,
            },
        }
    }
}

/// The values without those that are "off".
fn on<T>(values: Vec<OrOff<T>>) -> Vec<T> {
    values.into_iter().filter_map(OrOff::on).collect()
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
        let ports = on(args.tcp).iter().map(|listen| listen.at.port).collect::<Vec<_>>();
        assert_eq!(ports, [wirestamp_protocol::DEFAULT_PORT]);
        assert_eq!(args.unix_mode, 0o600);
        assert_eq!(args.format, Format::default());
        assert_eq!(args.max_message.0.get(), wirestamp_protocol::DEFAULT_MAX_MESSAGE);
        assert_eq!(args.gap, OrOff::On(Gap(Duration::from_millis(50))));
    }

    #[test]
    fn a_flag_can_be_repeated() {
        let args = serve(&["--tcp", "127.0.0.1:1", "--tcp", "[::1]:2"]).unwrap();
        assert_eq!(on(args.tcp).iter().map(|listen| listen.at.port).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn gaps_and_sizes_have_units() {
        assert_eq!("off".parse::<OrOff<Gap>>(), Ok(OrOff::Off));
        for text in ["1s", "1"] {
            assert_eq!(text.parse(), Ok(OrOff::On(Gap(Duration::from_secs(1)))));
        }
        assert_eq!(serve(&["--drain", "2"]).unwrap().drain, Duration::from_secs(2));
        for (text, bytes) in [("64KiB", 65536), ("100", 100), ("1kB", 1000), ("16MiB", 16 << 20)] {
            assert_eq!(text.parse::<MaxMessage>().unwrap().0.get(), bytes, "{text}");
        }
    }

    #[test]
    fn an_error_names_what_is_wrong() {
        for (args, named) in [
            (["--tcp", "nowhere"], "'nowhere' for '--tcp"),
            (["--gap", "0s"], "a gap of zero"),
            (["--gap", "soon"], "a unit, such as 200ms; \"off\" is also valid"),
            (["--udp-rate", "0"], "--udp-rate <NUMBER>"),
            (["--unix-mode", "0888"], "write an octal mode"),
            (["--format", "rfc3393"], "ctime, rfc3339, unix, or a strftime pattern"),
            (["--upstream", "localhost:0"], "invalid port \"0\": must be 1 to 65535"),
            (["--unix", ""], "missing path"),
            (["--unix", "?format=unix"], "missing path"),
            (["--max-message", "0"], "must be at least 1 byte"),
            (["--max-message", "1GiB"], "must be at most 16 MiB"),
            (["--tpc", "localhost:1"], "'--tpc'"),
            (["--log-format", "xml"], "text, json"),
            (["--allow-host", "stamp.example:80"], "leave out the port"),
            (["--allow-host", "http://stamp.example"], "invalid host \"http://stamp.example\"; write a name"),
            (["--allow-origin", "stamp.example"], "invalid origin \"stamp.example\"; write scheme://host"),
            (["--allow-origin", "https://stamp.example/"], "and nothing after it"),
        ] {
            let error = serve(&args).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
    }
}
