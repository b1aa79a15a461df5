//! The stream of events that a server answers with.

use http_body_util::BodyExt;
use hyper::body::Incoming;

use super::http::{self, NOT_A_SERVER};
use super::pieces::Pieces;
use super::request::{Form, Request};
use crate::error::Error;

/// A stream of events.
pub(super) struct Feed {
    target: String,
    body: Incoming,
    pieces: Pieces,
}

impl Feed {
    /// Requests events.
    ///
    /// # Errors
    /// As [`http::get`].
    pub(super) async fn open(request: &Request) -> Result<Self, Error> {
        let body = http::get(request).await?.into_body();
        let pieces = match request.form {
            Form::Lines => Pieces::lines(),
            Form::Packets => Pieces::blocks(),
        };
        Ok(Self { target: request.site.to_string(), body, pieces })
    }

    /// Waits for the next bytes; returns those that are whole lines or blocks. `None` is the end.
    ///
    /// # Errors
    /// [`Error::Lost`], or [`Error::Refused`] if what comes isn't a stream of events.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        loop {
            let Some(frame) = self.body.frame().await else { return Ok(None) };
            let frame = frame.map_err(|error| Error::Lost {
                target: self.target.clone(),
                reason: http::told_by(&error),
            })?;
            let Some(bytes) = frame.data_ref() else { continue };
            let whole = self.pieces.push(bytes).map_err(|reason| Error::Refused {
                target: self.target.clone(),
                reason: reason.into(),
                advice: NOT_A_SERVER,
            })?;
            if !whole.is_empty() {
                return Ok(Some(whole));
            }
        }
    }
}
