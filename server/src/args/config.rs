//! What `wirestamp serve` runs: its flags, validated. Nothing beyond this folder sees the flags themselves.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use crate::http::access::policy::Allowed;
use crate::listen::address::Address;
use crate::listen::endpoint::Bindings;
use crate::process::logging::LogConfig;
use crate::session::settings::ServiceSettings;

/// A whole server, before anything is bound.
#[derive(Debug)]
pub struct Config {
    /// What to listen on.
    pub(crate) listen: Bindings,
    pub(crate) service: ServiceSettings,
    /// UDP replies a second to one source address; `None`: any number.
    pub(crate) udp_rate: Option<NonZeroU32>,
    pub(crate) allowed: Allowed,
    /// A service elsewhere for the bridge; `None`: this server's own.
    pub(crate) upstream: Option<Address>,
    /// How many clients there may be at once; `None`: as many as there is room for.
    pub(crate) max_connections: Option<NonZeroUsize>,
    /// How many connections one address may have at once; `None`: any number.
    pub(crate) max_per_address: Option<usize>,
    /// How long sessions may take to end after a stop.
    pub(crate) drain: Duration,
    /// How the log is written.
    pub log: LogConfig,
}
