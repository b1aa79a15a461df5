//! MQTT: a CONNECT packet, by its type and the name and level of its protocol (MQTT 3.1.1 and 5.0, 3.1).

use super::Match;

pub(super) fn recognize(head: &[u8]) -> Match {
    match head {
        [] => Match::Maybe,
        [0x10, rest @ ..] => after_remaining_length(rest),
        _ => Match::No,
    }
}

/// Skips the number of the bytes that follow: one to four bytes, of which all but the last have the highest bit.
fn after_remaining_length(rest: &[u8]) -> Match {
    match rest.iter().position(|byte| byte & 0x80 == 0) {
        Some(last) if last < 4 => name_and_level(&rest[last + 1..]),
        None if rest.len() < 4 => Match::Maybe,
        _ => Match::No,
    }
}

fn name_and_level(rest: &[u8]) -> Match {
    let levels: [&[u8]; 3] = [b"\0\x06MQIsdp\x03", b"\0\x04MQTT\x04", b"\0\x04MQTT\x05"];
    levels.iter().map(|level| Match::prefix(rest, level)).fold(Match::No, Match::or)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connect_of_each_version_is_known() {
        for bytes in [
            &b"\x10\x12\0\x04MQTT\x04\x02\0\x3c\0\x06sensor"[..],
            b"\x10\x13\0\x04MQTT\x05\x02\0\x3c\0\0\x06sensor",
            b"\x10\x14\0\x06MQIsdp\x03\x02\0\x3c\0\x06sensor",
            b"\x10\xac\x02\0\x04MQTT\x04",
        ] {
            assert_eq!(recognize(bytes), Match::Yes, "{bytes:?}");
            for len in 0..8 {
                assert_eq!(recognize(&bytes[..len]), Match::Maybe, "{bytes:?} up to {len}");
            }
        }
    }

    #[test]
    fn other_packets_names_and_levels_are_not() {
        for bytes in [
            &b"\x20\x02\0\0"[..],
            b"\x10\x12\0\x04MQTX\x04",
            b"\x10\x12\0\x04MQTT\x07",
            b"\x10\x12\0\x05MQTT\x04",
            b"\x10\xff\xff\xff\xff\x01\0\x04MQTT\x04",
            b"\x10\x12MQTT",
            b"MQTT",
        ] {
            assert_eq!(recognize(bytes), Match::No, "{bytes:?}");
        }
    }
}
