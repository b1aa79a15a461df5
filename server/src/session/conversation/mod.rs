//! The conversation with one client: reads in, replies out, until one side ends it.

use std::future::{pending, poll_fn, ready};
use std::io;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use wirestamp_protocol::{Cut, Responder};

use crate::ending::{Ending, How, Party};
use crate::io::{READ_SIZE, WriteBuffer, poll_read};
use crate::journal::OpenSession;
use crate::listen::profile::Profile;
use crate::session::settings::ServiceSettings;

/// How long a client that is told to leave may take to hang up. Closing a TCP socket with unread bytes resets it,
/// and the reset would overtake the last replies on their way (RFC 1122, 4.2.2.13).
const LINGER: Duration = Duration::from_secs(1);

/// The most replies that one read may produce, in bytes. Together with a message that has not ended, this bounds the
/// memory of a session: 512 KiB and `--max-message`.
const OWED_MAX: usize = 512 * 1024;

/// A client's messages and their replies.
pub(crate) struct Conversation<'a> {
    settings: &'a ServiceSettings,
    session: &'a mut OpenSession,
    responder: Responder,
}

impl<'a> Conversation<'a> {
    pub(super) fn new(
        settings: &'a ServiceSettings,
        profile: &Profile,
        session: &'a mut OpenSession,
    ) -> Self {
        session.expect_messages(settings.max_message);
        let responder = Responder::new(settings.max_message, profile.format.clone());
        Self { settings, session, responder }
    }

    /// Answers until the client ends its stream, the connection breaks or `stop` is cancelled. Whatever was read by
    /// then is answered.
    pub(crate) async fn run<S>(&mut self, stream: &mut S, stop: &CancellationToken) -> Ending
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.answer(stream, stop).await.unwrap_or_else(|broken| broken)
    }

    async fn answer<S>(&mut self, stream: &mut S, stop: &CancellationToken) -> Result<Ending, Ending>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let limit = read_limit(&self.responder);
        let clock = self.settings.clock;
        let mut replies = WriteBuffer::default();
        // One future for all turns: it is registered once, under a lock that all sessions share.
        let mut stopped = pin!(stop.cancelled());
        // Whether the last read filled its buffer, so that there may be more.
        let mut flooding = false;
        let ending = loop {
            let quiet_at = self.next_quiet();
            let mut read_at = None;
            // Poll the read first, so that bytes already here beat a timer. A flooding client would then never see
            // the stop, hence the check.
            let wake = tokio::select! {
                biased;
                () = ready(()), if flooding && stop.is_cancelled() => Wake::Stop,
                read = poll_fn(|cx| poll_read(stream, limit, cx, |bytes| {
                    read_at = Some(Instant::now());
                    self.session.heard(bytes);
                    self.responder.read(bytes, clock.now(), replies.bytes());
                })) => match read.map_err(of_client)? {
                    0 => Wake::Fin,
                    bytes => {
                        flooding = bytes == limit;
                        Wake::Read
                    }
                },
                () = &mut stopped => Wake::Stop,
                wake = quiet(quiet_at) => wake,
            };
            let began = read_at.unwrap_or_else(Instant::now);
            let cut = match wake {
                Wake::Read | Wake::Settled => None,
                Wake::GapOver => Some(Cut::Gap),
                Wake::Fin | Wake::Stop | Wake::Idle => Some(Cut::Eof),
            };
            if let Some(cut) = cut {
                self.session.message_ended(cut);
                self.responder.finish(cut, replies.bytes());
            }
            self.session.counted(self.responder.counts());
            if let Wake::Settled = wake {
                self.session.not_a_probe();
            }
            // Don't read from a client that doesn't read: nothing more is read while replies are waiting.
            if !replies.is_empty() {
                write(&mut replies, stream, self.settings.stall_timeout).await?;
                self.session.replied(began.elapsed());
            }
            match wake {
                // Yield, so that a flooding client can't starve the rest.
                Wake::Read if flooding => yield_now().await,
                Wake::Read | Wake::GapOver | Wake::Settled => {}
                Wake::Fin => break Ending::by_client(How::Fin),
                Wake::Stop => break Ending::by_server(How::Stop),
                Wake::Idle => break Ending::by_server(How::Idle),
            }
        };
        // Boxed, because its space would be part of every quiet session.
        Box::pin(hang_up(stream, limit, ending)).await
    }

    /// When the client will have been quiet for too long, and what follows then.
    fn next_quiet(&self) -> Option<(Instant, Wake)> {
        let ServiceSettings { gap, idle_timeout, .. } = self.settings;
        if let Some(gap) = gap
            && self.responder.is_pending()
        {
            // `None` if the clock does not reach that far.
            return Some((Instant::now().checked_add(*gap)?, Wake::GapOver));
        }
        let settled = self.session.settles_at().map(|at| (at, Wake::Settled));
        let idle = idle_timeout.and_then(|timeout| {
            let was_silent = self.responder.counts().reads == 0;
            let since = if was_silent { self.session.opened_at() } else { Instant::now() };
            Some((since.checked_add(timeout)?, Wake::Idle))
        });
        settled.into_iter().chain(idle).min_by_key(|(at, _)| *at)
    }
}

/// The most that one read takes, in bytes, so that its replies are no more than [`OWED_MAX`].
fn read_limit(responder: &Responder) -> usize {
    (OWED_MAX / responder.longest_replies(1)).clamp(1, READ_SIZE)
}

fn of_client(error: io::Error) -> Ending {
    Ending::of_error(Party::Client, &error)
}

/// What started a turn.
enum Wake {
    /// The client sent something.
    Read,
    /// The client was quiet in the middle of a message.
    GapOver,
    /// The client ended its stream.
    Fin,
    /// The server is stopping.
    Stop,
    /// The client was quiet for the idle timeout.
    Idle,
    /// The client has been here for so long that it isn't a probe, though it was quiet.
    Settled,
}

async fn quiet(at: Option<(Instant, Wake)>) -> Wake {
    match at {
        Some((at, wake)) => {
            sleep_until(at).await;
            wake
        }
        None => pending().await,
    }
}

/// Writes all replies, as long as the client takes some of them every `patience`: slow is not stalled.
async fn write<S: AsyncWrite + Unpin>(
    replies: &mut WriteBuffer,
    stream: &mut S,
    patience: Duration,
) -> Result<(), Ending> {
    // Usually everything goes out at once, and no timer is needed.
    if let Poll::Ready(written) = poll_fn(|cx| Poll::Ready(replies.poll_write(stream, cx))).await {
        return written.map_err(of_client);
    }
    let mut stall = Box::pin(sleep(patience));
    poll_fn(|cx| {
        let owed = replies.len();
        if let Poll::Ready(written) = replies.poll_write(stream, cx) {
            return Poll::Ready(written.map_err(of_client));
        }
        if replies.len() < owed {
            stall.set(sleep(patience));
        }
        stall.as_mut().poll(cx).map(|()| Err(Ending::by_server(How::Stalled)))
    })
    .await
}

/// Ends the stream in order, and gives a client that has not ended its own a moment to do so.
async fn hang_up<S>(stream: &mut S, limit: usize, ending: Ending) -> Result<Ending, Ending>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    stream.shutdown().await.map_err(of_client)?;
    if ending.how != How::Fin {
        let read_on = async {
            while poll_fn(|cx| poll_read(stream, limit, cx, |_| ())).await? > 0 {}
            Ok(())
        };
        let _: Result<io::Result<()>, _> = timeout(LINGER, read_on).await;
    }
    Ok(ending)
}

#[cfg(test)]
mod tests;
