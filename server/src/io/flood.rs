//! A client that always has more to send, for tests of fairness.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Fills `reads` reads with the pattern over and over, then ends its stream. It accepts whatever is written to it.
pub(crate) struct Flood {
    pub(crate) pattern: &'static [u8],
    pub(crate) reads: usize,
}

impl AsyncRead for Flood {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        read: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.reads > 0 {
            self.reads -= 1;
            let pattern = self.pattern.iter().cycle();
            read.initialize_unfilled().iter_mut().zip(pattern).for_each(|(byte, other)| *byte = *other);
            read.set_filled(read.capacity());
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Flood {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
