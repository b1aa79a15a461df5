//! The sizes of panes and columns, as the user dragged them.

/// A part of the page whose width can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The panel beside the log.
    Side,
    /// The columns of the log. The reply's column takes what the others leave.
    Number,
    /// When a message was sent.
    Time,
    /// The message sent.
    Sent,
    /// The reply's stamp.
    Stamp,
    /// The round trip.
    RoundTrip,
}

impl Pane {
    /// All panes.
    pub const ALL: [Self; 6] =
        [Self::Side, Self::Number, Self::Time, Self::Sent, Self::Stamp, Self::RoundTrip];

    /// The name in the markup and in local storage.
    pub fn name(self) -> &'static str {
        match self {
            Self::Side => "side",
            Self::Number => "number",
            Self::Time => "time",
            Self::Sent => "sent",
            Self::Stamp => "stamp",
            Self::RoundTrip => "round-trip",
        }
    }

    /// The pane with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|pane| pane.name() == name)
    }
}

/// The narrowest and the widest that a pane can be made, in pixels.
const NARROWEST: i32 = 24;
const WIDEST: i32 = 2000;

/// The width of each pane in pixels, where the user has changed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Widths([Option<i32>; Pane::ALL.len()]);

impl Widths {
    /// Parses what [`Self::text`] returned. Anything else is ignored.
    pub fn parse(text: &str) -> Self {
        let mut widths = Self::default();
        for (name, width) in text.split(' ').filter_map(|one| one.split_once('=')) {
            if let (Some(pane), Ok(width)) = (Pane::named(name), width.parse()) {
                widths.set(pane, Some(width));
            }
        }
        widths
    }

    /// The widths as text, such as `side=300 sent=240`.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for pane in Pane::ALL {
            if let Some(width) = self.get(pane) {
                let space = if text.is_empty() { "" } else { " " };
                text.extend([space, pane.name(), "=", &width.to_string()]);
            }
        }
        text
    }

    /// The width of a pane in pixels; `None` if it's the default.
    pub fn get(&self, pane: Pane) -> Option<i32> {
        self.0[pane as usize]
    }

    /// Sets the width of a pane in pixels, within sensible bounds; `None` for the default.
    pub fn set(&mut self, pane: Pane, width: Option<i32>) {
        self.0[pane as usize] = width.map(|width| width.clamp(NARROWEST, WIDEST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_written_and_read() {
        let mut widths = Widths::default();
        assert_eq!(widths.text(), "");
        widths.set(Pane::Side, Some(300));
        widths.set(Pane::RoundTrip, Some(90));
        assert_eq!(widths.text(), "side=300 round-trip=90");
        assert_eq!(Widths::parse(&widths.text()), widths);
        widths.set(Pane::Side, None);
        assert_eq!(widths.text(), "round-trip=90");
    }

    #[test]
    fn a_pane_is_neither_lost_nor_endless() {
        let mut widths = Widths::default();
        widths.set(Pane::Sent, Some(-5));
        assert_eq!(widths.get(Pane::Sent), Some(NARROWEST));
        widths.set(Pane::Sent, Some(i32::MAX));
        assert_eq!(widths.get(Pane::Sent), Some(WIDEST));
    }

    #[test]
    fn what_was_not_written_here_is_ignored() {
        for text in ["", "side", "side=", "side=wide", "other=5", "=5", "side=99999999999"] {
            assert_eq!(Widths::parse(text), Widths::default(), "{text}");
        }
    }
}
