//! A client that sends only valid frames. Each message reaches the service as a complete line, or as it came in a byte
//! stream, even before it is complete. Each ping is answered. Only a message over the maximum ends the session, with 1009.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use wirestamp_fuzz::{Message, Step, read_as_client, script};
use wirestamp_server::fuzzing::{Bridge, End, frame};

const TEXT: u8 = 0;
const BINARY: u8 = 1;
const PING: u8 = 2;
/// A fragment of a message, with more to come.
const PIECE: u8 = 3;

fuzz_target!(|data: &[u8]| {
    let [max, chunk, rest @ ..] = data else { return };
    let max = 1 + usize::from(*max);
    for mut bridge in [Bridge::of_lines(max), Bridge::of_bytes(max)] {
        let (mut frames, mut to_service, mut pongs) = (Vec::new(), Vec::new(), Vec::new());
        // The fragments so far, if a message is incomplete.
        let mut begun: Option<Vec<u8>> = None;
        let mut over = false;
        for Step { kind, bytes } in script(rest) {
            if kind == PING {
                frames.extend(frame(OpCode::Control(Control::Ping), bytes, true));
                pongs.push(Message::Pong(bytes.to_vec().into()));
                continue;
            }
            let text = String::from_utf8_lossy(bytes);
            let bytes = if kind == BINARY && begun.is_none() { bytes } else { text.as_bytes() };
            let opcode = match (kind, &begun) {
                (_, Some(_)) => Data::Continue,
                (BINARY, None) => Data::Binary,
                (TEXT | PIECE, None) => Data::Text,
                _ => unreachable!("a kind is two bits"),
            };
            frames.extend(frame(OpCode::Data(opcode), bytes, kind != PIECE));
            if !bridge.is_of_lines() {
                to_service.extend_from_slice(bytes);
                begun = (kind == PIECE).then(Vec::new);
                continue;
            }
            let mut message = begun.take().unwrap_or_default();
            message.extend_from_slice(bytes);
            if kind != PIECE && message.last() != Some(&b'\n') {
                message.push(b'\n');
            }
            if message.len() > max {
                over = true;
                break;
            }
            if kind == PIECE {
                begun = Some(message);
            } else {
                to_service.extend(message);
            }
        }

        let end = frames.chunks(1 + usize::from(*chunk)).find_map(|chunk| bridge.client_sent(chunk));
        match end {
            None => assert!(!over, "a message over {max} passed"),
            Some(End::AtFault { code: 1009, .. }) => assert!(over, "nothing was over {max}"),
            Some(end) => panic!("{end:?}"),
        }
        assert_eq!(bridge.take_to_service(), to_service);
        assert_eq!(read_as_client(&bridge.take_to_client()), pongs);
    }
});
