//! The visible parts of the page. They send events to the bus, and draw the state they are given.

mod announcer;
mod chart;
mod composer;
mod connection;
mod detail;
mod format;
mod keys;
mod log;
mod row;
mod snippets;
mod time;
mod tools;

use wasm_bindgen::prelude::*;

use crate::settings::PageSettings;
use crate::state::State;

use announcer::Announcer;
use chart::ChartView;
use composer::Composer;
use connection::ConnectionView;
use detail::DetailView;
use format::FormatView;
use keys::Keys;
use log::LogView;
use snippets::SnippetsView;
use tools::Tools;

/// All views.
pub(crate) struct Views {
    pub(crate) announcer: Announcer,
    pub(crate) chart: ChartView,
    pub(crate) composer: Composer,
    pub(crate) format: FormatView,
    pub(crate) log: LogView,
    pub(crate) snippets: SnippetsView,
    connection: ConnectionView,
    detail: DetailView,
    tools: Tools,
    _keys: Keys,
}

impl Views {
    pub(crate) fn new(settings: &PageSettings) -> Result<Self, JsValue> {
        let tools = Tools::new()?;
        tools.show_settings(settings)?;
        Ok(Self {
            announcer: Announcer::new()?,
            chart: ChartView::new()?,
            composer: Composer::new(settings)?,
            format: FormatView::new()?,
            connection: ConnectionView::new()?,
            detail: DetailView::new()?,
            log: LogView::new()?,
            snippets: SnippetsView::new()?,
            tools,
            _keys: Keys::new()?,
        })
    }

    /// Draws everything that depends on the log, at most once per frame.
    pub(crate) fn draw(&mut self, state: &State, now: f64) -> Result<(), JsValue> {
        self.log.draw(state)?;
        self.detail.draw(state)?;
        self.tools.draw(state)?;
        self.composer.show_sending(state);
        self.chart.draw(state, now)
    }

    pub(crate) fn show_connection(&self, state: &State) {
        self.connection.show(state);
        self.show_hint(state);
    }

    pub(crate) fn show_settings(&self, settings: &PageSettings) {
        self.composer.show_mode(settings.mode);
        // Fails only for an invalid attribute name.
        let _ = self.tools.show_settings(settings);
    }

    /// Puts a text into the message box.
    pub(crate) fn compose(&self, text: &str, state: &State) {
        self.composer.show(text);
        self.show_hint(state);
    }

    pub(crate) fn show_hint(&self, state: &State) {
        self.composer.show_hint(state);
    }
}
