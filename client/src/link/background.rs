//! Sending in the background: a peer that doesn't read must not keep the client from receiving, or from being
//! stopped.

use std::future::pending;
use std::pin::Pin;

use super::Sender;
use crate::error::Error;

type Sending = Pin<Box<dyn Future<Output = (Sender, Result<(), Error>)>>>;

/// A [`Sender`] that sends one thing at a time while its owner waits for other things too, in a `select!`.
pub(crate) enum BackgroundSender {
    Idle(Sender),
    Busy(Sending),
    /// Only inside [`BackgroundSender::begin`].
    Changing,
}

impl BackgroundSender {
    pub(crate) fn new(sender: Sender) -> Self {
        Self::Idle(sender)
    }

    /// Whether all that was begun is sent.
    pub(crate) fn is_idle(&self) -> bool {
        matches!(self, Self::Idle(_))
    }

    /// Begins to send lines; [`BackgroundSender::sent`] goes on with it. To be called when idle.
    pub(crate) fn send(&mut self, lines: Vec<u8>) {
        self.begin(|mut sender| {
            Box::pin(async move {
                let sent = sender.send(&lines).await;
                (sender, sent)
            })
        });
    }

    /// Begins to tell the peer that no more lines come. To be called when idle.
    pub(crate) fn half_close(&mut self) {
        self.begin(|mut sender| {
            Box::pin(async move {
                sender.half_close().await;
                (sender, Ok(()))
            })
        });
    }

    fn begin(&mut self, sending: impl FnOnce(Sender) -> Sending) {
        *self = match std::mem::replace(self, Self::Changing) {
            Self::Idle(sender) => Self::Busy(sending(sender)),
            other => other,
        };
    }

    /// Awaits that what was begun is sent; never ends if nothing was. It goes on where it was if it is dropped
    /// before.
    pub(crate) async fn sent(&mut self) -> Result<(), Error> {
        let Self::Busy(sending) = self else { return pending().await };
        let (sender, sent) = sending.await;
        *self = Self::Idle(sender);
        sent
    }

    /// The way there, unless something is still being sent.
    pub(crate) fn into_sender(self) -> Option<Sender> {
        match self {
            Self::Idle(sender) => Some(sender),
            Self::Busy(_) | Self::Changing => None,
        }
    }
}
