//! Which type a reply has: text or binary, as the message that it answers.

use std::collections::VecDeque;

/// The most runs that are kept, in bytes. The server's own service never has this many lines to answer: at most
/// the 16 KiB that it has read and the 16 KiB on their way to it. A service elsewhere may answer nothing at all.
const MAX_RUNS: usize = 64 * 1024;

/// The types of the lines that the service hasn't answered yet, in order.
///
/// They are kept as runs of lines of one type, so that a client that sticks to one type takes no memory.
#[derive(Debug)]
pub(super) struct ReplyTypes {
    /// Whether the lines of the first run were text. Without a line to answer, this is the last one's type.
    first_is_text: bool,
    /// How many lines the first run has. Only if no run follows it may this be 0.
    first: u64,
    /// The runs after the first, each of the other type than the one before it. A run that is longer than a byte can
    /// count continues after an empty run of the other type.
    later: VecDeque<u8>,
}

impl Default for ReplyTypes {
    fn default() -> Self {
        Self { first_is_text: true, first: 0, later: VecDeque::new() }
    }
}

impl ReplyTypes {
    /// Adds the lines of a message.
    pub(super) fn asked(&mut self, is_text: bool, mut lines: u64) {
        if self.first == 0 {
            self.first_is_text = is_text;
        }
        if self.later.is_empty() && self.first_is_text == is_text {
            self.first += lines;
            return;
        }
        let last_is_text = self.first_is_text ^ (self.later.len() % 2 == 1);
        if last_is_text != is_text && self.later.len() < MAX_RUNS {
            self.later.push_back(0);
        }
        while let Some(last) = self.later.back_mut() {
            let added = u8::try_from(lines).unwrap_or(u8::MAX).min(u8::MAX - *last);
            *last += added;
            lines -= u64::from(added);
            if lines == 0 || self.later.len() + 2 > MAX_RUNS {
                return;
            }
            self.later.extend([0, 0]);
        }
    }

    /// Whether the reply to the first line that isn't answered is text.
    pub(super) fn next_is_text(&self) -> bool {
        self.first_is_text
    }

    /// Removes the first line, because its reply is complete. Lines that nobody asked for change nothing.
    pub(super) fn answered(&mut self) {
        self.first = self.first.saturating_sub(1);
        while self.first == 0
            && let Some(run) = self.later.pop_front()
        {
            self.first = run.into();
            self.first_is_text = !self.first_is_text;
        }
        if self.later.is_empty() && self.later.capacity() > 0 {
            self.later = VecDeque::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::collection::vec;
    use proptest::prelude::*;

    /// Takes the types of as many replies as there are lines to answer.
    fn drain(types: &mut ReplyTypes) -> Vec<bool> {
        let mut all = Vec::new();
        while types.first > 0 {
            all.push(types.next_is_text());
            types.answered();
        }
        all
    }

    proptest! {
        #[test]
        fn replies_have_the_types_of_their_messages(
            steps in vec((any::<bool>(), prop_oneof![0..4_u64, 250..260_u64, 500..800_u64], 0..600_usize), 0..50),
        ) {
            let (mut types, mut plain, mut last) = (ReplyTypes::default(), VecDeque::new(), true);
            for (is_text, lines, answers) in steps {
                let lines = lines.max(1);
                types.asked(is_text, lines);
                plain.extend((0..lines).map(|_| is_text));
                last = is_text;
                for _ in 0..answers {
                    prop_assert_eq!(types.next_is_text(), plain.pop_front().unwrap_or(last));
                    types.answered();
                }
            }
            prop_assert_eq!(plain, drain(&mut types));
            prop_assert_eq!(types.next_is_text(), last);
            prop_assert_eq!(types.later.capacity(), 0);
        }
    }

    #[test]
    fn lines_of_one_type_take_no_memory() {
        let mut types = ReplyTypes::default();
        for _ in 0..1000 {
            types.asked(false, 1000);
        }
        assert_eq!(types.later.capacity(), 0);
        assert_eq!(drain(&mut types), vec![false; 1_000_000]);
    }

    #[test]
    fn a_service_that_never_answers_takes_no_more_than_the_maximum() {
        let mut types = ReplyTypes::default();
        for number in 0..1_000_000 {
            types.asked(number % 2 == 0, 1 + number % 1000);
        }
        assert!(types.later.capacity() <= MAX_RUNS, "{}", types.later.capacity());
    }

    #[test]
    fn as_many_alternating_lines_as_can_be_on_their_way_keep_their_types() {
        let mut types = ReplyTypes::default();
        let expected: Vec<bool> = (0..40_000).map(|number| number % 2 == 1).collect();
        expected.iter().for_each(|is_text| types.asked(*is_text, 1));
        assert_eq!(drain(&mut types), expected);
    }
}
