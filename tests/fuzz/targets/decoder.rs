//! Any bytes in any chunks, with a silence after any of them. The messages and their reasons are the same as
//! those of a reference that does not see the chunks.

#![no_main]

use std::num::NonZeroUsize;

use libfuzzer_sys::fuzz_target;
use wirestamp_fuzz::{Step, script};
use wirestamp_protocol::{Cut, Decoder};

const QUIET: u8 = 1;

fuzz_target!(|data: &[u8]| {
    let Some((max, rest)) = data.split_first() else { return };
    let max = NonZeroUsize::MIN.saturating_add(usize::from(*max));
    let steps: Vec<Step> = script(rest).collect();

    let mut decoder = Decoder::new(max);
    let mut got = Vec::new();
    for Step { kind, bytes } in &steps {
        decoder.read(bytes, |message| got.push((message.to_vec(), message.cut)));
        if *kind == QUIET {
            decoder.finish(Cut::Gap, |message| got.push((message.to_vec(), message.cut)));
        }
    }
    decoder.finish(Cut::Eof, |message| got.push((message.to_vec(), message.cut)));
    assert!(!decoder.is_pending());

    let mut wanted = Vec::new();
    for at_once in steps.split_inclusive(|step| step.kind == QUIET) {
        let bytes: Vec<u8> = at_once.iter().flat_map(|step| step.bytes).copied().collect();
        let end = if at_once.last().is_some_and(|step| step.kind == QUIET) { Cut::Gap } else { Cut::Eof };
        for message in bytes.split_inclusive(|byte| *byte == b'\n').flat_map(|line| line.chunks(max.get())) {
            let cut = match message {
                [.., b'\n'] => Cut::Lf,
                _ if message.len() == max.get() => Cut::Cap,
                _ => end,
            };
            wanted.push((message.to_vec(), cut));
        }
    }
    assert_eq!(got, wanted);
});
