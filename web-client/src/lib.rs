//! Wirestamp's page: a client in the browser, over the WebSocket bridge.
//!
//! What the page does is decided in plain Rust that knows nothing of the browser: [`State::update`] takes an
//! [`Event`] and returns [`Effect`]s. Time is passed in, so the tests run natively, without a page.
//!
//! The `shell` turns browser events into [`Event`]s and carries out the [`Effect`]s. It is built for wasm32
//! only. It decides nothing, and received or typed text reaches the page only as text nodes.

mod courier;
mod effect;
mod event;
mod link;
mod list;
mod measure;
mod pacing;
mod send;
mod settings;
mod snippets;
mod state;
mod text;

#[cfg(target_arch = "wasm32")]
mod shell;

pub use courier::{Courier, Order, reports};
pub use effect::Effect;
pub use event::Event;
pub use link::{Backoff, Closing, Connection, Link, Status};
pub use list::{
    Exchange, Exchanges, Exporting, FileKind, Filter, Inspector, Log, Outcome, Placement, RowWindow, Step,
    Viewport, export, inspector, row,
};
pub use measure::chart::{Bar, Distribution, Mark, Series, Size, Tick, TimeWindow, pixels, short};
pub use measure::{
    ClockOffset, Estimate, FIGURES, Reading, RoundTrips, figures, reading, round_trip, timer_note,
};
pub use pacing::{Announcement, Throttle};
pub use send::{
    Draft, Due, History, Job, Mistake, Mode, Pace, Sending, on_first_line, on_last_line, payloads,
};
pub use settings::{PageSettings, Theme};
pub use snippets::{Ports, Service, Snippet};
pub use state::{SendState, State};
pub use text::{Piece, hex, visible};
