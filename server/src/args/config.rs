//! The configuration of `wirestamp serve`. It holds validated values; the flags themselves stay in this folder.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::datagram::Rates;
use crate::http::access::policy::Allowed;
use crate::http::access::token::WatchToken;
use crate::listen::address::Address;
use crate::listen::endpoint::Bindings;
use crate::process::logging::LogConfig;
use crate::session::settings::ServiceSettings;

/// The configuration of a server, before anything is bound.
#[derive(Debug)]
pub struct Config {
    /// The addresses and paths to listen on.
    pub(crate) listen: Bindings,
    pub(crate) service: ServiceSettings,
    pub(crate) udp_rates: Rates,
    pub(crate) allowed: Allowed,
    /// The service that the bridge connects to. `None` means this server's own.
    pub(crate) upstream: Option<Address>,
    /// How many sessions there may be at once, and how many HTTP connections. `None` means as many of both as the
    /// limit of open files has room for.
    pub(crate) max_connections: Option<NonZeroUsize>,
    /// How many connections one address may have at once. `None` means no limit.
    pub(crate) max_per_address: Option<usize>,
    /// How much memory the events of the recent past may take, in bytes.
    pub(crate) watch_memory: usize,
    /// The token that those who watch need, if there is one.
    pub(crate) watch_token: Option<WatchToken>,
    /// How long sessions may take to end after a stop.
    pub(crate) drain: Duration,
    /// How the log is written.
    pub log: LogConfig,
}
