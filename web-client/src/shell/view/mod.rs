//! The visible parts of the page. They send events to the bus, and draw the state they are given.

pub(crate) mod announcer;
mod buttons;
pub(crate) mod chart;
pub(crate) mod composer;
mod connection;
mod detail;
mod filter;
pub(crate) mod format;
mod held;
mod keys;
mod log;
pub(crate) mod panes;
mod row;
pub(crate) mod snippets;
mod time;
pub(crate) mod toast;
mod tools;
pub(crate) mod watch;

use super::browser::object::Object;
use super::browser::page::find;
use super::browser::registrations::Listener;
use crate::state::State;

use chart::ChartView;
use detail::DetailView;
use log::LogView;
use watch::WatchView;

/// An element's id, a kind of events, and what handles those.
type Handler = (&'static str, &'static str, fn(&Object));

/// All views that remember something.
pub(crate) struct Views {
    pub(crate) chart: ChartView,
    pub(crate) log: LogView,
    pub(crate) watch: WatchView,
    detail: DetailView,
    _listeners: Vec<Listener>,
    _network: [Listener; 2],
}

impl Views {
    pub(crate) fn new(state: &State) -> Self {
        tools::show_settings(state.settings());
        panes::show(state.widths());
        format::show(state);
        filter::offer();
        watch::offer();
        let handlers = [
            // Before the keys: Escape ends a drag, and nothing else then.
            &panes::HANDLERS[..],
            &buttons::HANDLERS,
            &composer::HANDLERS,
            &detail::HANDLERS,
            &filter::HANDLERS,
            &format::HANDLERS,
            &keys::HANDLERS,
            &log::HANDLERS,
            &snippets::HANDLERS,
            &tools::HANDLERS,
            &watch::HANDLERS,
        ];
        let listen = |&(id, kind, handle): &Handler| Listener::on(&find(id), kind, handle);
        composer::start(state.settings());
        Self {
            chart: ChartView::new(),
            log: LogView::new(),
            watch: WatchView::new(),
            detail: DetailView::default(),
            _listeners: handlers.concat().iter().map(listen).collect(),
            _network: connection::start(),
        }
    }

    /// Draws everything that depends on the log, at most once per frame.
    pub(crate) fn draw(&mut self, state: &State, now: f64) {
        self.log.draw(state);
        self.detail.draw(state);
        filter::draw(state);
        tools::draw(state);
        composer::show_sending(state);
        self.chart.draw(state, now);
    }
}

pub(crate) fn show_connection(state: &State) {
    connection::draw(state);
    composer::show_hint(state);
}

/// Shows the settings, and what the server says about the stamp format.
pub(crate) fn show_settings(state: &State) {
    composer::show_mode(state.settings().mode);
    tools::show_settings(state.settings());
    format::show(state);
}

/// Puts a text into the message box.
pub(crate) fn compose(text: &str, state: &State) {
    composer::compose(text);
    composer::show_hint(state);
}
