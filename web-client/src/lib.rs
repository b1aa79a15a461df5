//! Wirestamp's page: a client in the browser, over the WebSocket bridge.
//!
//! What the page does is decided in plain Rust that knows no browser: [`State::update`] takes an [`Event`]
//! and answers with [`Effect`]s. Time is handed in. So its tests run natively, without a page.
//!
//! The `shell` turns the browser's events into [`Event`]s and carries the [`Effect`]s out. It is built for
//! wasm32 alone. It decides nothing, and what was received or typed reaches the page as text nodes only.

mod backoff;
mod base64;
mod between;
mod caret;
mod chart;
mod clock_offset;
mod close;
mod exchanges;
pub mod export;
mod filter;
pub mod hex;
mod history;
mod link;
mod pace;
mod payload;
mod round_trip;
mod sending;
mod settings;
mod snippets;
mod state;
mod statistics;
mod utc;
mod visible;

#[cfg(target_arch = "wasm32")]
mod shell;

pub use backoff::Backoff;
pub use caret::{on_first_line, on_last_line};
pub use chart::{Bar, Distribution, Mark, Series, Size, Tick, Window, pixels, short};
pub use clock_offset::{ClockOffset, Estimate};
pub use close::Closing;
pub use exchanges::{Exchange, Exchanges, Outcome};
pub use filter::Filter;
pub use history::History;
pub use link::{Connection, Link};
pub use pace::{Due, Job, Pace};
pub use payload::{Mistake, Mode, payloads};
pub use round_trip::round_trip;
pub use sending::Sending;
pub use settings::{Settings, Theme};
pub use snippets::{Ports, Service, Snippet};
pub use state::{Effect, Event, State};
pub use statistics::{Reading, RoundTrips};
pub use visible::{Piece, visible};
