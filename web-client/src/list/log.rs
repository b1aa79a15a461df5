//! The log as a whole: the exchanges, what of them is looked at, and the one that is seen whole.

use super::exchanges::Exchanges;
use super::filter::Filter;

/// The log.
#[derive(Debug, Default)]
pub struct Log {
    exchanges: Exchanges,
    filter: Filter,
    selected: Option<usize>,
}

impl Log {
    /// All that is in it.
    pub fn exchanges(&self) -> &Exchanges {
        &self.exchanges
    }

    /// What of it is looked at.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// The exchange that is seen whole, by its place.
    pub fn selected(&self) -> Option<usize> {
        self.selected
    }

    pub(crate) fn sent(&mut self, message: &[u8], at: f64) {
        self.exchanges.sent(message, at);
        self.filter.look_at(self.exchanges.len() - 1, &self.exchanges);
    }

    /// Returns the place of the exchange that the reply belongs to.
    pub(crate) fn received(&mut self, reply: &[u8], at: f64) -> usize {
        let place = self.exchanges.received(reply, at);
        self.filter.look_at(place, &self.exchanges);
        place
    }

    pub(crate) fn lose(&mut self) {
        self.exchanges.lose();
    }

    pub(crate) fn clear(&mut self) {
        self.exchanges.clear();
        self.filter.look_again(&self.exchanges);
        self.selected = None;
    }

    pub(crate) fn look_for(&mut self, text: &str) {
        self.filter.set(text, &self.exchanges);
    }

    pub(crate) fn select(&mut self, exchange: Option<usize>) {
        self.selected = exchange.filter(|&at| at < self.exchanges.len());
    }
}
