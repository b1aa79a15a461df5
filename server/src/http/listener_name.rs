//! The address of the listener that a request came to, which its connection passes on with it.

use std::sync::Arc;

/// The address, as it's told to those who watch.
#[derive(Clone)]
pub(crate) struct ListenerName(pub(crate) Arc<str>);
