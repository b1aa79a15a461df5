//! Batches of datagrams. One system call receives what has arrived (recvmmsg(2)), and one sends the replies
//! (sendmmsg(2)). The kernel gets replies of one length to the same client in one piece, and cuts it (`UDP_SEGMENT`,
//! udp(7)).

use std::io::{self, IoSlice, IoSliceMut};
use std::net::SocketAddr;
use std::os::fd::AsRawFd;

use nix::cmsg_space;
use nix::errno::Errno;
use nix::sys::socket::{ControlMessage, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, sendmmsg};
use nix::sys::time::TimeSpec;
use tokio::io::Interest;
use tokio::net::UdpSocket;
use wirestamp_arrival::{Datagram, Source, try_receive};

use super::MAX_DATAGRAM;

/// The most datagrams in a batch. The buffer for them is 2 MiB, but pages that were never filled take no memory.
const BATCH: usize = 32;

/// How many datagrams are received one by one, with the simpler system call, after the socket was empty. A lone
/// client has only one in flight.
const SINGLES: usize = 2;

/// Without kernel times, one in so many batches that follow each other asks for the kernel's count of drops, which
/// takes time.
const COUNTED: usize = 16;

/// The longest datagram that the kernel is asked to cut, in bytes. It refuses to cut datagrams that the network would
/// have to fragment, and every network carries 1,280 bytes including the headers (RFC 8200, 5).
const CUT_MAX: usize = 1200;

/// Datagrams that were received together.
pub(super) struct ReceiveBatch {
    room: Vec<u8>,
    received: Vec<Datagram>,
    times: Source,
    /// How many times in a row the socket had datagrams.
    in_a_row: usize,
    /// The kernel's count of the datagrams that it dropped because the socket's buffer was full (socket(7),
    /// `SO_RXQ_OVFL`). It wraps around.
    overflowed: u32,
}

impl ReceiveBatch {
    pub(super) fn new(times: Source) -> Self {
        Self {
            room: vec![0; BATCH * MAX_DATAGRAM],
            received: Vec::with_capacity(BATCH),
            times,
            in_a_row: 0,
            overflowed: 0,
        }
    }

    /// Waits for datagrams and receives a batch. Returns whether the batch is full, so that there may be more.
    pub(super) async fn receive(&mut self, socket: &UdpSocket) -> io::Result<bool> {
        loop {
            self.received.clear();
            socket.readable().await?;
            let taken = if self.in_a_row < SINGLES { self.take_one(socket) } else { self.take_all(socket) };
            match taken {
                Ok(()) => self.in_a_row += 1,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.in_a_row = 0,
                Err(error) => return Err(error),
            }
            if !self.received.is_empty() {
                return Ok(self.received.len() == BATCH);
            }
        }
    }

    fn take_one(&mut self, socket: &UdpSocket) -> io::Result<()> {
        let datagram = try_receive(socket, &mut self.room[..MAX_DATAGRAM])?;
        self.received.push(datagram);
        Ok(())
    }

    /// Receives a batch. If the batch isn't full, the datagrams are kept, but the result is `WouldBlock`: tokio
    /// then knows that the socket is empty, without another system call.
    fn take_all(&mut self, socket: &UdpSocket) -> io::Result<()> {
        let Self { room, received, .. } = self;
        let control = match self.times {
            Source::Kernel => Some(cmsg_space!(TimeSpec, u32)),
            Source::Read => self.in_a_row.is_multiple_of(COUNTED).then(|| cmsg_space!(u32)),
        };
        socket.try_io(Interest::READABLE, || {
            let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(BATCH, control);
            let mut pieces: Vec<_> =
                room.chunks_mut(MAX_DATAGRAM).map(|piece| [IoSliceMut::new(piece)]).collect();
            let flags = MsgFlags::MSG_DONTWAIT;
            for datagram in recvmmsg(socket.as_raw_fd(), &mut headers, pieces.iter_mut(), flags, None)? {
                received.push(Datagram::of(&datagram)?);
            }
            if received.len() == BATCH { Ok(()) } else { Err(io::ErrorKind::WouldBlock.into()) }
        })
    }

    /// How many datagrams the kernel has dropped since this was last asked, as far as it has told. A datagram has the
    /// count of the time when it arrived.
    pub(super) fn overflowed(&mut self) -> u32 {
        let Some(count) = self.received.iter().rev().find_map(|datagram| datagram.dropped) else { return 0 };
        count.wrapping_sub(std::mem::replace(&mut self.overflowed, count))
    }

    /// The datagrams of the last batch, in order.
    pub(super) fn datagrams(&self) -> impl Iterator<Item = (&[u8], &Datagram)> {
        let pieces = self.room.chunks(MAX_DATAGRAM).zip(&self.received);
        pieces.map(|(piece, datagram)| (&piece[..datagram.len], datagram))
    }
}

/// Replies to be sent together.
pub(super) struct ReplyBatch {
    bytes: Vec<u8>,
    runs: Vec<Run>,
    /// Whether the kernel cuts the runs into datagrams.
    kernel_cuts: bool,
}

/// Datagrams of one length to one client, one after the other in the buffer.
#[derive(Debug, Clone, Copy)]
struct Run {
    start: usize,
    length: usize,
    count: usize,
    to: SocketAddr,
}

impl Run {
    fn end(&self) -> usize {
        self.start + self.length * self.count
    }
}

impl ReplyBatch {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), runs: Vec::new(), kernel_cuts: true }
    }

    pub(super) fn push(&mut self, stamp: &[u8], message: &[u8], to: SocketAddr) {
        let (start, length) = (self.bytes.len(), stamp.len() + message.len());
        self.bytes.extend_from_slice(stamp);
        self.bytes.extend_from_slice(message);
        match self.runs.last_mut() {
            Some(run) if self.kernel_cuts && length <= CUT_MAX && (run.to, run.length) == (to, length) => {
                run.count += 1;
            }
            _ => self.runs.push(Run { start, length, count: 1, to }),
        }
    }

    /// Sends all replies. For those that can't be sent, `lost` gets their number, their client and the error.
    pub(super) async fn send(
        &mut self,
        socket: &UdpSocket,
        mut lost: impl FnMut(usize, SocketAddr, io::Error),
    ) {
        let mut sent = 0;
        while sent < self.runs.len() {
            match socket.async_io(Interest::WRITABLE, || self.send_from(socket, sent)).await {
                Ok(runs) => sent += runs,
                Err(error) if self.kernel_cuts && is_about_cutting(&error) => {
                    self.cut_here(sent);
                    sent = 0;
                }
                Err(error) => {
                    lost(self.runs[sent].count, self.runs[sent].to, error);
                    sent += 1;
                }
            }
        }
        self.bytes.clear();
        self.runs.clear();
    }

    /// Sends the runs from `first` on that have the same length, as many as possible. Returns how many were sent.
    fn send_from(&self, socket: &UdpSocket, first: usize) -> io::Result<usize> {
        if let [Run { count: 1, to, .. }] = self.runs[first..] {
            // With few clients this is the usual case, and the simple system call is the fastest.
            return socket.try_send_to(&self.bytes[self.runs[first].start..], to).map(|_| 1);
        }
        let length = self.runs[first].length;
        let alike = self.runs[first..].iter().take_while(|run| run.length == length);
        let (mut pieces, mut to) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
        for run in alike {
            pieces.push([IoSlice::new(&self.bytes[run.start..run.end()])]);
            to.push(Some(SockaddrStorage::from(run.to)));
        }
        let cut = [ControlMessage::UdpGsoSegments(&(length as u16))];
        // Room for control messages must be used: the kernel would mistake it for an invalid message.
        let (control, room) = match self.kernel_cuts && length <= CUT_MAX {
            true => (&cut[..], Some(cmsg_space!(u16))),
            false => (&[][..], None),
        };
        let mut headers = MultiHeaders::preallocate(pieces.len(), room);
        let sent = sendmmsg(socket.as_raw_fd(), &mut headers, &pieces, to, control, MsgFlags::MSG_DONTWAIT)?;
        Ok(sent.count())
    }

    /// Splits the runs from `first` on into runs of one datagram, and stops using the kernel to cut.
    fn cut_here(&mut self, first: usize) {
        self.kernel_cuts = false;
        let each = |run: Run| {
            (0..run.count).map(move |i| Run { start: run.start + i * run.length, count: 1, ..run })
        };
        self.runs = self.runs.drain(first..).flat_map(each).collect();
    }
}

/// Whether the kernel or the interface can't cut: Linux before 4.18, a small MTU, or no checksums in hardware.
fn is_about_cutting(error: &io::Error) -> bool {
    matches!(error.raw_os_error().map(Errno::from_raw), Some(Errno::EINVAL | Errno::EIO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(lengths: &[usize]) -> ReplyBatch {
        let mut batch = ReplyBatch::new();
        for (n, length) in lengths.iter().enumerate() {
            batch.push(b"[", &vec![b'a' + n as u8; *length], "192.0.2.1:5".parse().unwrap());
        }
        batch
    }

    /// The datagrams in its runs.
    fn datagrams(batch: &ReplyBatch) -> Vec<&[u8]> {
        let runs = batch.runs.iter();
        runs.flat_map(|run| batch.bytes[run.start..run.end()].chunks(run.length)).collect()
    }

    #[test]
    fn datagrams_of_one_length_to_one_client_are_one_run() {
        let mut batch = batch(&[2, 2, 2, 0, 3, 3]);
        batch.push(b"[", b"abc", "192.0.2.1:6".parse().unwrap());
        let counts: Vec<_> = batch.runs.iter().map(|run| run.count).collect();
        assert_eq!(counts, [3, 1, 2, 1]);
        assert_eq!(datagrams(&batch), [&b"[aa"[..], b"[bb", b"[cc", b"[", b"[eee", b"[fff", b"[abc"]);
    }

    #[test]
    fn datagrams_that_the_network_may_fragment_are_not_cut_by_the_kernel() {
        assert_eq!(batch(&[CUT_MAX, CUT_MAX]).runs.len(), 2);
        assert_eq!(batch(&[CUT_MAX - 1, CUT_MAX - 1]).runs.len(), 1);
    }

    #[test]
    fn if_the_kernel_does_not_cut_each_datagram_is_sent_by_itself_from_then_on() {
        let mut batch = batch(&[1, 2, 2, 3]);
        batch.cut_here(1);
        assert_eq!(datagrams(&batch), [&b"[bb"[..], b"[cc", b"[ddd"]);
        batch.push(b"[", b"eee", "192.0.2.1:5".parse().unwrap());
        assert!(batch.runs.iter().all(|run| run.count == 1));
    }

    #[tokio::test]
    async fn a_reply_that_cannot_be_sent_does_not_hold_up_the_others() {
        let (from, to) =
            (UdpSocket::bind("127.0.0.1:0").await.unwrap(), UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let mut batch = ReplyBatch::new();
        let nowhere = "[::1]:9".parse().unwrap();
        for (message, to) in
            [(b"one", to.local_addr().unwrap()), (b"two", nowhere), (b"six", to.local_addr().unwrap())]
        {
            batch.push(b"[", message, to);
        }
        let mut lost = Vec::new();
        batch.send(&from, |count, to, _| lost.push((count, to))).await;
        assert_eq!(lost, [(1, nowhere)]);
        for expected in [b"[one", b"[six"] {
            let mut reply = [0; 4];
            to.recv(&mut reply).await.unwrap();
            assert_eq!(&reply, expected);
        }
    }
}
