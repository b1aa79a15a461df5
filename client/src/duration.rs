//! Durations as people write them.

use std::time::Duration;

const FORMS: &str = "use seconds, such as 0.2, or a unit, such as 200ms";

/// Parses a duration in seconds, as ping(8) takes it, or with units.
///
/// ```
/// use std::time::Duration;
/// use wirestamp_client::duration;
/// assert_eq!(duration("2"), duration("2s"));
/// assert_eq!(duration("0.2"), Ok(Duration::from_millis(200)));
/// assert!(duration("soon").unwrap_err().contains("such as 200ms"));
/// ```
///
/// # Errors
/// What is wrong with it, and what can be written instead.
pub fn duration(text: &str) -> Result<Duration, String> {
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds)
            .map_err(|_| format!("invalid duration {text:?}; {FORMS}"));
    }
    humantime::parse_duration(text).map_err(|error| format!("{error}; {FORMS}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_in_seconds_or_have_units() {
        for (text, millis) in [
            ("1", 1000),
            ("0.2", 200),
            ("200ms", 200),
            ("1m", 60_000),
            (".001", 1),
            ("1m 5s", 65_000),
            ("0", 0),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for (text, named) in
            [("-1", "invalid"), ("soon", "use seconds"), ("nan", "invalid"), ("", "use seconds")]
        {
            assert!(duration(text).unwrap_err().contains(named), "{text}");
        }
    }
}
