//! The length of messages on their way to the service, and which are too long for it.

use wirestamp_protocol::plural;

use super::payload::{Mistake, Mode};
use crate::measure::round_trip::grouped;

/// Whether the bridge adds a line feed to this message: it does unless there is one already.
pub(super) fn gets_line_feed(message: &[u8]) -> bool {
    message.last() != Some(&b'\n')
}

/// The first message that has more than `max` bytes, with the line feed that the bridge adds. The server would close the
/// connection. `text` is what the messages were read from.
pub(super) fn too_long(messages: &[Vec<u8>], max: usize, mode: Mode, text: &str) -> Option<Mistake> {
    let len = |message: &[u8]| message.len() + usize::from(gets_line_feed(message));
    let place = messages.iter().position(|message| len(message) > max)?;
    let (message, max_words) = (&messages[place], grouped(max as u64));
    let which = match messages.len() {
        1 => String::new(),
        _ => ["line ", &grouped(place as u64 + 1), " has "].concat(),
    };
    let bytes = plural(message.len() as u64, " byte", " bytes");
    let line_feed = if gets_line_feed(message) { " + LF" } else { "" };
    let advice = "; the server takes at most ";
    let what = [&which, &grouped(message.len() as u64), bytes, line_feed, advice, &max_words].concat();
    Some(Mistake { at: end_of(place, mode, text), what })
}

/// Where the text of a message ends, in characters.
fn end_of(place: usize, mode: Mode, text: &str) -> usize {
    match mode {
        Mode::Hex => text.chars().count(),
        // The line feeds between the lines count too.
        _ => text.split('\n').take(place + 1).map(|line| line.chars().count()).sum::<usize>() + place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::send::payloads;

    fn mistake(mode: Mode, text: &str, max: usize) -> Option<(usize, String)> {
        let messages = payloads(mode, text).unwrap();
        too_long(&messages, max, mode, text).map(|mistake| (mistake.at, mistake.what))
    }

    #[test]
    fn the_added_line_feed_counts() {
        assert_eq!(mistake(Mode::Text, "123456", 7), None);
        let what = "7 bytes + LF; the server takes at most 7".to_owned();
        assert_eq!(mistake(Mode::Text, "1234567", 7), Some((7, what)));
    }

    #[test]
    fn a_message_with_a_line_feed_of_its_own_gets_no_other() {
        assert_eq!(mistake(Mode::Hex, "61 62 0a", 3), None);
        let what = "4 bytes; the server takes at most 3".to_owned();
        assert_eq!(mistake(Mode::Hex, "61 62 63 0a", 3), Some((11, what)));
    }

    #[test]
    fn bytes_count_and_not_characters() {
        assert_eq!(mistake(Mode::Text, "é", 2).unwrap().1, "2 bytes + LF; the server takes at most 2");
        assert_eq!(mistake(Mode::Escapes, r"\xff", 2), None);
    }

    #[test]
    fn the_long_line_of_several_is_named_and_its_end_is_where_the_mistake_is() {
        let what = "line 2 has 3 bytes + LF; the server takes at most 3".to_owned();
        assert_eq!(mistake(Mode::Text, "é\nabc\nd", 3), Some((5, what)));
    }
}
