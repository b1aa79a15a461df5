//! UDP: each line is a datagram, without its line feed.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::UdpSocket;
use wirestamp_arrival::{ClockWatch, Reading, receive, try_receive};

use super::Each;

/// How many lines may be unanswered, and how many bytes they may take, with their bookkeeping. Linux gives a
/// socket's receive buffer 208 KiB, and charges 768 bytes for a small datagram (socket(7), `rmem_default`).
const WINDOW: u64 = 64;
const WINDOW_BYTES: usize = 96 * 1024;
const ACCOUNTED: usize = 1024;

/// The size of the receive buffer: more than any datagram.
const READ_SIZE: usize = 64 * 1024;

/// The most datagrams to receive at once: as many as can be in flight.
const BATCH: usize = WINDOW as usize;

pub(super) struct DatagramWriter(Arc<UdpSocket>);

pub(super) struct DatagramReader {
    socket: Arc<UdpSocket>,
    buffer: Box<[u8]>,
    watch: ClockWatch,
}

/// Returns how many lines may be unanswered, by the length of the next.
pub(super) fn window(len: usize) -> u64 {
    ((WINDOW_BYTES / (len + ACCOUNTED)) as u64).clamp(1, WINDOW)
}

pub(super) fn over(socket: UdpSocket) -> (DatagramReader, DatagramWriter) {
    let socket = Arc::new(socket);
    let buffer = vec![0; READ_SIZE].into_boxed_slice();
    let watch = ClockWatch::new(Reading::now());
    (DatagramReader { socket: socket.clone(), buffer, watch }, DatagramWriter(socket))
}

impl DatagramWriter {
    pub(super) async fn send(&mut self, lines: &[u8]) -> io::Result<()> {
        for line in lines.split_inclusive(|byte| *byte == b'\n') {
            self.0.send(line.strip_suffix(b"\n").unwrap_or(line)).await?;
        }
        Ok(())
    }
}

impl DatagramReader {
    pub(super) async fn receive(&mut self, each: Each<'_>) -> io::Result<Option<String>> {
        let mut received = receive(&self.socket, &mut self.buffer).await;
        for _ in 0..BATCH {
            let datagram = match received {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                received => received?,
            };
            let arrival = self.watch.read_now().arrival(datagram.kernel, Duration::ZERO);
            each(&self.buffer[..datagram.len], arrival);
            received = try_receive(&self.socket, &mut self.buffer);
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_datagrams_have_a_smaller_window() {
        assert_eq!([0, 56, 2048, 65507].map(window), [64, 64, 32, 1]);
    }
}
