//! Any bytes from a WebSocket client. The result does not depend on how they are split, lines stay below the
//! maximum, and the answers are frames that a client can read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use wirestamp_fuzz::{Message, read_as_client};
use wirestamp_server::fuzzing::{Bridge, End};

fuzz_target!(|data: &[u8]| {
    let [max, chunk, bytes @ ..] = data else { return };
    let max = 1 + usize::from(*max);
    for mut whole in [Bridge::of_lines(max), Bridge::of_bytes(max)] {
        let end = whole.client_sent(bytes);
        let (to_service, to_client) = (whole.take_to_service(), whole.take_to_client());
        if whole.is_of_lines() {
            assert!(to_service.last().is_none_or(|last| *last == b'\n'), "an incomplete line");
            assert!(to_service.split_inclusive(|byte| *byte == b'\n').all(|line| line.len() <= max));
        }
        let pongs = read_as_client(&to_client);
        assert!(pongs.iter().all(|message| matches!(message, Message::Pong(_))), "{pongs:?}");
        if let Some(End::AtFault { code, .. }) = end {
            assert!([1002, 1007, 1009].contains(&code), "{code}");
        }

        let mut cut = if whole.is_of_lines() { Bridge::of_lines(max) } else { Bridge::of_bytes(max) };
        let end_when_cut = bytes.chunks(1 + usize::from(*chunk)).find_map(|chunk| cut.client_sent(chunk));
        assert_eq!(end_when_cut, end);
        assert_eq!(cut.take_to_service(), to_service);
        assert_eq!(cut.take_to_client(), to_client);

        // However the session ended, the client gets a Close that it can read.
        whole.end(end.as_ref().and_then(End::close));
        let goodbye = read_as_client(&whole.take_to_client());
        assert!(matches!(goodbye[..], [Message::Close(_)]), "{goodbye:?}");
    }
});
