//! A hundred million bytes over several connections at once, split at random places. Every reply is compared
//! byte for byte with a reference that sees the whole input at once.

use std::ops::Range;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::support::random::Random;
use crate::support::{STAMP, Server, soon, unstamp};

const CONNECTIONS: usize = 8;
const BYTES: usize = 100_000_000 / CONNECTIONS;
const MAX_MESSAGE: usize = 4096;

/// The largest write. It is larger than a read of the server, so that reads split writes and writes split
/// reads.
const MOST: usize = 128 * 1024;

/// How many bytes a half-closed connection sends last and leaves unanswered for a while. Their replies fit
/// into the kernel's buffers.
const LAST: usize = 16 * 1024;

/// What one connection sends: any bytes, in short and long lines, some longer than the maximum.
fn input(random: &mut Random) -> Vec<u8> {
    // The noise is generated once and used at different offsets. Generating all of it would take longer than
    // sending it.
    let noise: Vec<u8> =
        random.bytes(1 << 20).into_iter().map(|byte| if byte == b'\n' { 0 } else { byte }).collect();
    let mut input = Vec::with_capacity(BYTES + MOST);
    while input.len() < BYTES {
        let line = random.size(4 * MAX_MESSAGE);
        let at = random.below(noise.len() - line);
        input.extend_from_slice(&noise[at..at + line]);
        input.push(b'\n');
    }
    // This may be in the middle of a line.
    input.truncate(BYTES);
    input
}

/// The range of each message in the input: lines, split at the maximum.
fn messages(input: &[u8]) -> Vec<Range<usize>> {
    let (mut all, mut start) = (Vec::new(), 0);
    for line in input.split_inclusive(|byte| *byte == b'\n') {
        for message in line.chunks(MAX_MESSAGE) {
            all.push(start..start + message.len());
            start += message.len();
        }
    }
    all
}

/// Reads replies and compares each with its message.
struct Replies<'a> {
    input: &'a [u8],
    messages: std::vec::IntoIter<Range<usize>>,
    stamp: Vec<u8>,
    buffer: Vec<u8>,
}

impl<'a> Replies<'a> {
    fn to(input: &'a [u8]) -> Self {
        Self { input, messages: messages(input).into_iter(), stamp: Vec::new(), buffer: Vec::new() }
    }

    /// Reads the replies to all messages that begin before `end` in the input.
    async fn read(&mut self, from: &mut (impl AsyncReadExt + Unpin), end: usize) {
        let input = self.input;
        while self.messages.as_slice().first().is_some_and(|message| message.start < end) {
            soon("replies", from.read_buf(&mut self.buffer)).await.unwrap();
            let mut rest = &self.buffer[..];
            while let Some(message) = self.messages.as_slice().first().cloned()
                && rest.len() >= STAMP + message.len()
            {
                let (reply, others) = rest.split_at(STAMP + message.len());
                let (stamp, bytes) = reply.split_at(STAMP);
                assert!(bytes == &input[message.clone()], "wrong reply to {message:?}");
                if stamp != self.stamp {
                    unstamp(stamp);
                    self.stamp = stamp.to_vec();
                }
                self.messages.next();
                rest = others;
            }
            let used = self.buffer.len() - rest.len();
            self.buffer.drain(..used);
        }
    }

    async fn expect_end(mut self, from: &mut (impl AsyncReadExt + Unpin)) {
        assert!(self.buffer.is_empty() && self.messages.next().is_none(), "replies are missing");
        assert_eq!(
            soon("the end", from.read_buf(&mut self.buffer)).await.unwrap(),
            0,
            "more than the replies"
        );
    }
}

async fn write(to: &mut (impl AsyncWriteExt + Unpin), mut bytes: &[u8], random: &mut Random) {
    while !bytes.is_empty() {
        let (chunk, rest) = bytes.split_at(random.size(MOST).min(bytes.len()));
        soon("room", to.write_all(chunk)).await.unwrap();
        bytes = rest;
    }
}

/// Ends the stream right after the last write, when most of the replies are still to come.
async fn ends_at_once(mut stream: TcpStream, input: Vec<u8>, mut random: Random) {
    let (mut reads, mut writes) = stream.split();
    let mut replies = Replies::to(&input);
    let sending = async {
        write(&mut writes, &input, &mut random).await;
        writes.shutdown().await.unwrap();
    };
    tokio::join!(sending, replies.read(&mut reads, input.len()));
    replies.expect_end(&mut reads).await;
}

/// Ends the stream too, but reads the last replies only once all other connections are done.
async fn stays_half_closed(mut stream: TcpStream, input: Vec<u8>, mut random: Random, others: Arc<Barrier>) {
    let (mut reads, mut writes) = stream.split();
    let mut replies = Replies::to(&input);
    let (most, last) = input.split_at(input.len() - LAST);
    // The message in which `last` begins is answered only once `last` is sent.
    let whole = messages(&input).iter().rfind(|message| message.end <= most.len()).unwrap().end;
    tokio::join!(write(&mut writes, most, &mut random), replies.read(&mut reads, whole));
    write(&mut writes, last, &mut random).await;
    writes.shutdown().await.unwrap();
    soon("the others", others.wait()).await;
    replies.read(&mut reads, input.len()).await;
    replies.expect_end(&mut reads).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_megabytes_come_back_byte_for_byte_however_they_are_split() {
    let max = MAX_MESSAGE.to_string();
    let server = Server::start(&["--gap", "off", "--max-message", &max]).await;
    let others = Arc::new(Barrier::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    for number in 0..CONNECTIONS {
        let (stream, others) = (server.connect().await, Arc::clone(&others));
        let mut random = Random::new(number as u64);
        connections.spawn(async move {
            let input = input(&mut random);
            if number % 2 == 0 {
                ends_at_once(stream, input, random).await;
                soon("the others", others.wait()).await;
            } else {
                stays_half_closed(stream, input, random, others).await;
            }
        });
    }
    connections.join_all().await;
    assert_eq!(server.stop().await, Some(0));
}
