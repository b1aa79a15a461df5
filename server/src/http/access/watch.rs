//! Who may watch what clients send.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::token::WatchToken;
use crate::journal::Journal;
use crate::peer::Peer;

/// Who may watch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum WatchAccess {
    /// Everyone who can reach the server, which is everyone on this computer.
    Open,
    /// Everyone who has the token.
    Token(WatchToken),
    /// Nobody, because others can reach the server and there is no token.
    Off,
}

/// Why a client may not watch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Off,
    NoToken,
    WrongToken,
}

impl WatchAccess {
    /// Who may watch a server whose HTTP listeners are bound to these addresses.
    pub(crate) fn new(token: Option<WatchToken>, mut bound: impl Iterator<Item = IpAddr>) -> Self {
        match token {
            Some(token) => Self::Token(token),
            None if bound.all(|ip| ip.to_canonical().is_loopback()) => Self::Open,
            None => Self::Off,
        }
    }

    /// Its name in `/api/info`.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Token(_) => "token",
            Self::Off => "off",
        }
    }

    fn judge(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let token = match self {
            Self::Open => return Ok(()),
            Self::Token(token) => token,
            Self::Off => return Err(Refusal::Off),
        };
        match bearer(headers) {
            Some(sent) if token.is(sent) => Ok(()),
            Some(_) => Err(Refusal::WrongToken),
            None => Err(Refusal::NoToken),
        }
    }
}

/// The token in the `Authorization` header (RFC 6750, 2.1), if there is exactly one such header.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut values = headers.get_all(AUTHORIZATION).into_iter();
    let value = values.next().filter(|_| values.next().is_none())?;
    let (scheme, token) = value.as_bytes().split_at_checked("Bearer ".len())?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}

impl Refusal {
    /// The name in the metrics.
    fn label(self) -> &'static str {
        match self {
            Self::Off => "watch_off",
            Self::NoToken => "no_token",
            Self::WrongToken => "wrong_token",
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::Off => {
                "watching is off, because other computers can reach this server and it has no token; to turn it on, \
                 start the server with --watch-token @FILE or with the token in WIRESTAMP_WATCH_TOKEN"
            }
            Self::NoToken => "watching needs the server's token, in the header Authorization: Bearer TOKEN",
            Self::WrongToken => "the token is wrong; use the one that the server was started with",
        }
    }

    /// The challenge that tells the client how to authenticate (RFC 6750, 3).
    fn challenge(self) -> Option<&'static str> {
        match self {
            Self::Off => None,
            Self::NoToken => Some("Bearer realm=\"wirestamp\""),
            Self::WrongToken => Some("Bearer realm=\"wirestamp\", error=\"invalid_token\""),
        }
    }
}

/// The decision, and the journal that records refusals.
#[derive(Clone)]
pub(crate) struct WatchCheck {
    pub(crate) access: Arc<WatchAccess>,
    pub(crate) journal: Journal,
}

/// Passes a request to watch on to `next`, or refuses it with a reason.
pub(crate) async fn check(
    State(WatchCheck { access, journal }): State<WatchCheck>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    let Err(refusal) = access.judge(request.headers()) else { return next.run(request).await };
    journal.request_refused(peer, refusal.label(), &refusal.reason(), None, None);
    let reason = format!("{}\n", refusal.reason());
    match refusal.challenge() {
        Some(challenge) => {
            (StatusCode::UNAUTHORIZED, [(WWW_AUTHENTICATE, challenge)], reason).into_response()
        }
        None => (StatusCode::FORBIDDEN, reason).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use axum::http::HeaderValue;

    fn of(token: Option<&str>, bound: &[&str]) -> WatchAccess {
        let token = token.map(|token| token.parse().unwrap());
        WatchAccess::new(token, bound.iter().map(|ip| ip.parse().unwrap()))
    }

    fn judge(access: &WatchAccess, sent: &[&str]) -> Result<(), Refusal> {
        let sent = sent.iter().map(|value| (AUTHORIZATION, HeaderValue::from_str(value).unwrap()));
        let mut headers = HeaderMap::new();
        sent.for_each(|(name, value)| {
            headers.append(name, value);
        });
        access.judge(&headers)
    }

    #[test]
    fn without_a_token_only_loopback_is_open() {
        for loopback in [&["127.0.0.1", "::1"][..], &["127.1.2.3"], &["::ffff:127.0.0.1"], &[]] {
            assert_eq!(judge(&of(None, loopback), &[]), Ok(()), "{loopback:?}");
        }
        for beyond in [&["127.0.0.1", "192.0.2.1"][..], &["0.0.0.0"], &["::"], &["::ffff:192.0.2.1"]] {
            assert_eq!(judge(&of(None, beyond), &["Bearer x"]), Err(Refusal::Off), "{beyond:?}");
        }
    }

    #[test]
    fn a_token_is_needed_on_loopback_too() {
        for bound in ["127.0.0.1", "0.0.0.0"] {
            let access = of(Some("s3cret"), &[bound]);
            for right in ["Bearer s3cret", "bearer s3cret", "BEARER  s3cret "] {
                assert_eq!(judge(&access, &[right]), Ok(()), "{right}");
            }
            for wrong in ["Bearer s3cre", "Bearer s3crets", "Bearer", "Bearer ", "Bearer x s3cret"] {
                assert!(judge(&access, &[wrong]).is_err(), "{wrong}");
            }
            for none in [&[][..], &["Basic s3cret"], &["s3cret"], &["Bearer s3cret", "Bearer s3cret"]] {
                assert_eq!(judge(&access, none), Err(Refusal::NoToken), "{none:?}");
            }
        }
    }
}
