//! Shows only the exchanges that contain some text.

use super::exchanges::{Exchange, Exchanges};

/// The text searched for, and where it was found.
#[derive(Debug, Default)]
pub struct Filter {
    /// In lower case; empty if the filter is off.
    needle: Vec<u8>,
    /// Indices of the matching exchanges, in order.
    found: Vec<usize>,
}

impl Filter {
    /// Whether there is a text to search for.
    pub fn is_on(&self) -> bool {
        !self.needle.is_empty()
    }

    /// Searches for this text from now on, ignoring ASCII case. An empty text turns the filter off.
    pub fn set(&mut self, text: &str, exchanges: &Exchanges) {
        self.needle = text.to_ascii_lowercase().into_bytes();
        self.look_again(exchanges);
    }

    /// Searches again from the start, after exchanges were removed.
    pub fn look_again(&mut self, exchanges: &Exchanges) {
        self.found.clear();
        if self.is_on() {
            let all = exchanges.iter().enumerate();
            self.found = all.filter(|(_, one)| has(one, &self.needle)).map(|(at, _)| at).collect();
        }
    }

    /// Checks one exchange that is new or has just been answered.
    pub fn look_at(&mut self, at: usize, exchanges: &Exchanges) {
        let matches = self.is_on() && exchanges.get(at).is_some_and(|one| has(&one, &self.needle));
        // An exchange that matched before its reply came is already in the list.
        if matches && let Err(place) = self.found.binary_search(&at) {
            self.found.insert(place, at);
        }
    }

    /// The number of rows to show.
    pub fn rows(&self, exchanges: &Exchanges) -> usize {
        if self.is_on() { self.found.len() } else { exchanges.len() }
    }

    /// The index of the exchange in this row.
    pub fn exchange(&self, row: usize) -> Option<usize> {
        if self.is_on() { self.found.get(row).copied() } else { Some(row) }
    }

    /// The row of this exchange, if it is shown.
    pub fn row(&self, exchange: usize) -> Option<usize> {
        if self.is_on() { self.found.binary_search(&exchange).ok() } else { Some(exchange) }
    }
}

fn has(exchange: &Exchange<'_>, needle: &[u8]) -> bool {
    [exchange.sent, exchange.reply].iter().any(|bytes| contains(bytes, needle))
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchanges() -> Exchanges {
        let mut exchanges = Exchanges::default();
        for message in ["first", "Second", "third"] {
            exchanges.sent(message.as_bytes(), 0.0);
        }
        exchanges
    }

    #[test]
    fn without_a_text_every_row_is_its_exchange() {
        let (filter, exchanges) = (Filter::default(), exchanges());
        assert_eq!((filter.rows(&exchanges), filter.exchange(2), filter.row(1)), (3, Some(2), Some(1)));
    }

    #[test]
    fn a_text_is_found_in_either_case() {
        let (mut filter, exchanges) = (Filter::default(), exchanges());
        filter.set("SECOND", &exchanges);
        assert_eq!((filter.rows(&exchanges), filter.exchange(0), filter.row(1)), (1, Some(1), Some(0)));
        assert_eq!((filter.exchange(1), filter.row(0)), (None, None));
        filter.set("", &exchanges);
        assert_eq!(filter.rows(&exchanges), 3);
    }

    #[test]
    fn what_comes_later_takes_its_place_among_the_found() {
        let (mut filter, mut exchanges) = (Filter::default(), exchanges());
        filter.set("ir", &exchanges);
        assert_eq!(filter.found, [0, 2]);
        exchanges.received(b"first", 1.0);
        let at = exchanges.received(b"a bird", 1.0);
        filter.look_at(at, &exchanges);
        filter.look_at(at, &exchanges);
        assert_eq!(filter.found, [0, 1, 2], "its reply has it");
    }

    #[test]
    fn a_text_longer_than_a_message_is_not_in_it() {
        let (mut filter, exchanges) = (Filter::default(), exchanges());
        filter.set("a text longer than a message", &exchanges);
        assert_eq!(filter.rows(&exchanges), 0);
    }
}
