//! Shows only the exchanges that match a query.
//!
//! A query is a list of terms separated by spaces, and an exchange has to match all of them. ASCII case is ignored.
//!
//! | term | matches |
//! | --- | --- |
//! | `text`, `"two words"` | the message or the reply has this text |
//! | `sent:text`, `reply:text` | the message or the reply alone has it |
//! | `stamp:18:07` | the reply's stamp has it |
//! | `state:lost` | the exchange is `waiting`, `answered`, `lost` or `unsolicited`; the first letters are enough |
//! | `same:no` | the reply isn't the message; `same:yes`, it is. Without a reply to a message, neither |
//! | `size>1k` | the longer of message and reply has more bytes; `k` and `M` are powers of 1024 |
//! | `rtt>5ms` | the round trip took longer; in `us`, `ms` or `s`, and `ms` if there is no unit |
//! | `-term` | the term doesn't match |
//!
//! A reply counts without its stamp, unless the term is `stamp:`. Besides `>` and `<` there are `>=` and `<=`.
//!
//! A quote opens at the start of a text only, and one that isn't closed ends with the query. What looks like a
//! term but isn't, such as `http://x`, is a text. To search for the text of a term, quote it: `"size>1k"`.
//!
//! A last term without a value, such as `state:`, is still being typed and matches everything. So does a lone `-`.

mod complete;
pub(crate) mod language;
mod marks;
mod query;
#[cfg(test)]
mod tests;

use super::exchanges::{Exchanges, Outcome};
use query::Query;

pub use complete::complete;
pub(crate) use complete::completed;
pub use language::LONGEST;
pub use query::Field;

/// The query, and the exchanges that match it.
#[derive(Debug, Default)]
pub struct Filter {
    query: Query,
    mistake: Option<&'static str>,
    version: u32,
    /// Indices of the matching exchanges, in order, after some that match no longer.
    found: Vec<usize>,
    /// How many of those there are. Where only waiting messages are shown, the first one leaves with each reply,
    /// and this spares moving all the others.
    gone: usize,
    /// The number of exchanges when the query was set.
    seen: usize,
    /// How many unsolicited replies the filter has hidden since.
    unsolicited: usize,
}

impl Filter {
    /// Whether some exchanges may be hidden.
    pub fn is_on(&self) -> bool {
        !self.query.is_empty()
    }

    /// What is wrong with the text last set, in words.
    pub fn mistake(&self) -> Option<&'static str> {
        self.mistake
    }

    /// A number that changes whenever a query is set.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// Shows what matches this query from now on; an empty one turns the filter off. A query that can't be
    /// understood changes nothing, so that rows don't jump about while it is being typed.
    pub fn set(&mut self, text: &str, exchanges: &Exchanges) {
        match Query::parse(text) {
            Ok(query) => {
                self.mistake = None;
                self.query = query;
                self.version = self.version.wrapping_add(1);
                self.look_again(exchanges);
            }
            Err(mistake) => self.mistake = Some(mistake),
        }
    }

    /// Searches again from the start, after exchanges were removed. Those that are there count as seen.
    pub fn look_again(&mut self, exchanges: &Exchanges) {
        (self.seen, self.unsolicited) = (exchanges.len(), 0);
        self.search(exchanges);
    }

    /// Searches again after waiting messages were lost.
    pub fn look_at_lost(&mut self, exchanges: &Exchanges) {
        self.search(exchanges);
    }

    fn search(&mut self, exchanges: &Exchanges) {
        self.gone = 0;
        self.found.clear();
        if self.is_on() {
            let all = exchanges.iter().enumerate();
            self.found = all.filter(|(_, one)| self.query.matches(one)).map(|(at, _)| at).collect();
        }
    }

    /// Checks one exchange that is new or has just been answered.
    pub fn look_at(&mut self, at: usize, exchanges: &Exchanges) {
        let Some(exchange) = exchanges.get(at).filter(|_| self.is_on()) else { return };
        match (self.query.matches(&exchange), self.found().binary_search(&at)) {
            (true, Err(place)) => self.found.insert(self.gone + place, at),
            (false, Ok(0)) => self.gone += 1,
            (false, Ok(place)) => {
                self.found.remove(self.gone + place);
            }
            (false, Err(_)) if exchange.outcome == Outcome::Unsolicited => self.unsolicited += 1,
            _ => {}
        }
    }

    /// The number of rows to show.
    pub fn rows(&self, exchanges: &Exchanges) -> usize {
        if self.is_on() { self.found().len() } else { exchanges.len() }
    }

    /// The index of the exchange in this row.
    pub fn exchange(&self, row: usize) -> Option<usize> {
        if self.is_on() { self.found().get(row).copied() } else { Some(row) }
    }

    /// The row of this exchange, if it is shown.
    pub fn row(&self, exchange: usize) -> Option<usize> {
        if self.is_on() { self.found().binary_search(&exchange).ok() } else { Some(exchange) }
    }

    /// How many messages sent since the query was set are hidden.
    pub fn hidden(&self, exchanges: &Exchanges) -> usize {
        if !self.is_on() {
            return 0;
        }
        let (Ok(before) | Err(before)) = self.found().binary_search(&self.seen);
        let shown = self.found().len() - before;
        exchanges.len().saturating_sub(self.seen + shown + self.unsolicited)
    }

    fn found(&self) -> &[usize] {
        self.found.get(self.gone..).unwrap_or_default()
    }
}
