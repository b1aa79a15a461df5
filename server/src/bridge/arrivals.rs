//! Carries times of arrival past the in-memory stream between a bridge and its service.
//!
//! The client's stream notes when its last bytes arrived, and the service takes that for the time of the bytes that it
//! reads. The bridge reads more from the client only once everything before has been written to the stream. Bytes
//! that the service has not read by then get the time of those that followed: later than their arrival, but never
//! earlier.

use std::io;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wirestamp_arrival::{ArrivalTime, ReportsArrival};

/// When the client's last bytes arrived.
pub(super) struct LastArrival(Mutex<ArrivalTime>);

impl LastArrival {
    pub(super) fn of(client: &impl ReportsArrival) -> Self {
        Self(Mutex::new(client.arrival()))
    }

    pub(super) fn get(&self) -> ArrivalTime {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, arrival: ArrivalTime) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = arrival;
    }
}

/// A client's stream that notes when its last bytes arrived.
pub(super) struct Noted<'a, C> {
    pub(super) stream: C,
    pub(super) last: &'a LastArrival,
}

impl<C: AsyncRead + ReportsArrival + Unpin> AsyncRead for Noted<'_, C> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.last.set(self.stream.arrival());
        Poll::Ready(Ok(()))
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for Noted<'_, C> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
