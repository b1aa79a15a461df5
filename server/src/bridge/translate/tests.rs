use super::*;

use crate::bridge::frames::CloseCode;
use crate::fuzzing::frame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketContext};

fn text(payload: &str) -> Vec<u8> {
    text_of(payload.as_bytes())
}

fn text_of(payload: &[u8]) -> Vec<u8> {
    frame(OpCode::Data(Data::Text), payload, true)
}

fn binary(payload: &[u8]) -> Vec<u8> {
    frame(OpCode::Data(Data::Binary), payload, true)
}

fn lines() -> Translator {
    Translator::new(Mode::Lines, 100)
}

/// Takes the frames that wait for the client: the first byte and the payload of each.
fn sent_to_client(talk: &mut Translator) -> Vec<(u8, Vec<u8>)> {
    let bytes = std::mem::take(talk.to_client.bytes());
    let (mut rest, mut frames) = (&bytes[..], Vec::new());
    while let [opcode, len @ 0..=125, ..] = *rest {
        let (payload, behind) = rest[2..].split_at(usize::from(len));
        frames.push((opcode, payload.to_vec()));
        rest = behind;
    }
    assert_eq!(rest, b"", "every frame is small");
    frames
}

/// The first byte of a frame that is a whole message: the final bit and the opcode.
const TEXT: u8 = 0x81;
const BINARY: u8 = 0x82;
const CLOSE: u8 = 0x88;
const PONG: u8 = 0x8a;

#[test]
fn a_message_is_sent_as_a_line() {
    let mut talk = lines();
    for (sent, line) in [
        (text("hello"), &b"hello\n"[..]),
        (text("hello\n"), b"hello\n"),
        (text(""), b"\n"),
        (text("a\nb"), b"a\nb\n"),
        (text("a\r\n"), b"a\r\n"),
        (binary(b"\0\xff"), b"\0\xff\n"),
    ] {
        assert_eq!(talk.client_sent(&sent), None);
        assert_eq!(std::mem::take(talk.to_service.bytes()), line);
    }
}

#[test]
fn each_line_comes_back_as_a_message_without_its_line_feed() {
    let mut talk = lines();
    talk.service_sent(b"[stamp] a\n[stamp] \n[sta");
    talk.service_sent(b"mp] b");
    talk.service_sent(b"\r\n");
    let frames = sent_to_client(&mut talk);
    assert_eq!(
        frames,
        [(TEXT, b"[stamp] a".to_vec()), (TEXT, b"[stamp] ".to_vec()), (TEXT, b"[stamp] b\r".to_vec())]
    );
}

/// Takes the frames that wait for the client: the first byte of each.
fn kinds_sent_to_client(talk: &mut Translator) -> Vec<u8> {
    sent_to_client(talk).iter().map(|(kind, _)| *kind).collect()
}

#[test]
fn each_reply_has_the_type_of_the_message_it_answers() {
    let mut talk = lines();
    let sent = [text("a"), binary(b"b\n"), text("c\nd"), binary(b""), text("e"), text("f")];
    assert_eq!(talk.client_sent(&sent.concat()), None);
    assert_eq!(std::mem::take(talk.to_service.bytes()), b"a\nb\nc\nd\n\ne\nf\n");
    talk.service_sent(b"[] a\n[] b\n[] c\n[");
    talk.service_sent(b"] d\n[] \n[] e\n[] f\n");
    assert_eq!(kinds_sent_to_client(&mut talk), [TEXT, BINARY, TEXT, TEXT, BINARY, TEXT, TEXT]);
}

#[test]
fn a_reply_that_is_not_valid_utf8_is_binary() {
    let mut talk = lines();
    talk.client_sent(&text("é\nx"));
    talk.service_sent("é\n".as_bytes());
    talk.service_sent(b"\xff\n");
    assert_eq!(kinds_sent_to_client(&mut talk), [TEXT, BINARY]);
}

#[test]
fn a_line_that_nobody_asked_for_has_the_last_messages_type() {
    let mut talk = lines();
    talk.service_sent(b"welcome\n");
    for (sent, kind) in [(binary(b"x"), BINARY), (text("x"), TEXT)] {
        talk.client_sent(&sent);
        talk.service_sent(b"[] x\nmore\nand more\n");
        assert_eq!(
            kinds_sent_to_client(&mut talk)[..],
            [TEXT, kind, kind, kind][usize::from(kind == TEXT)..]
        );
    }
}

#[test]
fn all_pieces_of_a_long_reply_have_its_type() {
    let mut talk = lines();
    talk.client_sent(&binary(b"x"));
    talk.client_sent(&text("x"));
    for _ in 0..10 {
        talk.service_sent(&vec![b'x'; 60_000]);
    }
    talk.service_sent(b"\n[] x\n");
    let bytes = std::mem::take(talk.to_client.bytes());
    let mut context = WebSocketContext::new(Role::Client, None);
    let mut reads = std::io::Cursor::new(bytes);
    let mut kinds = Vec::new();
    while let Ok(message) = context.read(&mut reads) {
        kinds.push(message.is_text());
    }
    let (last, pieces) = kinds.split_last().unwrap();
    assert!(*last && pieces.len() > 2 && pieces.iter().all(|is_text| !is_text), "{kinds:?}");
}

#[test]
fn frames_may_arrive_in_pieces_and_messages_in_several_frames() {
    let mut talk = lines();
    let mut bytes = frame(OpCode::Data(Data::Text), b"hel", false);
    bytes.extend(frame(OpCode::Control(Control::Ping), b"?", true));
    bytes.extend(frame(OpCode::Data(Data::Continue), b"lo", true));
    for byte in bytes {
        assert_eq!(talk.client_sent(&[byte]), None);
    }
    assert_eq!(talk.to_service.bytes(), b"hello\n");
    assert_eq!(sent_to_client(&mut talk), [(PONG, b"?".to_vec())]);
}

#[test]
fn a_message_over_the_maximum_closes_with_1009() {
    let longest = "x".repeat(99);
    let mut talk = lines();
    assert_eq!(talk.client_sent(&text(&longest)), None);
    assert_eq!(talk.client_sent(&text(&(longest.clone() + "\n"))), None);
    let Some(ClientEnd::AtFault(close)) = talk.client_sent(&text(&(longest + "x"))) else { panic!() };
    assert_eq!(close.code, CloseCode::Size);
    assert_eq!(talk.to_service.bytes().len(), 200, "the messages before it are passed on");
}

#[test]
fn a_frame_over_the_maximum_is_refused_as_soon_as_its_header_arrives() {
    let head = &binary(&[0; 126])[..8];
    assert!(
        matches!(lines().client_sent(head), Some(ClientEnd::AtFault(close)) if close.code == CloseCode::Size)
    );
}

#[test]
fn nothing_after_a_message_over_the_maximum_is_heard() {
    let mut talk = Translator::new(Mode::Lines, 4);
    let mut bytes = text("abcd");
    bytes.extend(frame(OpCode::Control(Control::Ping), b"?", true));
    bytes.extend(frame(OpCode::Control(Control::Close), &1000u16.to_be_bytes(), true));
    let end = talk.client_sent(&bytes);
    assert!(matches!(&end, Some(ClientEnd::AtFault(close)) if close.code == CloseCode::Size), "{end:?}");
    assert_eq!(sent_to_client(&mut talk), []);
}

#[test]
fn the_maximum_does_not_apply_to_control_frames() {
    let mut talk = Translator::new(Mode::Lines, 4);
    let most = [b'?'; 125];
    assert_eq!(talk.client_sent(&frame(OpCode::Control(Control::Ping), &most, true)), None);
    assert_eq!(sent_to_client(&mut talk), [(PONG, most.to_vec())]);
    for (size, is_final) in [(5, true), (5, false), (126, true)] {
        let end = Translator::new(Mode::Lines, 4).client_sent(&frame(
            OpCode::Data(Data::Text),
            &vec![b'x'; size],
            is_final,
        ));
        let Some(ClientEnd::AtFault(close)) = end else { panic!("{size} bytes are accepted") };
        assert_eq!(close, too_big(4));
    }
    let mut goodbye = 1000u16.to_be_bytes().to_vec();
    goodbye.extend(b"that was all");
    let end = talk.client_sent(&frame(OpCode::Control(Control::Close), &goodbye, true));
    assert_eq!(end, Some(ClientEnd::Closed(Some(Close::new(CloseCode::Normal, "that was all")))));
}

#[test]
fn a_violation_of_the_rfc_closes_with_its_code() {
    let mut unmasked = Vec::new();
    Frame::message(&b"x"[..], OpCode::Data(Data::Text), true).format(&mut unmasked).unwrap();
    for (sent, code) in [
        (frame(OpCode::Data(Data::Text), b"\xff", true), CloseCode::Invalid),
        (frame(OpCode::Data(Data::Reserved(3)), b"", true), CloseCode::Protocol),
        (frame(OpCode::Data(Data::Continue), b"", true), CloseCode::Protocol),
        (frame(OpCode::Control(Control::Ping), b"", false), CloseCode::Protocol),
        (unmasked, CloseCode::Protocol),
    ] {
        let end = lines().client_sent(&sent);
        assert!(matches!(&end, Some(ClientEnd::AtFault(close)) if close.code == code), "{end:?}");
    }
}

#[test]
fn a_close_frame_ends_the_client_with_its_code_and_reason() {
    let mut payload = 1000u16.to_be_bytes().to_vec();
    payload.extend(b"done");
    let mut bytes = text("last");
    bytes.extend(frame(OpCode::Control(Control::Close), &payload, true));
    bytes.extend(text("never"));
    let mut talk = lines();
    let end = talk.client_sent(&bytes);
    assert_eq!(end, Some(ClientEnd::Closed(Some(Close::new(CloseCode::Normal, "done")))));
    assert_eq!(talk.to_service.bytes(), b"last\n");
}

#[test]
fn replies_can_still_be_sent_after_the_clients_close() {
    let mut talk = lines();
    talk.client_sent(&text("x"));
    talk.client_sent(&frame(OpCode::Control(Control::Close), b"", true));
    talk.service_sent(b"[stamp] x\n[stamp] no line feed");
    talk.end_line();
    talk.close(None);
    assert_eq!(
        sent_to_client(&mut talk),
        [(TEXT, b"[stamp] x".to_vec()), (TEXT, b"[stamp] no line feed".to_vec()), (CLOSE, vec![])]
    );
}

#[test]
fn no_pong_follows_the_close() {
    let mut talk = lines();
    talk.close(None);
    assert_eq!(talk.client_sent(&frame(OpCode::Control(Control::Ping), b"?", true)), None);
    assert_eq!(sent_to_client(&mut talk), [(CLOSE, vec![])]);
}

#[test]
fn a_reason_too_long_for_a_close_frame_is_cut_at_a_character_boundary() {
    let mut talk = lines();
    talk.close(Some(&Close::new(CloseCode::Normal, "é".repeat(100))));
    let frames = sent_to_client(&mut talk);
    assert_eq!(frames[0].1.len(), 2 + 122);
    assert!(std::str::from_utf8(&frames[0].1[2..]).is_ok());
}

#[test]
fn a_line_that_never_ends_is_passed_on_in_pieces() {
    let mut talk = lines();
    let (piece, mut sent) = (vec![b'x'; 10_000], 0);
    while talk.to_client.is_empty() {
        talk.service_sent(&piece);
        sent += piece.len();
        assert!(sent < 1 << 20, "the line is kept in memory");
    }
    assert!(talk.line.is_empty());
}

#[test]
fn a_byte_stream_is_passed_on_before_its_frame_is_complete() {
    let mut talk = Translator::new(Mode::Bytes, 100);
    let frame = binary(&[b'x'; 50_000]);
    let (first, rest) = frame.split_at(20_000);
    assert_eq!(talk.client_sent(first), None);
    assert!(talk.to_service.len() >= first.len() - 8, "{} bytes", talk.to_service.len());
    talk.to_service.clear();
    assert!(size_of_val(&talk) < 400 && talk.message.is_empty(), "{} bytes", size_of_val(&talk));
    assert_eq!(talk.client_sent(rest), None);
    assert_eq!(talk.to_service.len(), rest.len());
}

#[test]
fn text_that_is_not_valid_utf8_is_refused_at_its_first_wrong_byte() {
    let frame = text_of(b"grun \xce\xba\xe1\xbd\xb9\xcf\x83\xf4\x90\x80\x80 more");
    for mode in [Mode::Lines, Mode::Bytes] {
        let mut talk = Translator::new(mode, 100);
        let wrong_at = 6 + 5 + 7 + 1;
        assert_eq!(talk.client_sent(&frame[..wrong_at]), None);
        let end = talk.client_sent(&frame[wrong_at..=wrong_at]);
        assert!(
            matches!(&end, Some(ClientEnd::AtFault(close)) if close.code == CloseCode::Invalid),
            "{end:?}"
        );
    }
}

#[test]
fn a_message_that_is_cut_by_a_close_frame_is_not_a_line() {
    for cut in [1, 2, 1000] {
        let mut talk = lines();
        let mut bytes = text("whole");
        bytes.extend(frame(OpCode::Data(Data::Text), b"part", false));
        bytes.extend(frame(OpCode::Control(Control::Close), b"", true));
        let end = bytes.chunks(cut).find_map(|piece| talk.client_sent(piece));
        assert_eq!(end, Some(ClientEnd::Closed(None)));
        assert_eq!(talk.to_service.bytes(), b"whole\n");
        assert!(talk.message.is_empty());
    }
}

#[test]
fn close_code_1014_is_valid() {
    let end = lines().client_sent(&frame(OpCode::Control(Control::Close), &1014u16.to_be_bytes(), true));
    assert_eq!(end, Some(ClientEnd::Closed(Some(Close::new(CloseCode::from(1014), "")))));
}

#[test]
fn a_ping_that_claims_a_tebibyte_closes_with_1002() {
    let head = [&[0x89, 0xff][..], &(1u64 << 40).to_be_bytes()].concat();
    let end = lines().client_sent(&head);
    assert!(matches!(&end, Some(ClientEnd::AtFault(close)) if close.code == CloseCode::Protocol), "{end:?}");
}

#[test]
fn a_byte_stream_is_passed_on_unchanged() {
    let mut talk = Translator::new(Mode::Bytes, 100);
    talk.client_sent(&binary(b"a"));
    talk.client_sent(&binary(b"b\nc"));
    assert_eq!(talk.to_service.bytes(), b"ab\nc");
    talk.service_sent(b"[stamp] ab\n[st");
    assert_eq!(sent_to_client(&mut talk), [(BINARY, b"[stamp] ab\n[st".to_vec())]);
}
