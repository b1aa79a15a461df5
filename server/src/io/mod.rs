//! Reading and writing without a buffer for each idle socket.
//!
//! A thread reads into a single buffer, and what was read is used up before the read returns. A session writes its
//! replies from the thread's buffer too, and keeps only what its client doesn't take ([`owed`]). A bridge's buffers
//! belong to it while they hold bytes; an empty one is kept for the next bridge. What has to wait is in a [`Room`].
//! Usually everything is written at once, and nothing is allocated.

use std::cell::{Cell, RefCell};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wirestamp_protocol::Pending;

pub(crate) mod owed;
mod room;

pub(crate) use room::Room;

/// The most that one read takes, in bytes: 16 KiB. Larger reads would save few system calls, and would let
/// one client keep the others waiting for longer.
pub(crate) const READ_SIZE: usize = 16 * 1024;

/// The most that the replies to one piece of a read take, in bytes, apart from a message that began in an earlier
/// read.
pub(crate) const PIECE_MAX: usize = 64 * 1024;

/// The largest buffer that is kept for the next bridge, in bytes. It holds the replies to one read of lines that
/// are as long as their stamps, with room to spare.
const SPARE_MAX: usize = 4 * READ_SIZE;

thread_local! {
    static READ_BUFFER: RefCell<Box<[u8]>> = RefCell::new(vec![0; READ_SIZE].into_boxed_slice());
    static SPARE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Reads once, and passes the bytes to `take`. Returns how many there were: at most `limit`, which is between 1 and
/// [`READ_SIZE`], and 0 at the end of the stream.
///
/// `take` must not read itself, because it borrows the buffer.
pub(crate) fn poll_read<R: AsyncRead + Unpin>(
    reader: &mut R,
    limit: usize,
    cx: &mut Context<'_>,
    take: impl FnOnce(&[u8]),
) -> Poll<io::Result<usize>> {
    poll_read_then(reader, limit, cx, |_, _, bytes| {
        take(bytes);
        Ok(())
    })
}

/// Reads once as [`poll_read`] does, and passes the stream on with the bytes, so that they can be answered while they
/// are in the thread's buffer.
pub(crate) fn poll_read_then<S: AsyncRead + Unpin>(
    stream: &mut S,
    limit: usize,
    cx: &mut Context<'_>,
    then: impl FnOnce(&mut S, &mut Context<'_>, &[u8]) -> io::Result<()>,
) -> Poll<io::Result<usize>> {
    READ_BUFFER.with_borrow_mut(|buffer| {
        let mut read = ReadBuf::new(&mut buffer[..limit]);
        ready!(Pin::new(&mut *stream).poll_read(cx, &mut read))?;
        if !read.filled().is_empty() {
            then(stream, cx, read.filled())?;
        }
        Poll::Ready(Ok(read.filled().len()))
    })
}

/// Bytes that wait to be written.
///
/// Usually they are written at once, from a buffer that the next bridge uses too. What the other side doesn't take is
/// moved into a [`Room`].
#[derive(Debug, Default)]
pub(crate) struct WriteBuffer {
    /// The bytes that weren't taken, the first `written` of which have been since.
    left: Room,
    written: usize,
    /// The bytes that follow them.
    bytes: Vec<u8>,
}

impl WriteBuffer {
    /// The buffer to append bytes to.
    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        if self.bytes.capacity() == 0 {
            self.bytes = SPARE.take();
        }
        &mut self.bytes
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes wait to be written.
    pub(crate) fn len(&self) -> usize {
        self.left.len() - self.written + self.bytes.len()
    }

    /// Drops all bytes, and gives their memory back.
    pub(crate) fn clear(&mut self) {
        let Self { bytes, .. } = std::mem::take(self);
        keep_spare(bytes);
    }

    /// Writes all bytes, then gives their memory back.
    pub(crate) fn poll_write<W: AsyncWrite + Unpin>(
        &mut self,
        writer: &mut W,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.written += write_some(writer, cx, &self.left[self.written..])?;
        let mut taken = 0;
        if self.written == self.left.len() {
            (self.left, self.written) = (Room::default(), 0);
            taken = write_some(writer, cx, &self.bytes)?;
            if taken == self.bytes.len() {
                self.clear();
                return Pin::new(writer).poll_flush(cx);
            }
        }
        let bytes = std::mem::take(&mut self.bytes);
        self.left.append(&bytes[taken..]);
        keep_spare(bytes);
        Poll::Pending
    }
}

/// Writes what the other side takes, and returns how much that was. Unless it's everything, the task is woken once
/// the other side takes more.
fn write_some<W: AsyncWrite + Unpin>(
    writer: &mut W,
    cx: &mut Context<'_>,
    bytes: &[u8],
) -> io::Result<usize> {
    let mut written = 0;
    while written < bytes.len() {
        match Pin::new(&mut *writer).poll_write(cx, &bytes[written..])? {
            Poll::Ready(0) => return Err(io::ErrorKind::WriteZero.into()),
            Poll::Ready(some) => written += some,
            Poll::Pending => break,
        }
    }
    Ok(written)
}

/// Keeps a buffer for the next bridge.
fn keep_spare(mut bytes: Vec<u8>) {
    if (1..=SPARE_MAX).contains(&bytes.capacity()) {
        bytes.clear();
        SPARE.set(bytes);
    }
}

#[cfg(test)]
pub(crate) mod flood;
