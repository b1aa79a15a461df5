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
mod panes;
mod send;
mod settings;
mod snippets;
mod state;
mod text;
mod toast;
mod view;
pub mod watch;

#[cfg(target_arch = "wasm32")]
mod shell;

pub use courier::{Courier, Order, reports};
pub use effect::Effect;
pub use event::Event;
pub use link::{Backoff, Closing, Connection, Link, Status};
pub use list::{
    Entry, Exchange, Exchanges, Exporting, FileKind, Filter, Happening, Inspector, Log, LogEvent, Occurrence,
    Outcome, Placement, RowWindow, Step, Story, Viewport, export, filter, inspector, row,
};
pub use measure::chart::{
    Bar, Chart, ChartEvent, Distribution, Mark, Series, Size, Target, Tick, TimeWindow, bar_words, pixels,
    short, sparkline,
};
pub use measure::{
    ClockOffset, Estimate, FIGURES, Measurements, Reading, RoundTrips, Statistics, burst_note, figures,
    reading_words, round_trip, strip_text, timer_note,
};
pub use pacing::{Announcement, Throttle};
pub use panes::{Pane, Widths};
pub use send::{
    Draft, Due, History, Job, Messages, Mistake, Mode, Pace, Sending, Summary, held, numbered, on_first_line,
    on_last_line, payloads,
};
pub use settings::{PageSettings, Theme, Verdict};
pub use snippets::{Ports, Service, Snippet};
pub use state::{SendState, State};
pub use text::{Part, Piece, c_array, control, hex, json, parts, visible};
pub use toast::Toast;
pub use view::View;
pub use watch::{Watch, WatchEvent};
