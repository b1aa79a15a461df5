//! The fields of a line of the log for people.

use std::error::Error;
use std::fmt::{self, Debug};
use std::time::Duration;

use tracing::field::{Field, Visit};
use tracing_subscriber::field::{RecordFields, VisitOutput};
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::{DefaultVisitor, Writer};

/// Shows numbers with a fraction, which are durations in seconds, with a unit: `lasted=51.9ms`. The log for programs
/// has the number.
pub(super) struct ReadableFields;

impl<'line> FormatFields<'line> for ReadableFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'line>, fields: R) -> fmt::Result {
        let mut visitor = ReadableVisitor(DefaultVisitor::new(writer, true));
        fields.record(&mut visitor);
        visitor.0.finish()
    }
}

struct ReadableVisitor<'line>(DefaultVisitor<'line>);

impl Visit for ReadableVisitor<'_> {
    fn record_f64(&mut self, field: &Field, seconds: f64) {
        self.0.record_debug(field, &format_args!("{}", duration(seconds)));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.record_str(field, value);
    }

    fn record_error(&mut self, field: &Field, error: &(dyn Error + 'static)) {
        self.0.record_error(field, error);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.record_debug(field, value);
    }
}

/// Three digits and a unit below a minute, then whole seconds.
fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds {
        ..0.000_999_5 => (seconds * 1e6, "µs"),
        ..0.999_5 => (seconds * 1e3, "ms"),
        ..59.95 => (seconds, "s"),
        _ => {
            let whole = Duration::from_secs(seconds.round() as u64);
            return humantime::format_duration(whole).to_string().replace(' ', "");
        }
    };
    let decimals = match value {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}{unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_and_a_unit() {
        for (seconds, shown) in [
            (0.0, "0.00µs"),
            (0.000_012_34, "12.3µs"),
            (0.000_999_9, "1.00ms"),
            (0.051_894_636, "51.9ms"),
            (0.123_456, "123ms"),
            (0.999_9, "1.00s"),
            (9.999, "10.0s"),
            (42.0, "42.0s"),
            (59.96, "1m"),
            (125.4, "2m5s"),
            (93_784.0, "1day2h3m4s"),
        ] {
            assert_eq!(duration(seconds), shown, "{seconds}");
        }
    }
}
