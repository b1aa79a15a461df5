use super::*;

const SECOND: i64 = 1_000_000_000;

fn read(text: &str) -> Option<(i64, i64)> {
    StampTime::parse(text.as_bytes()).map(|time| (time.nanos, time.digit))
}

#[test]
fn stamps_with_a_fraction_are_read() {
    let second = 1_795_370_820 * SECOND;
    for (text, nanos, digit) in [
        ("2026-11-22T18:07:00.123456789Z", second + 123_456_789, 1),
        ("2026-11-22T19:07:00.123456789+01:00", second + 123_456_789, 1),
        ("2026-11-22T13:37:00.123-04:30", second + 123_000_000, 1_000_000),
        ("2026-11-22T18:07:00.250000000+00:00", second + 250_000_000, 1),
        ("1795370820.123456789", second + 123_456_789, 1),
        ("1795370820.5", second + 500_000_000, 100_000_000),
        ("0.0", 0, 100_000_000),
        ("9223372035.999999999", 9_223_372_035_999_999_999, 1),
    ] {
        assert_eq!(read(text), Some((nanos, digit)), "{text}");
    }
}

#[test]
fn dates_are_right_at_the_edges_of_the_calendar() {
    for (text, seconds) in [
        ("1970-01-01T00:00:00.0Z", 0),
        ("1969-12-31T23:59:59.0Z", -1),
        ("2000-02-29T00:00:00.0Z", 951_782_400),
        ("2000-03-01T00:00:00.0Z", 951_868_800),
        ("2024-12-31T23:59:59.0Z", 1_735_689_599),
        ("2100-03-01T00:00:00.0Z", 4_107_542_400),
        ("2261-12-31T23:59:59.0-23:59", 9_214_732_739),
        ("1678-01-01T00:00:00.0+23:59", -9_214_646_340),
    ] {
        assert_eq!(read(text).map(|(nanos, _)| nanos), Some(seconds * SECOND), "{text}");
    }
}

#[test]
fn whatever_the_named_formats_write_is_read_back() {
    for format in ["rfc3339", "unix"] {
        let mut stamper = crate::Stamper::new(format.parse().unwrap());
        for (seconds, nanos) in [(0, 0), (951_782_400, 1), (1_795_370_820, 999_999_999)] {
            let offset = chrono::FixedOffset::east_opt(-34_200).unwrap();
            let at = crate::Moment::new(std::time::Duration::new(seconds, nanos), offset);
            let (stamp, _) = crate::split_stamp(stamper.prefix(at)).unwrap();
            let nanos = seconds as i64 * SECOND + i64::from(nanos);
            assert_eq!(StampTime::parse(stamp), Some(StampTime { nanos, digit: 1 }));
        }
    }
}

#[test]
fn other_stamps_and_hostile_ones_are_not_read() {
    for text in [
        "",
        ".",
        ".5",
        "5.",
        "1.2.3",
        "-1.5",
        "1e9.5",
        "1795370820",
        "1795370820.",
        "1795370820.1234567890",
        "9223372036.5",
        "1795370820.5Z",
        "Sun Nov 22 18:07:00 2026",
        "18:07:00.123",
        "2026-11-22T18:07:00Z",
        "2026-11-22T18:07:00.Z",
        "2026-11-22T18:07:00.1",
        "2026-11-22T18:07:00.1z",
        "2026-11-22 18:07:00.1Z",
        "2026-13-22T18:07:00.1Z",
        "2026-00-22T18:07:00.1Z",
        "2026-02-29T18:07:00.1Z",
        "2026-02-00T18:07:00.1Z",
        "2100-02-29T18:07:00.1Z",
        "2026-04-31T18:07:00.1Z",
        "2026-11-22T24:07:00.1Z",
        "2026-11-22T18:60:00.1Z",
        "2026-11-22T18:07:60.1Z",
        "2026-11-22T18:07:00.1+24:00",
        "2026-11-22T18:07:00.1+01:60",
        "2026-11-22T18:07:00.1+0100",
        "2026-11-22T18:07:00.1+01:00 ",
        "1677-12-31T23:59:59.9Z",
        "2262-01-01T00:00:00.0Z",
        "+026-11-22T18:07:00.1Z",
        "2026-11-22T18:07:00.\u{661}Z",
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(StampTime::parse(b"\xff\xff.1"), None);
    assert_eq!(StampTime::parse(&[b'9'; 100_000]), None);
    assert_eq!(StampTime::parse(&[b"1.".as_slice(), &[b'9'; 100_000]].concat()), None);
}
