//! Any bytes from the service in any chunks, between messages from the client. Each line reaches the client
//! as one message of the type of the message it answers. In a byte stream, each chunk is a message. The Close comes
//! last.

#![no_main]

use std::collections::VecDeque;

use libfuzzer_sys::fuzz_target;
use wirestamp_fuzz::{Message, Step, read_as_client, script};
use wirestamp_server::fuzzing::Bridge;

/// Masked frames of one byte, `x`, as text and as binary.
const TEXT: &[u8] = &[0x81, 0x81, 0, 0, 0, 0, b'x'];
const BINARY: &[u8] = &[0x82, 0x81, 0, 0, 0, 0, b'x'];

fn message(payload: &[u8], text: bool) -> Message {
    match std::str::from_utf8(payload) {
        Ok(payload) if text => Message::text(payload),
        _ => Message::binary(payload.to_vec()),
    }
}

fuzz_target!(|data: &[u8]| {
    if data.len() >= 1 << 16 {
        // The bridge splits lines that are longer than this.
        return;
    }
    for mut bridge in [Bridge::of_lines(100), Bridge::of_bytes(100)] {
        let (mut line, mut wanted) = (Vec::new(), Vec::new());
        // Whether the messages that aren't answered yet are text, and whether the last message was.
        let (mut asked, mut text) = (VecDeque::new(), true);
        for Step { kind, bytes } in script(data) {
            match kind {
                2 => {
                    assert_eq!(bridge.client_sent(TEXT), None);
                    text = true;
                    asked.push_back(text);
                }
                3 => {
                    assert_eq!(bridge.client_sent(BINARY), None);
                    text = false;
                    asked.push_back(text);
                }
                _ if bytes.is_empty() => {}
                _ => {
                    bridge.service_sent(bytes);
                    if !bridge.is_of_lines() {
                        wanted.push(message(bytes, false));
                        continue;
                    }
                    for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
                        line.extend_from_slice(piece);
                        if line.pop_if(|last| *last == b'\n').is_some() {
                            let text = asked.pop_front().unwrap_or(text);
                            wanted.push(message(&std::mem::take(&mut line), text));
                        }
                    }
                }
            }
        }
        if !line.is_empty() {
            wanted.push(message(&line, asked.pop_front().unwrap_or(text)));
        }
        // The reason may be any text of any length.
        let reason = String::from_utf8_lossy(data);
        bridge.end(Some((1000, &reason)));
        let mut messages = read_as_client(&bridge.take_to_client());
        let Some(Message::Close(Some(close))) = messages.pop() else { panic!("no Close at the end") };
        assert_eq!(u16::from(close.code), 1000);
        assert!(reason.starts_with(close.reason.as_str()));
        assert_eq!(messages, wanted);
    }
});
