//! The settings in the page's address: stamp format, input mode and theme. Links carry them along.
//!
//! Other parameters are left as they are.

use wirestamp_protocol::percent::{decode, encode};

use crate::send::Mode;

/// The page's colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As in the system.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// All themes, the default first.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }
}

/// What the server says about a stamp format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is valid, or the server can't tell.
    Valid,
    /// It is invalid, for this reason.
    Invalid(String),
    /// There was no answer.
    Unknown,
}

/// The settings in the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageSettings {
    /// The stamp format, a name or a strftime pattern; `None` for the server's default.
    pub format: Option<String>,
    /// How messages are typed.
    pub mode: Mode,
    /// The colours.
    pub theme: Theme,
    /// The other parameters, undecoded and in order.
    others: Vec<String>,
}

impl Default for PageSettings {
    fn default() -> Self {
        Self { format: None, mode: Mode::Text, theme: Theme::System, others: Vec::new() }
    }
}

impl PageSettings {
    /// Parses an address's query, with or without its question mark. Invalid values become the default. Of
    /// several values for one setting, the first counts.
    pub fn parse(query: &str) -> Self {
        let (mut format, mut mode, mut theme) = (None, None, None);
        let mut others = Vec::new();
        let query = query.strip_prefix('?').unwrap_or(query);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = || decode(value);
            match decode(key).as_str() {
                "format" => format = format.or_else(|| Some(value())),
                "mode" => mode = mode.or_else(|| Some(value())),
                "theme" => theme = theme.or_else(|| Some(value())),
                _ => others.push(pair.to_owned()),
            }
        }
        Self {
            format: format.filter(|format| !format.is_empty()),
            mode: mode.and_then(|mode| Mode::parse(&mode)).unwrap_or_default(),
            theme: theme.and_then(|theme| Theme::named(&theme)).unwrap_or_default(),
            others,
        }
    }

    /// The query for these settings, with its question mark; empty if all are defaults.
    pub fn query(&self) -> String {
        let mut query = String::new();
        let mut push = |parts: &[&str]| {
            query.push(if query.is_empty() { '?' } else { '&' });
            query.extend(parts.iter().copied());
        };
        if let Some(format) = &self.format {
            push(&["format=", &encode(format)]);
        }
        if self.mode != Mode::Text {
            push(&["mode=", self.mode.name()]);
        }
        if self.theme != Theme::System {
            push(&["theme=", self.theme.name()]);
        }
        for other in &self.others {
            push(&[other]);
        }
        query
    }

    /// The path of the WebSocket on the page's host.
    pub fn socket_path(&self) -> String {
        match &self.format {
            Some(format) => ["/ws?format=", &encode(format)].concat(),
            None => "/ws".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_format(format: &str) -> PageSettings {
        PageSettings { format: Some(format.to_owned()), ..PageSettings::default() }
    }

    #[test]
    fn an_address_without_a_query_says_nothing() {
        for query in ["", "?", "?&&"] {
            assert_eq!(PageSettings::parse(query), PageSettings::default(), "{query}");
        }
        assert_eq!(PageSettings::default().query(), "");
        assert_eq!(PageSettings::default().socket_path(), "/ws");
    }

    #[test]
    fn each_setting_is_read_and_written() {
        let settings = PageSettings::parse("?theme=dark&format=rfc3339&mode=hex");
        assert_eq!(settings.format.as_deref(), Some("rfc3339"));
        assert_eq!((settings.mode, settings.theme), (Mode::Hex, Theme::Dark));
        assert_eq!(settings.query(), "?format=rfc3339&mode=hex&theme=dark");
        assert_eq!(settings.socket_path(), "/ws?format=rfc3339");
    }

    #[test]
    fn defaults_are_left_out() {
        assert_eq!(PageSettings::parse("?mode=text&theme=system&format=").query(), "");
    }

    #[test]
    fn invalid_values_become_the_default() {
        for query in ["?mode=morse&theme=pink", "?mode&theme", "?mode=HEX&theme=Dark", "?mode=hex%00"] {
            assert_eq!(PageSettings::parse(query), PageSettings::default(), "{query}");
        }
    }

    #[test]
    fn of_several_values_the_first_counts() {
        assert_eq!(PageSettings::parse("?mode=hex&mode=escapes").query(), "?mode=hex");
        assert_eq!(PageSettings::parse("?mode=morse&mode=hex").query(), "");
    }

    #[test]
    fn other_parameters_are_kept_in_order() {
        let settings = PageSettings::parse("?utm=a%20b&mode=hex&&x&y=1+2&utm=%zz=");
        assert_eq!(settings.query(), "?mode=hex&utm=a%20b&x&y=1+2&utm=%zz=");
        assert_eq!(PageSettings::parse(&settings.query()), settings);
    }

    #[test]
    fn patterns_come_back_as_they_were() {
        for format in [
            "%H:%M:%S%.3f",
            "%25",
            "100%",
            "a+b c&d=e#f?g",
            "%F %T",
            "naïve 東京",
            "\u{0}\n\"<>\\",
            "%%20",
            "+",
        ] {
            let settings = with_format(format);
            assert_eq!(PageSettings::parse(&settings.query()), settings, "{format}");
            let query = settings.query();
            assert!(query.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#'), "{query}");
            assert_eq!(settings.socket_path(), ["/ws", &query].concat());
        }
    }

    #[test]
    fn a_pattern_is_encoded_as_little_as_may_be() {
        assert_eq!(with_format("%H:%M").query(), "?format=%25H:%25M");
        assert_eq!(with_format("%F %T+").query(), "?format=%25F%20%25T%2B");
    }

    #[test]
    fn other_encodings_are_read() {
        for (query, format) in [
            ("?format=%25H%3A%25M", "%H:%M"),
            ("?format=%H:%M", "%H:%M"),
            ("?f%6Frmat=%25F+%25T", "%F %T"),
            ("?format=%e6%9d%b1", "東"),
            ("?format=a=b", "a=b"),
            ("?format=%", "%"),
            ("?format=%4", "%4"),
            ("?format=%+4", "% 4"),
            ("?format=%ff", "\u{fffd}"),
        ] {
            assert_eq!(PageSettings::parse(query), with_format(format), "{query}");
        }
    }
}
