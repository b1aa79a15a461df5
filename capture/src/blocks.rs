//! The blocks of a pcapng file, as in draft-ietf-opsawg-pcapng.
//!
//! Numbers are in little-endian order. Every block and every option is padded to a multiple of four bytes.

use wirestamp_protocol::event::Timestamp;

/// The types of blocks (11.1).
const SECTION_HEADER: u32 = 0x0A0D_0D0A;
const INTERFACE_DESCRIPTION: u32 = 1;
const ENHANCED_PACKET: u32 = 6;

/// Written as a number, it tells the reader the order of the bytes (4.1).
const BYTE_ORDER_MAGIC: u32 = 0x1A2B_3C4D;

/// Of the section: it's as long as the file, whose end isn't known (4.1).
const UNKNOWN_LENGTH: u64 = u64::MAX;

/// `LINKTYPE_RAW`: each packet begins with its IPv4 or IPv6 header.
const LINK_TYPE_RAW: u16 = 101;

/// The options (3.5, 4.1, 4.2, 4.3). The meaning of the others depends on the block.
const END_OF_OPTIONS: u16 = 0;
const COMMENT: u16 = 1;
const SECTION_APPLICATION: u16 = 4;
const INTERFACE_NAME: u16 = 2;
const INTERFACE_TIME_RESOLUTION: u16 = 9;
const PACKET_FLAGS: u16 = 2;

/// Times are in units of 10⁻⁹ s.
const NANOSECONDS: u8 = 9;

/// Which way a packet went, seen from the server. The values are those of `epb_flags`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    In = 1,
    Out = 2,
}

/// Begins a section, with a comment on all that is in it and the name of the program that wrote it.
pub(crate) fn section(out: &mut Vec<u8>, comment: &str, application: &str) {
    block(out, SECTION_HEADER, |out| {
        out.extend(BYTE_ORDER_MAGIC.to_le_bytes());
        let version: [u16; 2] = [1, 0];
        out.extend(version.map(u16::to_le_bytes).as_flattened());
        out.extend(UNKNOWN_LENGTH.to_le_bytes());
        option(out, COMMENT, comment.as_bytes());
        option(out, SECTION_APPLICATION, application.as_bytes());
        option(out, END_OF_OPTIONS, &[]);
    });
}

/// Describes the section's only interface: IP packets of any length, with times in nanoseconds.
pub(crate) fn interface(out: &mut Vec<u8>, name: &str) {
    block(out, INTERFACE_DESCRIPTION, |out| {
        out.extend(LINK_TYPE_RAW.to_le_bytes());
        out.extend([0; 2]);
        // No limit on what is captured of a packet.
        out.extend(0_u32.to_le_bytes());
        option(out, INTERFACE_NAME, name.as_bytes());
        option(out, INTERFACE_TIME_RESOLUTION, &[NANOSECONDS]);
        option(out, END_OF_OPTIONS, &[]);
    });
}

/// Writes a packet of which only `captured` is known, of `len` bytes.
pub(crate) fn packet(
    out: &mut Vec<u8>,
    at: Timestamp,
    direction: Direction,
    captured: &[u8],
    len: u32,
    comments: impl IntoIterator<Item = impl AsRef<str>>,
) {
    block(out, ENHANCED_PACKET, |out| {
        // Enough until the year 2554.
        let nanos = u64::try_from(at.0.as_nanos()).unwrap_or(u64::MAX);
        let interface = 0;
        for number in [interface, (nanos >> 32) as u32, nanos as u32, captured.len() as u32, len] {
            out.extend(number.to_le_bytes());
        }
        padded(out, captured);
        for comment in comments {
            option(out, COMMENT, comment.as_ref().as_bytes());
        }
        option(out, PACKET_FLAGS, &(direction as u32).to_le_bytes());
        option(out, END_OF_OPTIONS, &[]);
    });
}

/// A block has its length in front and at its end, so that a file can be read backwards (3.1).
fn block(out: &mut Vec<u8>, kind: u32, body: impl FnOnce(&mut Vec<u8>)) {
    out.extend(kind.to_le_bytes());
    let length_at = out.len();
    out.extend([0; 4]);
    body(out);
    let length = ((out.len() - length_at + 8) as u32).to_le_bytes();
    out[length_at..length_at + 4].copy_from_slice(&length);
    out.extend(length);
}

/// Its value is at most 65,535 bytes long; the rest is left out.
fn option(out: &mut Vec<u8>, code: u16, value: &[u8]) {
    let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
    out.extend(code.to_le_bytes());
    out.extend(length.to_le_bytes());
    padded(out, &value[..usize::from(length)]);
}

fn padded(out: &mut Vec<u8>, bytes: &[u8]) {
    out.extend_from_slice(bytes);
    out.resize(out.len() + bytes.len().next_multiple_of(4) - bytes.len(), 0);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_packet_is_a_block_as_in_the_draft() {
        let mut out = Vec::new();
        let at = Timestamp(Duration::new(5, 7));
        packet(&mut out, at, Direction::In, b"abcde", 9, ["hi"]);
        let words = [
            [6, 0, 0, 0],
            [60, 0, 0, 0],
            [0, 0, 0, 0],
            // 5 × 10⁹ + 7 ns, the upper half first.
            [1, 0, 0, 0],
            (5_000_000_007_u64 as u32).to_le_bytes(),
            [5, 0, 0, 0],
            [9, 0, 0, 0],
            *b"abcd",
            *b"e\0\0\0",
            [1, 0, 2, 0],
            *b"hi\0\0",
            [2, 0, 4, 0],
            [1, 0, 0, 0],
            [0, 0, 0, 0],
            [60, 0, 0, 0],
        ];
        assert_eq!(out, words.as_flattened());
    }
}
