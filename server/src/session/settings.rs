//! What all sessions of a service share.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::zone::Zone;

/// The settings of a timestamp service.
#[derive(Debug, Clone)]
pub(crate) struct ServiceSettings {
    /// The silence that ends a message. `None` means that silence never does.
    pub(crate) gap: Option<Duration>,
    /// Where a message ends without a line feed, in bytes.
    pub(crate) max_message: NonZeroUsize,
    /// How long a client may leave a reply unread.
    pub(crate) stall_timeout: Duration,
    /// How long a session may be quiet. `None` means no limit.
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) zone: Zone,
}
