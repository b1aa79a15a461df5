//! The conversation with one client: reads in, replies out, until one side ends it.

use std::future::{pending, poll_fn, ready};
use std::io;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use wirestamp_arrival::ArrivalTime;
use wirestamp_protocol::{Cut, Moment, Responder};

use crate::ending::{Ending, How, Party};
use crate::io::owed::{self, Owed};
use crate::io::{PIECE_MAX, READ_SIZE, Room, poll_read, poll_read_then};
use crate::journal::{OpenSession, Turn};
use crate::listen::profile::Profile;
use crate::session::settings::ServiceSettings;

/// How long a client that is told to leave may take to hang up. Closing a TCP socket with unread bytes resets it,
/// and the reset would overtake the last replies on their way (RFC 1122, 4.2.2.13).
const LINGER: Duration = Duration::from_secs(1);

/// A client's messages and their replies.
pub(crate) struct Conversation<'a> {
    settings: &'a ServiceSettings,
    session: &'a mut OpenSession,
    responder: Responder<Room>,
}

impl<'a> Conversation<'a> {
    pub(super) fn new(
        settings: &'a ServiceSettings,
        profile: &Profile,
        session: &'a mut OpenSession,
    ) -> Self {
        let responder = Responder::with_pending(settings.max_message, profile.format.clone());
        session.expect_messages(settings.max_message);
        Self { settings, session, responder }
    }

    /// Answers until the client ends its stream, the connection breaks or `stop` is cancelled. Whatever was read by
    /// then is answered. `arrival` returns when the last read arrived.
    pub(crate) async fn run<S>(
        &mut self,
        stream: &mut S,
        arrival: impl Fn(&S) -> ArrivalTime,
        stop: &CancellationToken,
    ) -> Ending
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let ending = self.answer(stream, arrival, stop).await.unwrap_or_else(|broken| broken);
        self.session.counted(self.responder.counts());
        ending
    }

    async fn answer<S>(
        &mut self,
        stream: &mut S,
        arrival: impl Fn(&S) -> ArrivalTime,
        stop: &CancellationToken,
    ) -> Result<Ending, Ending>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let zone = self.settings.zone;
        // One future for all turns: it is registered once, under a lock that all sessions share.
        let mut stopped = pin!(stop.cancelled());
        // Whether the last read filled its buffer, so that there may be more.
        let mut flooding = false;
        let ending = loop {
            let quiet_at = self.next_quiet();
            let (mut arrived, mut owed) = (None, None);
            let sent_before = self.responder.counts().bytes_out;
            // Poll the read first, so that bytes already here beat a timer. A flooding client would then never see
            // the stop, hence the check.
            let wake = tokio::select! {
                biased;
                () = ready(()), if flooding && stop.is_cancelled() => Wake::Stop,
                read = poll_fn(|cx| poll_read_then(stream, READ_SIZE, cx, |stream, cx, bytes| {
                    let arrival = arrival(stream);
                    arrived = Some(arrival);
                    self.session.arrived(bytes, &arrival);
                    owed = read_and_reply(&mut self.responder, stream, cx, bytes, zone.at(arrival.at))?;
                    Ok(())
                })) => match read.map_err(of_client)? {
                    0 => Wake::Fin,
                    bytes => {
                        flooding = bytes == READ_SIZE;
                        Wake::Read
                    }
                },
                () = &mut stopped => Wake::Stop,
                wake = quiet(quiet_at) => wake,
            };
            let began =
                arrived.map_or_else(Instant::now, |arrival| Instant::from_std(arrival.read.monotonic));
            if let Some(cut) = wake.cut()
                && self.responder.is_pending()
            {
                self.session.message_ended(cut);
                owed = finish(&mut self.responder, stream, cut).await.map_err(of_client)?;
            }
            if let Wake::Settled = wake {
                self.session.not_a_probe();
            }
            // Don't read from a client that doesn't read: nothing more is read while replies are waiting.
            if let Some(owed) = owed {
                self.session.held_back(self.responder.counts());
                self.deliver(owed, stream).await?;
            }
            let counts = self.responder.counts();
            let waited = arrived.and_then(|arrival| arrival.waited());
            let took = (counts.bytes_out > sent_before).then(|| began.elapsed());
            let read = arrived.map(|arrival| arrival.read);
            self.session.turned(counts, Turn { waited, took, read });
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
        Box::pin(hang_up(stream, ending)).await
    }

    /// Writes what the client is owed, and answers the input that follows, as long as the client takes some bytes every
    /// stall timeout: slow is not stalled.
    async fn deliver<S: AsyncWrite + Unpin>(&mut self, mut owed: Owed, stream: &mut S) -> Result<(), Ending> {
        let patience = self.settings.stall_timeout;
        let mut stall = Box::pin(sleep(patience));
        poll_fn(|cx| {
            let mut progress = false;
            loop {
                let before = owed.len();
                let written = owed.poll_write(stream, cx).map_err(of_client)?;
                progress |= owed.len() < before;
                if written.is_pending() {
                    break;
                }
                match reply(&mut self.responder, stream, cx, owed.input()).map_err(of_client)? {
                    Some(next) => owed = next,
                    None => return Poll::Ready(Ok(())),
                }
            }
            if progress {
                stall.set(sleep(patience));
            }
            stall.as_mut().poll(cx).map(|()| Err(Ending::by_server(How::Stalled)))
        })
        .await
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

impl Wake {
    /// Why a message that has begun ends then, if it does.
    fn cut(&self) -> Option<Cut> {
        match self {
            Self::Read | Self::Settled => None,
            Self::GapOver => Some(Cut::Gap),
            Self::Fin | Self::Stop | Self::Idle => Some(Cut::Eof),
        }
    }
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

/// Answers the bytes of a read, a piece at a time, until the client takes no more. Returns what is left.
fn read_and_reply<S: AsyncWrite + Unpin>(
    responder: &mut Responder<Room>,
    stream: &mut S,
    cx: &mut Context<'_>,
    bytes: &[u8],
    at: Moment,
) -> io::Result<Option<Owed>> {
    let (piece, rest) = bytes.split_at(responder.fitting(bytes, PIECE_MAX));
    match owed::write(stream, cx, rest, |replies| responder.read(piece, at, replies))? {
        None => reply(responder, stream, cx, rest),
        owed => Ok(owed),
    }
}

/// Answers more bytes of a read, as [`read_and_reply`] does.
fn reply<S: AsyncWrite + Unpin>(
    responder: &mut Responder<Room>,
    stream: &mut S,
    cx: &mut Context<'_>,
    mut bytes: &[u8],
) -> io::Result<Option<Owed>> {
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(responder.fitting(bytes, PIECE_MAX));
        if let Some(owed) = owed::write(stream, cx, rest, |replies| responder.read_on(piece, replies))? {
            return Ok(Some(owed));
        }
        bytes = rest;
    }
    Ok(None)
}

/// Answers the pending message, which ends here. Returns what the client does not take.
async fn finish<S: AsyncWrite + Unpin>(
    responder: &mut Responder<Room>,
    stream: &mut S,
    cut: Cut,
) -> io::Result<Option<Owed>> {
    poll_fn(|cx| Poll::Ready(owed::write(stream, cx, &[], |replies| responder.finish(cut, replies)))).await
}

/// Ends the stream in order, and gives a client that has not ended its own a moment to do so.
async fn hang_up<S>(stream: &mut S, ending: Ending) -> Result<Ending, Ending>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    stream.shutdown().await.map_err(of_client)?;
    if ending.how != How::Fin {
        let read_on = async {
            while poll_fn(|cx| poll_read(stream, READ_SIZE, cx, |_| ())).await? > 0 {}
            Ok(())
        };
        let _: Result<io::Result<()>, _> = timeout(LINGER, read_on).await;
    }
    Ok(ending)
}

#[cfg(test)]
mod tests;
