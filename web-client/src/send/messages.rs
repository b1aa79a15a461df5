//! The messages of a job, in the order in which they go out.

use std::borrow::Cow;

use super::numbered::{is_numbered, numbered};

/// Messages to be sent: each once, or in turn, again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Messages {
    list: Vec<Vec<u8>>,
    numbered: bool,
}

impl Messages {
    /// These messages. If they `are_numbered`, `{n}` in them is replaced by how many there have been.
    pub fn new(list: Vec<Vec<u8>>, are_numbered: bool) -> Self {
        let numbered = are_numbered && list.iter().any(|message| is_numbered(message));
        Self { list, numbered }
    }

    /// The messages before they are numbered.
    pub fn list(&self) -> &[Vec<u8>] {
        &self.list
    }

    /// Whether there is a number to be replaced in any of them.
    pub fn are_numbered(&self) -> bool {
        self.numbered
    }

    /// The message at this index, counted from 0. Behind the last comes the first. `None` if there are no messages.
    pub fn get(&self, at: usize) -> Option<Cow<'_, [u8]>> {
        let message = self.list.get(at % self.list.len().max(1))?;
        Some(match self.numbered {
            true => numbered(message, u32::try_from(at + 1).unwrap_or(u32::MAX)).into(),
            false => message.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(list: &[&[u8]], are_numbered: bool) -> Messages {
        Messages::new(list.iter().map(|message| message.to_vec()).collect(), are_numbered)
    }

    #[test]
    fn the_messages_of_a_job_are_numbered_in_turn() {
        let some = messages(&[b"a{n}", b"b", b"{{n}}"], true);
        let sent: Vec<_> = (0..4).map(|at| some.get(at).unwrap()).collect();
        assert_eq!(sent, [&b"a1"[..], b"b", b"{n}", b"a4"]);
    }

    #[test]
    fn without_numbers_the_braces_are_bytes_like_any_other() {
        assert_eq!(messages(&[b"{n}{{n}}"], false).get(0).unwrap(), &b"{n}{{n}}"[..]);
        assert!(!messages(&[b"n"], true).are_numbered());
    }

    #[test]
    fn of_nothing_there_is_no_message() {
        assert_eq!(messages(&[], true).get(0), None);
    }
}
