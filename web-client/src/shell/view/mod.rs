//! The visible parts of the page. They send events to the bus, and draw the state they are given.

mod announcer;
mod chart;
mod composer;
mod connection;
mod detail;
mod filter;
mod format;
mod held;
mod keys;
mod log;
mod panes;
mod row;
mod snippets;
mod time;
mod toast;
mod tools;

use wasm_bindgen::prelude::*;

use crate::settings::PageSettings;
use crate::state::State;

use announcer::Announcer;
use chart::ChartView;
use composer::Composer;
use connection::ConnectionView;
use detail::DetailView;
use filter::FilterView;
use format::FormatView;
use keys::Keys;
use log::LogView;
use panes::PanesView;
use snippets::SnippetsView;
use toast::ToastView;
use tools::Tools;

/// All views.
pub(crate) struct Views {
    pub(crate) announcer: Announcer,
    pub(crate) chart: ChartView,
    pub(crate) composer: Composer,
    pub(crate) format: FormatView,
    pub(crate) log: LogView,
    pub(crate) panes: PanesView,
    pub(crate) snippets: SnippetsView,
    pub(crate) toast: ToastView,
    connection: ConnectionView,
    detail: DetailView,
    filter: FilterView,
    tools: Tools,
    _keys: Keys,
}

impl Views {
    pub(crate) fn new(state: &State) -> Result<Self, JsValue> {
        let (tools, panes, format) = (Tools::new()?, PanesView::new()?, FormatView::new()?);
        tools.show_settings(state.settings())?;
        panes.show(state.widths());
        format.show(state);
        Ok(Self {
            announcer: Announcer::new()?,
            chart: ChartView::new()?,
            composer: Composer::new(state.settings())?,
            format,
            connection: ConnectionView::new()?,
            detail: DetailView::new()?,
            filter: FilterView::new()?,
            log: LogView::new()?,
            panes,
            snippets: SnippetsView::new()?,
            toast: ToastView::new()?,
            tools,
            _keys: Keys::new()?,
        })
    }

    /// Draws everything that depends on the log, at most once per frame.
    pub(crate) fn draw(&mut self, state: &State, now: f64) -> Result<(), JsValue> {
        self.log.draw(state)?;
        self.detail.draw(state)?;
        self.filter.draw(state)?;
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
