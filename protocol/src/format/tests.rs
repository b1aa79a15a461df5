use super::*;

pub(super) fn show(format: &str, nanos: u32) -> String {
    let at = FixedOffset::east_opt(3600).unwrap().timestamp_opt(1_795_370_820, nanos).unwrap();
    let mut shown = String::new();
    format.parse::<Format>().unwrap().write(at, &mut shown);
    shown
}

#[test]
fn the_named_formats_show_what_their_names_say() {
    assert_eq!(Format::default(), "ctime".parse().unwrap());
    assert_eq!(show("ctime", 5), "Sun Nov 22 19:07:00 2026");
    assert_eq!(show("rfc3339", 5), "2026-11-22T19:07:00.000000005+01:00");
    assert_eq!(show("unix", 120_000_000), "1795370820.120000000");
}

#[test]
fn any_strftime_pattern_is_a_format() {
    assert_eq!(show("%H:%M:%S%.3f", 120_000_000), "19:07:00.120");
    assert_eq!(show("at %H o'clock", 0), "at 19 o'clock");
}

#[test]
fn an_invalid_format_is_refused_with_the_valid_ones() {
    for (format, reason) in [
        ("", "it shows no part of the time"),
        ("rfc3393", "it shows no part of the time"),
        ("%Q", "unknown conversion"),
        ("%H%", "unknown conversion"),
        ("%H%n", "stamps can't contain control characters"),
        ("%H]", "stamps can't contain control characters or ']'"),
        (&"%A".repeat(40), "its stamps would be longer than 128 bytes"),
        (&"%-m".repeat(65), "its stamps would be longer than 128 bytes"),
        ("%.f", "it shows no part of the time"),
    ] {
        let error = format.parse::<Format>().unwrap_err();
        assert!(error.starts_with(reason), "{format}: {error}");
        assert!(error.ends_with(Format::FORMS), "{error}");
    }
}

#[test]
fn a_format_knows_whether_it_shows_fractions_of_a_second() {
    for (format, whole) in [("ctime", true), ("rfc3339", false), ("unix", false), ("%s", true), ("%f", false)]
    {
        assert_eq!(format.parse::<Format>().unwrap().has_whole_seconds(), whole, "{format}");
    }
}
