//! What a client is owed while it doesn't read.
//!
//! These bytes have a memory mapping of their own, which the kernel gets back at once when they are dropped. The
//! allocator would keep them: whenever glibc frees a large block, it raises the size from which on it maps blocks
//! (mallopt(3), `M_MMAP_THRESHOLD`). Later blocks of that size are in the heap, and the heap shrinks only from its
//! end.

use std::cell::{Cell, RefCell};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use memmap2::MmapMut;
use tokio::io::AsyncWrite;

use super::READ_SIZE;

/// The most that the replies to one piece of a read take, in bytes, apart from a message that began in an earlier
/// read.
pub(crate) const PIECE_MAX: usize = 64 * 1024;

/// The usual size of a mapping: the replies to a piece, and the rest of the read.
const MAPPED: usize = PIECE_MAX + READ_SIZE;

thread_local! {
    /// Replies that have not been written yet.
    static REPLIES: RefCell<Vec<u8>> = RefCell::new(Vec::with_capacity(PIECE_MAX));
    /// A mapping for the next client that stops reading.
    static SPARE: Cell<Option<MmapMut>> = const { Cell::new(None) };
}

/// Replies that a client has not taken, and input that is answered once it has.
#[derive(Debug)]
pub(crate) struct Owed {
    room: Room,
    /// Where the next byte to write is.
    at: usize,
    /// Where the replies end and the input begins.
    input: usize,
    end: usize,
}

#[derive(Debug)]
enum Room {
    Mapped(MmapMut),
    /// The kernel refused another mapping.
    Heap(Box<[u8]>),
}

impl Room {
    fn new(size: usize) -> Self {
        let spare = if size <= MAPPED { SPARE.take() } else { None };
        match spare.map_or_else(|| MmapMut::map_anon(size.max(MAPPED)), Ok) {
            Ok(mapped) => Self::Mapped(mapped),
            Err(_) => Self::Heap(vec![0; size].into_boxed_slice()),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Self::Mapped(bytes) => bytes,
            Self::Heap(bytes) => bytes,
        }
    }

    fn bytes_mut(&mut self) -> &mut [u8] {
        match self {
            Self::Mapped(bytes) => bytes,
            Self::Heap(bytes) => bytes,
        }
    }
}

impl Owed {
    fn new(replies: &[u8], input: &[u8]) -> Self {
        let (middle, end) = (replies.len(), replies.len() + input.len());
        let mut room = Room::new(end);
        let bytes = room.bytes_mut();
        bytes[..middle].copy_from_slice(replies);
        bytes[middle..end].copy_from_slice(input);
        Self { room, at: 0, input: middle, end }
    }

    /// How many bytes of replies wait to be written.
    pub(crate) fn len(&self) -> usize {
        self.input - self.at
    }

    /// The input behind these replies.
    pub(crate) fn input(&self) -> &[u8] {
        &self.room.bytes()[self.input..self.end]
    }

    /// Writes what the client takes; is ready once that is everything.
    pub(crate) fn poll_write<W: AsyncWrite + Unpin>(
        &mut self,
        writer: &mut W,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while self.at < self.input {
            self.at += ready!(poll_some(writer, cx, &self.room.bytes()[self.at..self.input]))?;
        }
        Pin::new(writer).poll_flush(cx)
    }
}

impl Drop for Owed {
    fn drop(&mut self) {
        if let Room::Mapped(mapped) = std::mem::replace(&mut self.room, Room::Heap(Box::default()))
            && mapped.len() == MAPPED
        {
            SPARE.set(Some(mapped));
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
        let mut rest = &replies[..];
        let owed = loop {
            if rest.is_empty() {
                break match Pin::new(&mut *writer).poll_flush(cx)? {
                    Poll::Ready(()) => None,
                    Poll::Pending => Some(Owed::new(&[], input)),
                };
            }
            match poll_some(writer, cx, rest)? {
                Poll::Ready(written) => rest = &rest[written..],
                Poll::Pending => break Some(Owed::new(rest, input)),
            }
        };
        // The reply to a long message made it grow.
        if replies.capacity() > 2 * PIECE_MAX {
            replies.clear();
            replies.shrink_to(PIECE_MAX);
        }
        Ok(owed)
    })
}

fn poll_some<W: AsyncWrite + Unpin>(
    writer: &mut W,
    cx: &mut Context<'_>,
    bytes: &[u8],
) -> Poll<io::Result<usize>> {
    match ready!(Pin::new(writer).poll_write(cx, bytes))? {
        0 => Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
        written => Poll::Ready(Ok(written)),
    }
}
