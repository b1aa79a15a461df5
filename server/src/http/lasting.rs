//! Responses that go on for as long as their client listens, and how a connection tells that it no longer does.

use std::future::pending;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// What a connection knows of its current response. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Lasting(watch::Sender<State>);

#[derive(Clone, Copy, Default)]
struct State {
    /// Whether the response goes on until the client leaves.
    goes_on: bool,
    /// Since when the client has taken nothing, if there is something for it.
    blocked_since: Option<Instant>,
}

impl Lasting {
    /// Begins a response that goes on until the guard is dropped.
    pub(crate) fn begin(&self) -> GoesOn {
        self.0.send_modify(|state| state.goes_on = true);
        GoesOn(self.clone())
    }

    /// Waits until no response goes on.
    pub(super) async fn over(&self) {
        // The channel can't close, because its sender is here.
        let _ = self.0.subscribe().wait_for(|state| !state.goes_on).await;
    }

    /// Waits until the client has taken nothing of a response that goes on, for this long.
    pub(super) async fn stalled(&self, patience: Duration) {
        let mut states = self.0.subscribe();
        loop {
            let State { goes_on, blocked_since } = *states.borrow_and_update();
            let wait = async {
                match blocked_since {
                    Some(since) if goes_on => sleep(patience.saturating_sub(since.elapsed())).await,
                    _ => pending().await,
                }
            };
            tokio::select! {
                () = wait => return,
                _ = states.changed() => {}
            }
        }
    }
}

/// A response goes on while this exists.
pub(crate) struct GoesOn(Lasting);

impl Drop for GoesOn {
    fn drop(&mut self) {
        self.0.0.send_modify(|state| state.goes_on = false);
    }
}

/// A connection's stream, which tells [`Lasting`] when its client takes nothing.
pub(crate) struct Progress<S> {
    stream: S,
    lasting: Lasting,
    is_blocked: bool,
}

impl<S> Progress<S> {
    pub(super) fn new(stream: S, lasting: Lasting) -> Self {
        Self { stream, lasting, is_blocked: false }
    }

    /// The stream itself.
    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    fn note(&mut self, is_blocked: bool) {
        if self.is_blocked != is_blocked {
            self.is_blocked = is_blocked;
            let since = is_blocked.then(Instant::now);
            self.lasting.0.send_modify(|state| state.blocked_since = since);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Progress<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Progress<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note(written.is_pending());
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.note(written.is_pending());
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
