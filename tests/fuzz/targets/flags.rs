//! Any text as an argument of the command line or as part of a URL. What is accepted is valid, and printing
//! it and reading it back gives the same value.

#![no_main]

use std::num::NonZeroUsize;
use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, TimeZone};
use libfuzzer_sys::fuzz_target;
use wirestamp_client::Target;
use wirestamp_protocol::{Format, MAX_STAMP, Stamper, split_stamp};
use wirestamp_server::args::value::{Gap, MaxMessage, OrOff};
use wirestamp_server::fuzzing;
use wirestamp_server::listen::address::Address;
use wirestamp_server::listen::profile::Binding;

/// Times in each month and on each weekday, with hours, days and offsets of one and two digits, east and west
/// of UTC.
fn times() -> impl Iterator<Item = DateTime<FixedOffset>> {
    (0..13).filter_map(|n: i32| {
        let zone = FixedOffset::east_opt((n - 6) * 7 * 900)?;
        zone.timestamp_opt(1_767_225_600 + i64::from(n) * 2_520_000, n as u32 * 76_923_077).single()
    })
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(address) = text.parse::<Address>() {
        assert!(!address.host.is_empty());
        assert_eq!(address.to_string().parse(), Ok(address));
    }
    if let Ok(Binding { at, .. }) = text.parse::<Binding<Address>>() {
        // A port alone is one of localhost.
        assert!(text.starts_with(&at.host) || text.starts_with('[') || at.host == "localhost");
    }
    if let Ok(Binding { at, .. }) = text.parse::<Binding<PathBuf>>() {
        let path = at.to_str().expect("it was text");
        assert_eq!(Some(path), text.split('?').next());
    }
    if let Ok(OrOff::On(Gap(gap))) = text.parse() {
        assert!(!gap.is_zero());
    }
    if let Ok(max) = text.parse::<MaxMessage>() {
        assert!(NonZeroUsize::from(max).get() <= 16 << 20);
    }
    if let Ok(format) = text.parse::<Format>() {
        assert_eq!(format.to_string(), text);
        let mut stamper = Stamper::new(format);
        for time in times() {
            let prefix = stamper.prefix(time);
            let (stamp, rest) = split_stamp(prefix).expect("brackets");
            assert_eq!(rest, b"", "the stamp has a bracket inside");
            assert!(stamp.len() <= MAX_STAMP, "{} bytes: {text:?} at {time}", stamp.len());
            let stamp = std::str::from_utf8(stamp).expect("text");
            assert!(!stamp.contains(char::is_control), "{stamp:?}");
        }
    }
    if let Ok(target) = text.parse::<Target>() {
        assert_eq!(target.to_string().parse(), Ok(target));
    }
    if let Err(why) = fuzzing::format_of_query(text) {
        assert!(!why.is_empty());
    }
});
