//! What a client is owed while it doesn't read.

use std::cell::RefCell;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::AsyncWrite;
use wirestamp_protocol::Pending;

use super::room::Room;
use super::{PIECE_MAX, write_some};

thread_local! {
    /// Replies that have not been written yet.
    static REPLIES: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(PIECE_MAX));
}

/// Replies that a client has not taken, and input that is answered once it has.
#[derive(Debug)]
pub(crate) struct Owed {
    room: Room,
    /// Where the next byte to write is.
    at: usize,
    /// Where the replies end and the input begins.
    input: usize,
}

impl Owed {
    fn new(replies: &[u8], input: &[u8]) -> Self {
        let mut room = Room::default();
        room.append(replies);
        room.append(input);
        Self { room, at: 0, input: replies.len() }
    }

    /// How many bytes of replies wait to be written.
    pub(crate) fn len(&self) -> usize {
        self.input - self.at
    }

    /// The input after these replies.
    pub(crate) fn input(&self) -> &[u8] {
        &self.room[self.input..]
    }

    /// Writes what the client takes; is ready once that is everything.
    pub(crate) fn poll_write<W: AsyncWrite + Unpin>(
        &mut self,
        writer: &mut W,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        self.at += write_some(writer, cx, &self.room[self.at..self.input])?;
        match self.at < self.input {
            true => Poll::Pending,
            false => Pin::new(writer).poll_flush(cx),
        }
    }
}

/// Writes the replies that `reply` appends, which belong before the answers to `input`. What the client does not take
/// now is returned, with the input.
///
/// `reply` must not write itself, because it borrows the thread's buffer.
///
/// # Errors
/// If the stream is broken.
pub(crate) fn write<W: AsyncWrite + Unpin>(
    writer: &mut W,
    cx: &mut Context<'_>,
    input: &[u8],
    reply: impl FnOnce(&mut Vec<u8>),
) -> io::Result<Option<Owed>> {
    REPLIES.with_borrow_mut(|replies| {
        replies.clear();
        reply(replies);
        let written = write_some(writer, cx, replies)?;
        let owed = match written < replies.len() {
            true => Some(Owed::new(&replies[written..], input)),
            false => match Pin::new(&mut *writer).poll_flush(cx)? {
                Poll::Ready(()) => None,
                Poll::Pending => Some(Owed::new(&[], input)),
            },
        };
        // The reply to a long message made it grow.
        if replies.capacity() > 2 * PIECE_MAX {
            replies.clear();
            replies.shrink_to(PIECE_MAX);
        }
        Ok(owed)
    })
}
