//! What is written of what the server sends.

use serde::Deserialize;
use wirestamp_protocol::event::{Event, EventId};

use super::view::{self, Look};

/// How events are shown.
#[derive(Debug)]
pub(super) enum Presentation {
    /// As lines for people.
    Text(Text),
    /// As the server's lines, unchanged.
    Lines,
    /// As the server's capture, unchanged.
    Packets,
}

/// The state of lines for people.
#[derive(Debug, Default)]
pub(super) struct Text {
    /// The day of the last event, in days since 1970.
    day: Option<u64>,
}

/// The one thing about an event that matters to a program that passes it on.
#[derive(Deserialize)]
struct Numbered {
    id: EventId,
}

impl Presentation {
    /// Returns what to write of some whole lines or blocks, and the id of the last event in them.
    pub(super) fn show(&mut self, whole: Vec<u8>, look: Look) -> (Vec<u8>, Option<EventId>) {
        match self {
            Self::Text(text) => text.show(&whole, look),
            Self::Lines => {
                let last = lines(&whole).filter_map(numbered).next_back();
                (without_empty_lines(whole), last)
            }
            Self::Packets => (whole, None),
        }
    }
}

impl Text {
    fn show(&mut self, whole: &[u8], look: Look) -> (Vec<u8>, Option<EventId>) {
        let (mut text, mut last) = (String::new(), None);
        for line in lines(whole) {
            let Ok(event) = serde_json::from_slice::<Event>(line) else {
                last = numbered(line).or(last);
                text += &view::unknown(line, look);
                continue;
            };
            last = Some(event.id());
            let day = event.at().0.as_secs() / 86_400;
            if self.day.replace(day) != Some(day) {
                text += &view::day(event.at(), look);
            }
            text += &view::render(&event, look);
        }
        (text.into_bytes(), last)
    }
}

/// Returns the lines that aren't empty: empty ones only keep the connection alive.
fn lines(whole: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    whole.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}

fn numbered(line: &[u8]) -> Option<EventId> {
    serde_json::from_slice::<Numbered>(line).ok().map(|event| event.id)
}

fn without_empty_lines(mut whole: Vec<u8>) -> Vec<u8> {
    let mut before = b'\n';
    whole.retain(|byte| std::mem::replace(&mut before, *byte) != b'\n' || *byte != b'\n');
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Look = Look { width: 100, colour: false };

    fn open(number: u64, at: &str) -> String {
        format!(
            r#"{{"type":"open","id":"692a0b3c-{number}","session":3,"transport":"tcp","peer":"127.0.0.1:44398","listener":"127.0.0.1:21567","at":"{at}","format":"ctime"}}"#
        )
    }

    fn shown(show: &mut Presentation, whole: &str) -> (String, Option<String>) {
        let (text, last) = show.show(whole.into(), LOOK);
        (String::from_utf8(text).unwrap(), last.map(|id| id.to_string()))
    }

    #[test]
    fn lines_are_passed_on_as_they_are_except_for_empty_ones() {
        let line = r#"{ "id" : "692a0b3c-7", "type": "of tomorrow" }"#;
        let (text, last) = shown(&mut Presentation::Lines, &format!("\n{line}\n\n\nnot an event\n\n"));
        assert_eq!(text, format!("{line}\nnot an event\n"));
        assert_eq!(last.as_deref(), Some("692a0b3c-7"));
        assert_eq!(shown(&mut Presentation::Lines, "\n"), (String::new(), None));
    }

    #[test]
    fn a_day_is_told_when_it_begins() {
        let mut show = Presentation::Text(Text::default());
        let whole = [
            open(1, "2026-11-22T23:59:59.5Z"),
            open(2, "2026-11-22T23:59:59.75Z"),
            open(3, "2026-11-23T00:00:00Z"),
        ]
        .join("\n");
        let (text, last) = shown(&mut show, &whole);
        let opened = "127.0.0.1:44398  opened at 127.0.0.1:21567";
        let expected = format!(
            "2026-11-22, in UTC\n\
             23:59:59.500000  tcp 3  {opened}\n\
             23:59:59.750000  tcp 3  {opened}\n\
             2026-11-23, in UTC\n\
             00:00:00.000000  tcp 3  {opened}\n"
        );
        assert_eq!((text, last.as_deref()), (expected, Some("692a0b3c-3")));
    }

    #[test]
    fn a_line_that_is_not_understood_is_shown_escaped() {
        let mut show = Presentation::Text(Text::default());
        let (text, last) = shown(&mut show, "{\"id\":\"692a0b3c-9\",\"type\":\"new\u{1b}\"}\n");
        assert_eq!(text, "not understood: {\"id\":\"692a0b3c-9\",\"type\":\"new\\x1b\"}\n");
        // The escape makes it invalid JSON.
        assert_eq!(last, None);
        let (_, last) = shown(&mut show, "{\"id\":\"692a0b3c-9\",\"type\":\"new\"}\n");
        assert_eq!(last.as_deref(), Some("692a0b3c-9"));
    }
}
