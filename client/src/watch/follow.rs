//! Follows a stream of events, across connections.

use std::io::Write;
use std::time::Duration;

use super::feed::Feed;
use super::output::Stop;
use super::presentation::Presentation;
use super::request::{Form, Request};
use super::view::Look;
use crate::error::Error;

/// How long to wait before the first attempt to connect again.
const RETRY_FIRST: Duration = Duration::from_millis(100);

/// How long to wait at most before an attempt to connect again.
const RETRY_MAX: Duration = Duration::from_secs(2);

/// A watch in progress.
pub(super) struct Watch {
    pub(super) request: Request,
    pub(super) presentation: Presentation,
    /// Returns how to show events now: a terminal's width changes.
    pub(super) look: fn() -> Look,
    pub(super) stop: Stop,
}

/// What became of a stream.
enum Ended {
    /// The user or the reader of the output has had enough.
    Here,
    /// The server has ended it, in order or not.
    There(Result<(), Error>),
}

impl Watch {
    /// Shows events until the watch or, without following, the stream ends.
    ///
    /// # Errors
    /// If the first connection can't be made, a later request is refused, or a stream that can't be continued is cut
    /// short.
    pub(super) async fn run(mut self) -> Result<(), Error> {
        let Some(feed) = self.stop.or(Feed::open(&self.request)).await else { return Ok(()) };
        let mut feed = feed?;
        let mut retry = Retry::default();
        loop {
            let ended = match self.copy(&mut feed, &mut retry).await? {
                Ended::Here => return Ok(()),
                Ended::There(ended) => ended,
            };
            let target = &self.request.site;
            let how = match ended {
                Ok(()) if !self.request.follow => return Ok(()),
                Ok(()) => format!("{target} ended the stream"),
                Err(Error::Lost { reason, .. }) if self.can_go_on() => {
                    format!("lost the connection to {target}: {reason}")
                }
                Err(error) => return Err(error),
            };
            if !self.can_go_on() {
                tell(&how);
                return Ok(());
            }
            tell(&format!("{how}; trying again"));
            drop(feed);
            feed = match self.connect_again(&mut retry).await {
                Some(feed) => feed?,
                None => return Ok(()),
            };
            tell(&format!("connected to {} again", self.request.site));
        }
    }

    /// Returns whether a lost stream can be continued on another connection. A capture can't: it would begin anew.
    fn can_go_on(&self) -> bool {
        self.request.follow && self.request.form == Form::Lines
    }

    /// Shows what comes until the stream ends.
    async fn copy(&mut self, feed: &mut Feed, retry: &mut Retry) -> Result<Ended, Error> {
        loop {
            let whole = match self.stop.or(feed.next()).await {
                None => return Ok(Ended::Here),
                Some(Ok(Some(whole))) => whole,
                Some(Ok(None)) => return Ok(Ended::There(Ok(()))),
                Some(Err(error)) => return Ok(Ended::There(Err(error))),
            };
            *retry = Retry::default();
            let (text, last) = self.presentation.show(whole, (self.look)());
            if !text.is_empty() && !self.stop.write(&text).await? {
                return Ok(Ended::Here);
            }
            if let Some(id) = last {
                self.request.resume_after(id);
            }
        }
    }

    /// Connects as soon as the server is there again. Returns `None` if the watch is to end first.
    async fn connect_again(&mut self, retry: &mut Retry) -> Option<Result<Feed, Error>> {
        loop {
            if !self.stop.sleep(retry.next()).await {
                return None;
            }
            match self.stop.or(Feed::open(&self.request)).await? {
                Err(Error::Reach { .. } | Error::Resolve { .. }) => {}
                done => return Some(done),
            }
        }
    }
}

/// How long to wait before each attempt to connect again.
#[derive(Default)]
struct Retry(Option<Duration>);

impl Retry {
    fn next(&mut self) -> Duration {
        let wait = self.0.map_or(RETRY_FIRST, |before| (before * 2).min(RETRY_MAX));
        self.0 = Some(wait);
        wait
    }
}

/// Tells the user what happened to the connection. If standard error is gone, there's nobody to tell.
fn tell(what: &str) {
    let _ = writeln!(std::io::stderr(), "wirestamp: {what}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_to_connect_again_are_at_most_two_seconds_apart() {
        let mut retry = Retry::default();
        let waits: Vec<u128> = (0..8).map(|_| retry.next().as_millis()).collect();
        assert_eq!(waits, [100, 200, 400, 800, 1600, 2000, 2000, 2000]);
    }
}
