//! The in-memory stream between a bridge and its service.
//!
//! It is like [`tokio::io::duplex`], except that bytes which wait in it are in a [`Room`]: the memory of a client that
//! doesn't read is given back once the client is gone.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_util::future::maybe_done;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use wirestamp_protocol::Pending;

use crate::io::{READ_SIZE, Room};

/// How many bytes can wait in each direction. One read takes them all.
const CAPACITY: usize = READ_SIZE;

/// One end of the stream. Dropping it ends both directions.
#[derive(Debug)]
pub(super) struct End {
    inbound: Arc<Mutex<Direction>>,
    outbound: Arc<Mutex<Direction>>,
}

/// Bytes on their way from one end to the other.
#[derive(Debug, Default)]
struct Direction {
    room: Room,
    /// How many of them have been read.
    read: usize,
    /// Whether one of the ends has ended this direction.
    ended: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

/// Creates a stream, and returns its two ends.
pub(super) fn pipe() -> (End, End) {
    let (there, back) = (Arc::default(), Arc::default());
    (End { inbound: Arc::clone(&back), outbound: Arc::clone(&there) }, End { inbound: there, outbound: back })
}

/// Runs what is at the two ends until both are done.
///
/// One task runs both, and `asks` again after `answers`, so that neither waits for the scheduler to read what the other
/// wrote. Otherwise, the bytes of all clients that are served in one go would be in memory at once.
pub(super) async fn run<A, B>(asks: impl Future<Output = A>, answers: impl Future<Output = B>) -> (A, B) {
    let (mut asks, mut answers) = (pin!(maybe_done(asks)), pin!(maybe_done(answers)));
    poll_fn(|cx| {
        let _ = asks.as_mut().poll(cx);
        let answered = answers.as_mut().poll(cx);
        let asked = asks.as_mut().poll(cx);
        if asked.is_ready() { answered } else { Poll::Pending }
    })
    .await;
    let done = "both are done";
    (asks.as_mut().take_output().expect(done), answers.as_mut().take_output().expect(done))
}

fn lock(direction: &Mutex<Direction>) -> MutexGuard<'_, Direction> {
    direction.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Direction {
    fn end(&mut self) {
        self.ended = true;
        for waker in [self.reader.take(), self.writer.take()].into_iter().flatten() {
            waker.wake();
        }
    }
}

impl AsyncRead for End {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut inbound = lock(&self.inbound);
        let Direction { room, read, .. } = &mut *inbound;
        let waiting = &room[*read..];
        if waiting.is_empty() {
            if inbound.ended {
                return Poll::Ready(Ok(()));
            }
            inbound.reader = Some(cx.waker().clone());
            return Poll::Pending;
        }
        let taken = waiting.len().min(buffer.remaining());
        buffer.put_slice(&waiting[..taken]);
        *read += taken;
        if *read == room.len() {
            (*room, *read) = (Room::default(), 0);
            if let Some(writer) = inbound.writer.take() {
                writer.wake();
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for End {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut outbound = lock(&self.outbound);
        if outbound.ended {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        // Bytes that have been read still count, until all have been.
        let taken = bytes.len().min(CAPACITY - outbound.room.len());
        if taken == 0 && !bytes.is_empty() {
            outbound.writer = Some(cx.waker().clone());
            return Poll::Pending;
        }
        outbound.room.append(&bytes[..taken]);
        if let Some(reader) = outbound.reader.take() {
            reader.wake();
        }
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        lock(&self.outbound).end();
        Poll::Ready(Ok(()))
    }
}

impl Drop for End {
    fn drop(&mut self) {
        lock(&self.inbound).end();
        lock(&self.outbound).end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::io::ErrorKind;

    use futures_util::FutureExt;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, copy, split};
    use tokio::join;

    #[tokio::test]
    async fn many_bytes_go_both_ways_at_once() {
        let (near, far) = pipe();
        let bytes: Vec<u8> = (0..10 * CAPACITY).map(|at| (at % 251) as u8).collect();
        let echo = async {
            let (mut reader, mut writer) = split(far);
            copy(&mut reader, &mut writer).await.unwrap();
            writer.shutdown().await.unwrap();
        };
        let (mut reader, mut writer) = split(near);
        let sending = async {
            writer.write_all(&bytes).await.unwrap();
            writer.shutdown().await.unwrap();
        };
        let mut heard = Vec::new();
        let (.., read) = join!(echo, sending, reader.read_to_end(&mut heard));
        read.unwrap();
        assert!(heard == bytes);
    }

    #[tokio::test]
    async fn a_writer_waits_until_everything_has_been_read() {
        let (mut near, mut far) = pipe();
        assert_eq!(near.write(&[b'x'; CAPACITY + 1]).await.unwrap(), CAPACITY);
        let mut bytes = [0; CAPACITY - 1];
        assert_eq!(far.read(&mut bytes).await.unwrap(), CAPACITY - 1);
        assert!(near.write(b"y").now_or_never().is_none());
        let (written, read) = join!(near.write(b"y"), far.read(&mut bytes));
        assert_eq!((written.unwrap(), read.unwrap()), (1, 1));
    }

    #[tokio::test]
    async fn a_reader_waits_for_bytes_and_for_the_end() {
        let (mut near, mut far) = pipe();
        let mut bytes = [0; 10];
        let (read, written) = join!(far.read(&mut bytes), near.write(b"hello"));
        assert_eq!((read.unwrap(), written.unwrap()), (5, 5));
        let (read, ended) = join!(far.read(&mut bytes), near.shutdown());
        ended.unwrap();
        assert_eq!(read.unwrap(), 0);
        // The other direction goes on.
        far.write_all(b"bye").await.unwrap();
        assert_eq!(near.read(&mut bytes).await.unwrap(), 3);
    }

    #[tokio::test]
    async fn a_dropped_end_leaves_its_bytes_and_breaks_writing() {
        let (mut near, mut far) = pipe();
        near.write_all(b"last words").await.unwrap();
        far.write_all(&[0; CAPACITY]).await.unwrap();
        let (written, ()) = join!(far.write(b"x"), async { drop(near) });
        assert_eq!(written.unwrap_err().kind(), ErrorKind::BrokenPipe);
        let mut heard = String::new();
        far.read_to_string(&mut heard).await.unwrap();
        assert_eq!(heard, "last words");
    }
}
