//! Sending in the background: a peer that doesn't read must not keep the client from receiving, or from being
//! stopped.

use std::future::{pending, ready};
use std::pin::Pin;

use futures_util::FutureExt;

use super::Sender;
use crate::error::Error;

type SendFuture = Pin<Box<dyn Future<Output = (Sender, Result<(), Error>)>>>;

/// A [`Sender`] that sends one thing at a time while its owner waits for other things too, in a `select!`.
pub(crate) enum BackgroundSender {
    Idle(Sender),
    Busy(SendFuture),
    /// Only inside [`BackgroundSender::begin`].
    Changing,
}

impl BackgroundSender {
    pub(crate) fn new(sender: Sender) -> Self {
        Self::Idle(sender)
    }

    /// Returns whether nothing is being sent.
    pub(crate) fn is_idle(&self) -> bool {
        matches!(self, Self::Idle(_))
    }

    /// Starts to send lines, which [`BackgroundSender::sent`] continues. Must be idle.
    pub(crate) fn send(&mut self, lines: Vec<u8>) {
        self.begin(|mut sender| {
            Box::pin(async move {
                let sent = sender.send(&lines).await;
                (sender, sent)
            })
        });
    }

    /// Starts to tell the peer that no more lines will come. Must be idle.
    pub(crate) fn half_close(&mut self) {
        self.begin(|mut sender| {
            Box::pin(async move {
                sender.half_close().await;
                (sender, Ok(()))
            })
        });
    }

    fn begin(&mut self, sending: impl FnOnce(Sender) -> SendFuture) {
        *self = match std::mem::replace(self, Self::Changing) {
            Self::Idle(sender) => {
                let mut sending = sending(sender);
                // The round trip has begun, so don't wait until the owner has looked for signals and timers.
                match sending.as_mut().now_or_never() {
                    Some(sent) => Self::Busy(Box::pin(ready(sent))),
                    None => Self::Busy(sending),
                }
            }
            other => other,
        };
    }

    /// Waits until everything is sent, forever if idle. Cancel safe: the next call continues where this one
    /// stopped.
    pub(crate) async fn sent(&mut self) -> Result<(), Error> {
        let Self::Busy(sending) = self else { return pending().await };
        let (sender, sent) = sending.await;
        *self = Self::Idle(sender);
        sent
    }

    /// Returns the sender, unless something is still being sent.
    pub(crate) fn into_sender(self) -> Option<Sender> {
        match self {
            Self::Idle(sender) => Some(sender),
            Self::Busy(_) | Self::Changing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::link::over_stream;

    use tokio::io::{AsyncReadExt, duplex};

    #[tokio::test]
    async fn what_fits_is_sent_before_the_owner_waits() {
        let (near, mut far) = duplex(64);
        let mut sender = BackgroundSender::new(over_stream(near).sender);
        sender.send(b"probe\n".to_vec());
        let mut bytes = [0; 64];
        assert_eq!(far.read(&mut bytes).now_or_never().unwrap().unwrap(), 6);
        assert!(!sender.is_idle(), "the owner hasn't been told yet");
        sender.sent().await.unwrap();
        assert!(sender.is_idle());
    }
}
