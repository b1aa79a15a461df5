//! TCP and Unix sockets: a byte stream, split into replies.
//!
//! A reply's time is that of the read that held its last byte.

use std::borrow::Cow;
use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};
use wirestamp_arrival::ReportsArrival;
use wirestamp_protocol::{Cut, Decoder, Message};

use super::{Each, GAP, MAX_REPLY};

/// The largest read, in bytes.
const READ_SIZE: usize = 64 * 1024;

/// The receiving half of a stream.
trait Arriving: AsyncRead + ReportsArrival + Unpin {}

impl<T: AsyncRead + ReportsArrival + Unpin> Arriving for T {}

pub(super) struct StreamWriter(Box<dyn AsyncWrite + Unpin>);

pub(super) struct StreamReader {
    stream: Box<dyn Arriving>,
    buffer: Box<[u8]>,
    decoder: Decoder,
    last_read: Instant,
}

pub(super) fn over(
    reading: impl AsyncRead + ReportsArrival + Unpin + 'static,
    writing: impl AsyncWrite + Unpin + 'static,
) -> (StreamReader, StreamWriter) {
    let reader = StreamReader {
        stream: Box::new(reading),
        buffer: vec![0; READ_SIZE].into_boxed_slice(),
        decoder: Decoder::new(MAX_REPLY),
        last_read: Instant::now(),
    };
    (reader, StreamWriter(Box::new(writing)))
}

impl StreamWriter {
    pub(super) async fn send(&mut self, lines: &[u8]) -> io::Result<()> {
        self.0.write_all(lines).await
    }

    pub(super) async fn half_close(&mut self) -> io::Result<()> {
        self.0.shutdown().await
    }
}

impl StreamReader {
    pub(super) async fn receive(&mut self, each: Each<'_>) -> io::Result<Option<String>> {
        loop {
            let read = self.stream.read(&mut self.buffer);
            let read = if self.decoder.is_pending() {
                match timeout_at(self.last_read + GAP, read).await {
                    Ok(read) => read,
                    Err(_elapsed) => {
                        let arrival = self.stream.arrival();
                        self.decoder.finish(Cut::Gap, |message| each(&whole(message), arrival));
                        return Ok(None);
                    }
                }
            } else {
                read.await
            };
            let len = match read {
                Ok(len) if len > 0 => len,
                ended => {
                    let arrival = self.stream.arrival();
                    self.decoder.finish(Cut::Eof, |message| each(&whole(message), arrival));
                    return ended.map(|_| Some("closed the connection".into()));
                }
            };
            self.last_read = Instant::now();
            let (mut any, arrival) = (false, self.stream.arrival());
            self.decoder.read(&self.buffer[..len], |message| {
                any = true;
                each(&whole(message), arrival);
            });
            if any {
                return Ok(None);
            }
        }
    }
}

/// Returns a message in one piece. Most came in one read and aren't copied.
fn whole<'a>(message: Message<'a>) -> Cow<'a, [u8]> {
    match message {
        Message { head: [], tail, .. } => tail.into(),
        Message { head, tail: [], .. } => head.into(),
        message => message.to_vec().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::io::DuplexStream;
    use wirestamp_arrival::Timed;

    fn pair() -> (StreamReader, StreamWriter, DuplexStream) {
        // Small, to force short reads.
        let (near, far) = tokio::io::duplex(5);
        let (reading, writing) = tokio::io::split(near);
        let (reader, writer) = over(Timed::by_read(reading), writing);
        (reader, writer, far)
    }

    async fn next(reader: &mut StreamReader) -> (Vec<String>, Option<String>) {
        let mut replies = Vec::new();
        let mut each = |bytes: &[u8], _| replies.push(String::from_utf8(bytes.to_vec()).unwrap());
        let ended = reader.receive(&mut each).await.unwrap();
        (replies, ended)
    }

    #[tokio::test(start_paused = true)]
    async fn a_reply_ends_at_its_line_feed_or_after_a_gap() {
        let (mut reader, _writer, mut far) = pair();
        let peer = tokio::spawn(async move {
            far.write_all(b"a long one\nno feed").await.unwrap();
            far
        });
        assert_eq!(next(&mut reader).await.0, ["a long one\n"]);
        let before = Instant::now();
        assert_eq!(next(&mut reader).await.0, ["no feed"]);
        assert_eq!(before.elapsed(), GAP);
        drop(peer.await.unwrap());
        assert_eq!(next(&mut reader).await, (vec![], Some("closed the connection".into())));
    }

    #[tokio::test(start_paused = true)]
    async fn the_rest_at_the_end_of_the_stream_is_a_reply() {
        let (mut reader, _writer, mut far) = pair();
        far.write_all(b"rest").await.unwrap();
        drop(far);
        assert_eq!(next(&mut reader).await, (vec!["rest".into()], Some("closed the connection".into())));
    }

    #[tokio::test(start_paused = true)]
    async fn a_half_closed_stream_still_receives() {
        let (mut reader, mut writer, mut far) = pair();
        writer.send(b"hi").await.unwrap();
        writer.half_close().await.unwrap();
        let mut heard = String::new();
        far.read_to_string(&mut heard).await.unwrap();
        far.write_all(b"yes\n").await.unwrap();
        assert_eq!(next(&mut reader).await.0, ["yes\n"]);
    }
}
