//! A conversation through a pipe: sends each line and copies each reply, until every line is answered.

mod progress;
mod tally;
mod upload;

use std::io;
use std::pin::{Pin, pin};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout};

use crate::args::ConnectArgs;
use crate::deadline;
use crate::error::Error;
use crate::link::{Framing, GAP, Heard, Link, Receiver};
use progress::Progress;
use tally::Tally;
use upload::send_all;

/// What a conversation is waiting for.
enum Phase {
    /// The end of the input.
    Sending,
    /// Replies to the lines that were sent.
    Waiting {
        /// When to give up, unless a reply comes first.
        until: Instant,
        /// Why some lines couldn't be sent, if so. Replies to the others may still come.
        lost: Option<String>,
    },
    /// The end of the stream, or a moment of silence: there may be more than was counted.
    Complete { until: Instant },
}

impl Phase {
    fn deadline(&self) -> Option<Instant> {
        match self {
            Self::Sending => None,
            Self::Waiting { until, .. } | Self::Complete { until } => Some(*until),
        }
    }
}

/// Who ended a successful conversation.
enum EndedBy {
    /// The client: every line is answered.
    Client,
    /// The peer, or the reader of the output.
    Other,
}

/// Copies `input` to the service and its replies to `output`, at the same time.
pub(super) async fn copy(
    link: Link,
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin,
    args: &ConnectArgs,
) -> Result<(), Error> {
    let Link { mut sender, mut receiver, peer } = link;
    let progress = Progress::default();
    let replies = Replies::new(output, sender.framing(), &progress);
    let ended_by = {
        let sending = pin!(send_all(&mut sender, input, &progress, args.timeout));
        let target = args.url.to_string();
        let mut transfer =
            Transfer { target, patience: args.timeout, progress: &progress, phase: Phase::Sending };
        transfer.run(sending, &mut receiver, replies).await?
    };
    if let EndedBy::Client = ended_by {
        Link { sender, receiver, peer }.close().await;
    }
    Ok(())
}

/// The state of both directions.
struct Transfer<'a> {
    target: String,
    /// How long to wait for the next reply.
    patience: Duration,
    progress: &'a Progress,
    phase: Phase,
}

impl Transfer<'_> {
    async fn run(
        &mut self,
        mut sending: Pin<&mut impl Future<Output = Result<(), Error>>>,
        receiver: &mut Receiver,
        mut replies: Replies<'_, impl AsyncWrite + Unpin>,
    ) -> Result<EndedBy, Error> {
        while !self.is_complete(&replies) {
            let mut each = |reply: &[u8], _at| replies.push(reply);
            let heard = tokio::select! {
                heard = receiver.receive(&mut each) => heard,
                sent = &mut sending, if matches!(self.phase, Phase::Sending) => {
                    self.sent(sent)?;
                    continue;
                }
                () = deadline::reached(self.phase.deadline()) => return self.timed_out(),
            };
            match replies.write().await? {
                Written::Nothing => {}
                Written::Some => self.be_patient(),
                Written::Closed => return Ok(EndedBy::Other),
            }
            let ended = match heard {
                Ok(Heard::Replies) => continue,
                Ok(Heard::End(ended)) => ended,
                Err(Error::Lost { reason, .. }) => {
                    // The rest of a reply may have been lost too.
                    self.progress.replies.set(replies.whole());
                    format!("the connection to {} was lost: {reason}", self.target)
                }
                Err(error) => return Err(error),
            };
            // The input may have ended too, without the end having been read yet.
            if matches!(self.phase, Phase::Sending)
                && let Ok(Ok(())) = timeout(GAP, &mut sending).await
            {
                self.sent(Ok(()))?;
            }
            return self.ended_by_peer(ended);
        }
        Ok(EndedBy::Client)
    }

    /// Returns whether every line is answered and nothing more is expected.
    fn is_complete<W: AsyncWrite + Unpin>(&mut self, replies: &Replies<'_, W>) -> bool {
        let is_answered = replies.whole() >= self.progress.lines.get();
        if is_answered && matches!(self.phase, Phase::Waiting { lost: None, .. }) {
            self.phase = Phase::Complete { until: deadline::after(GAP) };
        }
        match self.phase {
            Phase::Complete { until } => replies.framing == Framing::Messages || Instant::now() >= until,
            Phase::Sending | Phase::Waiting { .. } => false,
        }
    }

    /// Handles the end of the input, or of the sender's ability to send it.
    fn sent(&mut self, sent: Result<(), Error>) -> Result<(), Error> {
        let lost = match sent {
            Ok(()) => None,
            Err(Error::Lost { reason, .. }) => Some(reason),
            Err(error) => return Err(error),
        };
        self.phase = Phase::Waiting { until: deadline::after(self.patience), lost };
        Ok(())
    }

    /// Restarts the wait for replies, as some came.
    fn be_patient(&mut self) {
        if let Phase::Waiting { until, .. } = &mut self.phase {
            *until = deadline::after(self.patience);
        }
    }

    fn timed_out(&self) -> Result<EndedBy, Error> {
        let (replies, lines) = (self.progress.replies.get(), self.progress.lines.get());
        match self.phase {
            Phase::Complete { .. } => Ok(EndedBy::Client),
            // The last reply lacks its line feed, but nothing more is coming.
            Phase::Waiting { lost: None, .. } if replies >= lines => Ok(EndedBy::Client),
            Phase::Sending | Phase::Waiting { .. } => {
                Err(Error::Silent { replies, lines, target: self.target.clone(), waited: self.patience })
            }
        }
    }

    fn ended_by_peer(&self, ended: String) -> Result<EndedBy, Error> {
        let (replies, lines) = (self.progress.replies.get(), self.progress.lines.get());
        match self.phase {
            Phase::Sending => Err(Error::Early { replies, lines, ended }),
            Phase::Waiting { lost: Some(_), .. } => Err(Error::Missing { replies, lines, ended }),
            _ if replies < lines => Err(Error::Missing { replies, lines, ended }),
            Phase::Waiting { .. } | Phase::Complete { .. } => Ok(EndedBy::Other),
        }
    }
}

/// What became of the replies to be written.
enum Written {
    /// There were none.
    Nothing,
    /// They were written.
    Some,
    /// Nobody is reading the output any more, as with `| head`.
    Closed,
}

/// Counts replies and writes them to the output.
struct Replies<'a, W> {
    output: W,
    framing: Framing,
    tally: Tally,
    buffer: Vec<u8>,
    progress: &'a Progress,
}

impl<'a, W: AsyncWrite + Unpin> Replies<'a, W> {
    fn new(output: W, framing: Framing, progress: &'a Progress) -> Self {
        Self { output, framing, tally: Tally::new(framing), buffer: Vec::new(), progress }
    }

    fn push(&mut self, reply: &[u8]) {
        self.tally.take(reply);
        self.buffer.extend_from_slice(reply);
        if self.framing == Framing::Messages {
            self.buffer.push(b'\n');
        }
    }

    /// Returns the number of replies of which nothing is missing.
    fn whole(&self) -> u64 {
        self.tally.whole(self.progress.last_line.get())
    }

    /// Writes the replies that have come, and updates the progress.
    async fn write(&mut self) -> Result<Written, Error> {
        if self.buffer.is_empty() {
            return Ok(Written::Nothing);
        }
        let done = async {
            self.output.write_all(&self.buffer).await?;
            self.output.flush().await
        };
        match done.await {
            Ok(()) => self.buffer.clear(),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(Written::Closed),
            Err(source) => return Err(Error::System { what: "write to standard output", source }),
        }
        self.progress.replies.set(self.tally.count());
        self.progress.heard.notify_one();
        Ok(Written::Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::task::{Context, Poll};

    use tokio::io::{AsyncReadExt, DuplexStream, ReadBuf};
    use tokio::time::sleep;

    use crate::link;

    const PATIENCE: Duration = Duration::from_secs(5);

    fn args() -> ConnectArgs {
        let url = "tcp://peer:7".parse().unwrap();
        ConnectArgs { url, timeout: PATIENCE, raw: false, keep_empty: false }
    }

    /// Copies `input` to a peer, which reads it and does what `answer` does; returns the output.
    async fn exchange<F: Future<Output = DuplexStream>>(
        input: &'static [u8],
        answer: impl FnOnce(DuplexStream) -> F,
    ) -> (Result<(), Error>, String) {
        // Small, to force short reads.
        let (near, mut far) = tokio::io::duplex(5);
        let (args, mut output) = (args(), Vec::new());
        let mut asked = vec![0; input.len()];
        let peer = async {
            far.read_exact(&mut asked).await.unwrap();
            answer(far).await
        };
        let (done, _far) = tokio::join!(copy(link::over_stream(near), input, &mut output, &args), peer);
        (done, String::from_utf8(output).unwrap())
    }

    #[tokio::test(start_paused = true)]
    async fn a_reply_that_comes_in_pieces_is_written_to_its_end() {
        for (input, pieces) in [
            (&b"hello\n"[..], ["[then] hel", "lo\n"]),
            (b"hello", ["[then] hel", "lo"]),
            (b"a\nhello\n", ["[then] a\n[then] ", "hello\n"]),
            (b"hello\n", ["[then] hello", "\n"]),
        ] {
            let (done, output) = exchange(input, async |mut far| {
                far.write_all(pieces[0].as_bytes()).await.unwrap();
                sleep(GAP * 50).await;
                far.write_all(pieces[1].as_bytes()).await.unwrap();
                far
            })
            .await;
            assert_eq!(output, pieces.concat());
            assert!(done.is_ok(), "{done:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_reply_as_long_as_stamp_and_message_needs_no_line_feed() {
        let before = Instant::now();
        let (done, output) = exchange(b"hello", async |mut far| {
            far.write_all(b"[then] hello").await.unwrap();
            far
        })
        .await;
        assert_eq!((done.is_ok(), output.as_str()), (true, "[then] hello"));
        assert!(before.elapsed() < GAP * 4, "{:?}", before.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_reply_without_its_line_feed_is_taken_after_the_timeout() {
        let before = Instant::now();
        let (done, output) = exchange(b"hello\n", async |mut far| {
            far.write_all(b"HI").await.unwrap();
            far
        })
        .await;
        assert_eq!((done.is_ok(), output.as_str()), (true, "HI"));
        assert!(before.elapsed() >= PATIENCE);
    }

    /// The end of a stream that was reset.
    struct Reset;

    impl AsyncRead for Reset {
        fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_reply_that_a_reset_cut_short_is_missing() {
        let replies = b"[then] a\n[then] hel".chain(Reset);
        let link = link::over_stream(tokio::io::join(replies, tokio::io::sink()));
        let done = copy(link, &b"a\nhello\n"[..], tokio::io::sink(), &args()).await;
        assert!(matches!(done, Err(Error::Missing { replies: 1, lines: 2, .. })), "{done:?}");
    }
}
