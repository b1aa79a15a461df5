use super::*;

use std::io;

use proptest::collection::vec;
use proptest::prelude::*;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::error::Error;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketContext};

use crate::fuzzing::Wire;

/// What a reader made of a client's bytes.
#[derive(Debug, PartialEq)]
struct Heard {
    /// The payload of all messages.
    payload: Vec<u8>,
    /// Whether each complete message was text.
    messages: Vec<bool>,
    pings: Vec<Vec<u8>>,
    end: Option<End>,
}

#[derive(Debug, PartialEq)]
enum End {
    Closed(Option<(u16, String)>),
    AtFault(u16),
}

/// Reads pieces of a client's bytes as they come.
fn heard(pieces: &[&[u8]]) -> Heard {
    let mut reader = FrameReader::default();
    let mut heard = Heard { payload: Vec::new(), messages: Vec::new(), pings: Vec::new(), end: None };
    for mut bytes in pieces.iter().copied() {
        loop {
            match reader.read(&mut bytes, &mut heard.payload) {
                Ok(Event::NeedsMore) => break,
                Ok(Event::Frame { .. }) => {}
                Ok(Event::Message { is_text }) => heard.messages.push(is_text),
                Ok(Event::Ping(payload)) => heard.pings.push(payload),
                Ok(Event::Close(close)) => {
                    let told = close.map(|Close { code, reason }| (code.into(), reason));
                    heard.end = Some(End::Closed(told));
                    return heard;
                }
                Err(close) => {
                    heard.end = Some(End::AtFault(close.code.into()));
                    return heard;
                }
            }
        }
        assert!(bytes.is_empty());
    }
    heard
}

/// Reads a client's bytes with tungstenite, which waits for whole messages.
fn heard_by_tungstenite(bytes: &[u8]) -> Heard {
    let mut context = WebSocketContext::new(Role::Server, None);
    let mut heard = Heard { payload: Vec::new(), messages: Vec::new(), pings: Vec::new(), end: None };
    let mut wire = Wire(bytes);
    loop {
        match context.read(&mut wire) {
            Ok(tungstenite::Message::Text(text)) => {
                heard.payload.extend(text.as_bytes());
                heard.messages.push(true);
            }
            Ok(tungstenite::Message::Binary(payload)) => {
                heard.payload.extend(payload);
                heard.messages.push(false);
            }
            Ok(tungstenite::Message::Ping(payload)) => heard.pings.push(payload.to_vec()),
            Ok(tungstenite::Message::Close(frame)) => {
                let told = frame.map(|frame| (u16::from(frame.code), frame.reason.to_string()));
                // This is how it tells that the client's code was invalid.
                let at_fault =
                    told.as_ref().is_some_and(|(code, why)| *code == 1002 && why == "Protocol violation");
                heard.end = Some(if at_fault { End::AtFault(1002) } else { End::Closed(told) });
                return heard;
            }
            Ok(_) => {}
            Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => return heard,
            Err(error) => {
                heard.end = Some(End::AtFault(if matches!(error, Error::Utf8(_)) { 1007 } else { 1002 }));
                return heard;
            }
        }
    }
}

/// A frame with these first seven bits and opcode, whose length is written in the shortest way.
fn frame(first: u8, masked: bool, mask: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let flag = if masked { 0x80 } else { 0 };
    let mut bytes = match payload.len() {
        len @ 0..=125 => vec![first, flag | len as u8],
        len @ 126..=0xffff => [&[first, flag | 126][..], &(len as u16).to_be_bytes()].concat(),
        len => [&[first, flag | 127][..], &(len as u64).to_be_bytes()].concat(),
    };
    if masked {
        bytes.extend(mask);
    }
    let mask = if masked { mask } else { [0; 4] };
    bytes.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    bytes
}

fn payloads() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        8 => "\\PC{0,40}".prop_map(String::into_bytes),
        2 => vec(any::<u8>(), 0..40),
        2 => (120..130_usize).prop_map(|len| vec![b'x'; len]),
        1 => (65_530..65_540_usize).prop_map(|len| vec![b'y'; len]),
        1 => Just("é".repeat(30_000).into_bytes()),
    ]
}

/// Payloads of Close frames that have at most one fault. Tungstenite doesn't know the code 1014.
fn closes() -> impl Strategy<Value = Vec<u8>> {
    let codes = prop_oneof![990..1014_u16, 1015..1020_u16, 1015..=u16::MAX];
    prop_oneof![
        codes.prop_map(|code| [&code.to_be_bytes()[..], b"a reason"].concat()),
        payloads().prop_map(|reason| [&[3, 232], &reason[..reason.len().min(123)]].concat()),
        vec(any::<u8>(), 0..2),
    ]
}

/// A client's frames. Most are valid where they are.
fn frames() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let first =
        prop_oneof![Just(0x00), Just(0x80)].prop_flat_map(|fin| (1..=2_u8).prop_map(move |op| fin | op));
    let frame_of = prop_oneof![
        30 => (first, payloads(), Just(true)),
        8 => (prop_oneof![Just(0x89), Just(0x8a)], vec(any::<u8>(), 0..=125), Just(false)),
        1 => (Just(0x88), closes(), Just(false)),
        1 => ((0..=u8::MAX).prop_filter("not a Close", |first| first & 0x0f != CLOSE), payloads(), Just(false)),
    ];
    let masked = prop::bool::weighted(0.98);
    vec((frame_of, masked, any::<[u8; 4]>()), 0..12).prop_map(|frames| {
        let mut continues = false;
        let build = |((mut first, payload, is_data), masked, mask): ((u8, Vec<u8>, bool), bool, [u8; 4])| {
            if is_data {
                if continues {
                    first &= 0x80;
                }
                continues = first & 0x80 == 0;
            }
            frame(first, masked, mask, &payload)
        };
        frames.into_iter().map(build).collect()
    })
}

proptest! {
    #[test]
    fn frames_in_pieces_are_read_as_tungstenite_reads_them_whole(
        frames in frames(),
        sizes in vec(prop_oneof![1..4_usize, 1..20_000_usize], 1..20),
    ) {
        let bytes = frames.concat();
        let whole = heard(&[&bytes]);

        let (mut rest, mut pieces) = (&bytes[..], Vec::new());
        for size in sizes.iter().cycle() {
            let (piece, behind) = rest.split_at((*size).min(rest.len()));
            pieces.push(piece);
            rest = behind;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert_eq!(&heard(&pieces), &whole);

        let expected = heard_by_tungstenite(&bytes);
        // Of a message that isn't complete, tungstenite tells nothing.
        prop_assert!(whole.payload.starts_with(&expected.payload));
        let unlike_tungstenite = whole.end == Some(End::AtFault(1007)) && expected.end.is_none();
        prop_assert!(whole.end == expected.end || unlike_tungstenite, "{:?}, not {:?}", whole.end, expected.end);
        prop_assert_eq!(whole.messages, expected.messages);
        prop_assert_eq!(whole.pings, expected.pings);
    }

    #[test]
    fn random_bytes_are_read_alike_in_any_pieces(bytes in vec(any::<u8>(), 0..200), size in 1..10_usize) {
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        prop_assert_eq!(heard(&pieces), heard(&[&bytes]));
    }
}

#[test]
fn every_violation_is_found_at_the_byte_where_it_is() {
    for (wrong, begun) in [
        // Reserved bits and opcodes.
        (&[0xc1][..], false),
        (&[0xa1], false),
        (&[0x91], false),
        (&[0x83], false),
        (&[0x8b], false),
        // Nothing to continue, and a message within another.
        (&[0x80], false),
        (&[0x81], true),
        // Control frames that are fragmented or too long.
        (&[0x08], false),
        (&[0x09], true),
        (&[0x89, 0xfe], false),
        // No mask.
        (&[0x81, 0x05], false),
        // Lengths that could be shorter, or have their first bit set.
        (&[0x82, 0xfe, 0, 125], false),
        (&[0x82, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff], false),
        (&[0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0], false),
    ] {
        let begin = if begun { frame(0x01, true, [1; 4], b"begun") } else { Vec::new() };
        let valid = [&begin, &wrong[..wrong.len() - 1]].concat();
        assert_eq!(heard(&[&valid]).end, None, "{wrong:x?}");
        assert_eq!(heard(&[&begin, wrong]).end, Some(End::AtFault(1002)), "{wrong:x?}");
    }
}

#[test]
fn text_ends_with_a_whole_character() {
    for last in [&b"\xc3"[..], b"\xe2\x82", b"\xf0\x9f\x98"] {
        let bytes = frame(0x81, true, [1, 2, 3, 4], &[b"text ", last].concat());
        let heard = heard(&[&bytes]);
        assert_eq!((&heard.payload[..], heard.end), (&b"text "[..], Some(End::AtFault(1007))));
    }
}

#[test]
fn a_quiet_reader_is_small() {
    assert!(size_of::<FrameReader>() <= 128, "{} bytes", size_of::<FrameReader>());
}
