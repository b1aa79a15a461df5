//! TLS: a ClientHello (RFC 8446, 4.1.2) in a record (5.1), and the server name in it (RFC 6066, 3).

use super::Match;
use crate::verdict::units::Kept;

/// A record's type, version and length, as in `16 03 01 02 00`.
const RECORD_HEAD: usize = 5;
/// The type, length, version and random bytes of a ClientHello.
const HELLO_HEAD: usize = 4 + 2 + 32;
/// The type of `server_name` among the extensions.
const SERVER_NAME: u16 = 0;

pub(super) fn recognize(head: &[u8]) -> Match {
    let is_likely = head.iter().zip(0..=RECORD_HEAD).all(|(&byte, at)| match at {
        0 => byte == 0x16,
        1 => byte == 3,
        2 => byte <= 4,
        3 => byte <= 0x40,
        // Too short a record is found below, where the whole length is known.
        4 => true,
        _ => byte == 1,
    });
    match head {
        _ if !is_likely => Match::No,
        [_, _, _, high, low, ..] if !(40..=16_384).contains(&u16::from_be_bytes([*high, *low])) => Match::No,
        _ if head.len() > RECORD_HEAD => Match::Yes,
        _ => Match::Maybe,
    }
}

/// The number that is read next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    SessionIdLen,
    CiphersLen,
    CompressionsLen,
    ExtensionsLen,
    ExtensionType,
    ExtensionLen,
    ServerNameExtensionLen,
    NameLen,
    /// None: the name itself is read.
    Name,
    /// None: the rest is of no interest.
    Done,
}

/// Reads a ClientHello for its server name. Everything else is skipped.
#[derive(Debug)]
pub(super) struct Hello {
    /// The bytes of the record that haven't come yet.
    left: usize,
    /// The bytes to skip before the next number, or the rest of the name.
    skip: usize,
    next: Next,
    /// The first byte of a number, until its second comes.
    high: Option<u8>,
    name: Kept,
    has_name: bool,
}

impl Hello {
    /// Takes the first bytes, which [`recognize`] has accepted.
    pub(super) fn new(head: &[u8]) -> Self {
        let len = head.get(3..5).map_or(0, |len| usize::from(u16::from_be_bytes([len[0], len[1]])));
        let mut hello = Self {
            left: RECORD_HEAD + len,
            skip: RECORD_HEAD + HELLO_HEAD,
            next: Next::SessionIdLen,
            high: None,
            name: Kept::EMPTY,
            has_name: false,
        };
        hello.read(head);
        hello
    }

    pub(super) fn server_name(&self) -> Option<&Kept> {
        self.has_name.then_some(&self.name)
    }

    /// The rest won't come.
    pub(super) fn finish(&mut self) {
        self.next = Next::Done;
    }

    pub(super) fn read(&mut self, bytes: &[u8]) {
        let mut rest = &bytes[..bytes.len().min(self.left)];
        self.left -= rest.len();
        while self.next != Next::Done && !rest.is_empty() {
            if self.skip > 0 {
                let (skipped, others) = rest.split_at(rest.len().min(self.skip));
                self.skip -= skipped.len();
                rest = others;
                if self.next == Next::Name {
                    self.name.push(skipped);
                    if self.skip == 0 {
                        self.has_name = true;
                        self.next = Next::Done;
                    }
                }
                continue;
            }
            let byte = rest[0];
            rest = &rest[1..];
            let is_short = matches!(self.next, Next::SessionIdLen | Next::CompressionsLen);
            match self.high.take() {
                None if !is_short => self.high = Some(byte),
                high => self.advance(u16::from_be_bytes([high.unwrap_or(0), byte])),
            }
        }
    }

    /// Takes the number that was next.
    fn advance(&mut self, number: u16) {
        let number_of_bytes = usize::from(number);
        (self.skip, self.next) = match self.next {
            Next::SessionIdLen => (number_of_bytes, Next::CiphersLen),
            Next::CiphersLen => (number_of_bytes, Next::CompressionsLen),
            Next::CompressionsLen => (number_of_bytes, Next::ExtensionsLen),
            Next::ExtensionsLen => (0, Next::ExtensionType),
            Next::ExtensionType if number == SERVER_NAME => (0, Next::ServerNameExtensionLen),
            Next::ExtensionType => (0, Next::ExtensionLen),
            Next::ExtensionLen => (number_of_bytes, Next::ExtensionType),
            // The length of the list, and the type of its first name.
            Next::ServerNameExtensionLen => (3, Next::NameLen),
            Next::NameLen if number > 0 => (number_of_bytes, Next::Name),
            Next::NameLen | Next::Name | Next::Done => (0, Next::Done),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A ClientHello with two extensions before the server name.
    fn client_hello(name: &str) -> Vec<u8> {
        let prefixed = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat();
        let name = prefixed(&[&[0], &prefixed(name.as_bytes())[..]].concat());
        let extensions =
            [&[0, 0x17, 0, 0, 0xff, 1, 0, 1, 0][..], &[0, 0], &prefixed(&name), &[0, 0x0b, 0, 2, 1, 0]]
                .concat();
        let hello = [
            &[3, 3][..],
            &[0xaa; 32],
            &[32],
            &[0xbb; 32],
            &prefixed(&[0x13, 1, 0x13, 2]),
            &[1, 0],
            &prefixed(&extensions),
        ]
        .concat();
        let handshake = [&[1, 0][..], &prefixed(&hello)].concat();
        [&[0x16, 3, 1][..], &prefixed(&handshake)].concat()
    }

    #[test]
    fn the_server_name_is_found_in_any_chunks() {
        let bytes = client_hello("sensor.example");
        for chunk in 1..bytes.len() {
            let mut hello = Hello::new(&bytes[..6]);
            bytes[6..].chunks(chunk).for_each(|bytes| hello.read(bytes));
            assert_eq!(hello.server_name().map(Kept::bytes), Some(&b"sensor.example"[..]), "{chunk}");
        }
    }

    #[test]
    fn a_name_of_which_only_a_part_has_come_is_not_told() {
        let bytes = client_hello("sensor.example");
        let at = bytes.windows(6).position(|window| window == b"sensor").unwrap();
        assert!(Hello::new(&bytes[..at + 13]).server_name().is_none());
        assert!(Hello::new(&bytes[..at + 14]).server_name().is_some());
    }

    #[test]
    fn bytes_behind_the_record_are_not_taken_for_extensions() {
        let mut bytes = client_hello("");
        bytes.extend(client_hello("elsewhere.example"));
        assert!(Hello::new(&bytes).server_name().is_none());
    }

    #[test]
    fn a_client_hello_is_known_by_its_first_six_bytes() {
        for (bytes, expected) in [
            (&[0x16, 3, 1, 2, 0, 1][..], Match::Yes),
            (&[0x16, 3, 4, 0, 40, 1], Match::Yes),
            (&[0x16, 3, 3, 0x40, 0, 1], Match::Yes),
            (&[0x16, 3, 1, 2, 0], Match::Maybe),
            (&[0x16], Match::Maybe),
            // Too short, too long, another version, another record, another handshake message.
            (&[0x16, 3, 1, 0, 39], Match::No),
            (&[0x16, 3, 1, 0x40, 1], Match::No),
            (&[0x16, 3, 5], Match::No),
            (&[0x16, 0xfe, 0xfd], Match::No),
            (&[0x15, 3, 1, 0, 2, 2], Match::No),
            (&[0x16, 3, 1, 2, 0, 2], Match::No),
        ] {
            assert_eq!(recognize(bytes), expected, "{bytes:?}");
        }
    }
}
