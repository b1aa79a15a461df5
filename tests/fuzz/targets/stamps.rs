//! The guard of UDP against loops. Whatever the format and the time, it recognizes a message with such a
//! stamp, also after the stamp of another service.

#![no_main]

use chrono::{DateTime, FixedOffset, TimeZone};
use libfuzzer_sys::fuzz_target;
use wirestamp_protocol::{Format, Recognizer, Stamper, split_stamp};

/// Reads eight bytes as a time in this century or the next.
fn time(bytes: [u8; 8]) -> Option<DateTime<FixedOffset>> {
    let [a, b, c, d, e, f, g, quarter] = bytes;
    let seconds = i64::from(u32::from_le_bytes([a, b, c, d]));
    let nanos = u32::from_le_bytes([e, f, g, 0]) * 59;
    let offset = (i32::from(quarter % 113) - 56) * 900;
    FixedOffset::east_opt(offset)?.timestamp_opt(seconds, nanos).single()
}

fuzz_target!(|data: &[u8]| {
    // First, any bytes at all.
    if let Some((stamp, message)) = split_stamp(data) {
        assert_eq!([&b"["[..], stamp, b"] ", message].concat(), data);
    }
    Recognizer::new(Format::default()).is_stamped(data);

    let Some((bytes, rest)) = data.split_first_chunk::<8>() else { return };
    let Some(time) = time(*bytes) else { return };
    let (pattern, message) = rest.split_at(rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len()));
    let Ok(Ok(format)) = std::str::from_utf8(pattern).map(str::parse::<Format>) else { return };
    let recognizer = Recognizer::new(format.clone());
    recognizer.is_stamped(message);
    let reply = [Stamper::new(format).prefix(time), message].concat();
    assert!(recognizer.is_stamped(&reply), "{:?}", String::from_utf8_lossy(&reply));
    let answered = [b"[another's] ", &reply[..]].concat();
    assert!(recognizer.is_stamped(&answered), "{:?}", String::from_utf8_lossy(&answered));
});
