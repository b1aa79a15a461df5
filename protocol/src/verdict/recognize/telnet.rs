//! Telnet: the commands with which a client begins (RFC 854, RFC 855).

use super::Match;

/// "Interpret as command": the byte in front of each.
const IAC: u8 = 0xff;

/// Accepts two commands in a row. One alone, three bytes, could be anything.
pub(super) fn recognize(head: &[u8]) -> Match {
    match after_command(head) {
        Ok(rest) => after_command(rest).map_or_else(|found| found, |_| Match::Yes),
        Err(found) => found,
    }
}

/// Returns what follows a command, or what the bytes are without a whole one.
fn after_command(bytes: &[u8]) -> Result<&[u8], Match> {
    match bytes {
        // WILL, WONT, DO and DONT have an option, of which about fifty are registered.
        [IAC, 0xfb..=0xfe, 0..=49, rest @ ..] => Ok(rest),
        // From "no operation" to "go ahead". Ctrl+C is sent as "interrupt process" with DO TIMING-MARK.
        [IAC, 0xf1..=0xf9, rest @ ..] => Ok(rest),
        [] | [IAC] | [IAC, 0xfb..=0xfe] => Err(Match::Maybe),
        _ => Err(Match::No),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negotiation_is_known_by_two_commands() {
        // As PuTTY begins, and as Ctrl+C is sent.
        let putty = b"\xff\xfb\x1f\xff\xfb\x20\xff\xfb\x18\xff\xfb\x27\xff\xfd\x01\xff\xfb\x03\xff\xfd\x03";
        assert_eq!(recognize(putty), Match::Yes);
        assert_eq!(recognize(b"\xff\xf4\xff\xfd\x06"), Match::Yes);
        for len in 0..6 {
            assert_eq!(recognize(&putty[..len]), Match::Maybe, "{len}");
        }
    }

    #[test]
    fn other_bytes_above_ascii_are_not() {
        for bytes in [&b"\xff\xfb\x80"[..], b"\xff\xfb\x1fhello", b"\xff\xff", b"\xff\xfeh\0", b"hello"] {
            assert_eq!(recognize(bytes), Match::No, "{bytes:?}");
        }
    }
}
