//! A hundred million bytes in all, over several connections at once, cut at places that nobody chose: every
//! reply is compared byte for byte with what a reference that knows no chunks makes of the whole input.

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

/// The largest write: more than the server reads at once, so that each cuts the other.
const MOST: usize = 128 * 1024;

/// How much a connection that is kept half-closed sends last and leaves unread meanwhile; its replies fit into
/// what the kernel holds for a socket that nobody reads.
const LAST: usize = 16 * 1024;

/// What one connection sends: any bytes, in lines of every magnitude, some of them over the maximum.
fn input(random: &mut Random) -> Vec<u8> {
    // Made up once and used again at other offsets: making all of it up would cost more than sending it.
    let noise: Vec<u8> =
        random.bytes(1 << 20).into_iter().map(|byte| if byte == b'\n' { 0 } else { byte }).collect();
    let mut input = Vec::with_capacity(BYTES + MOST);
    while input.len() < BYTES {
        let line = random.size(4 * MAX_MESSAGE);
        let at = random.below(noise.len() - line);
        input.extend_from_slice(&noise[at..at + line]);
        input.push(b'\n');
    }
    // In the middle of a line or just behind one, whichever it is.
    input.truncate(BYTES);
    input
}

/// Where each message lies in the input: lines, cut at the maximum.
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

/// Reads replies and compares each with the message that it answers.
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

    /// Reads until all that begins before `end` in the input is answered.
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
                assert!(bytes == &input[message.clone()], "the reply to {message:?} is another");
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
        assert_eq!(soon("the end", from.read_buf(&mut self.buffer)).await.unwrap(), 0, "something unasked");
    }
}

async fn write(to: &mut (impl AsyncWriteExt + Unpin), mut bytes: &[u8], random: &mut Random) {
    while !bytes.is_empty() {
        let (chunk, rest) = bytes.split_at(random.size(MOST).min(bytes.len()));
        soon("room", to.write_all(chunk)).await.unwrap();
        bytes = rest;
    }
}

/// Ends its stream right behind the last write, while replies to most of it are still to come.
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

/// Ends its stream too, but leaves the last replies unread until every other connection is through.
async fn stays_half_closed(mut stream: TcpStream, input: Vec<u8>, mut random: Random, others: Arc<Barrier>) {
    let (mut reads, mut writes) = stream.split();
    let mut replies = Replies::to(&input);
    let (most, last) = input.split_at(input.len() - LAST);
    // The message that `last` begins in is answered only once it is sent.
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
