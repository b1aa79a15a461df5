//! Any events of a session, at any times and with bytes in any chunks. Whatever they are, the hints are known ones and
//! the verdict is one short line. What is recognized by the bytes alone doesn't depend on the chunks.

#![no_main]

use std::num::NonZeroUsize;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use wirestamp_fuzz::{Step, script};
use wirestamp_protocol::event::{By, End, Findings, How, Read, Terminator, Timestamp, Transport};
use wirestamp_protocol::verdict::{Examination, Hint, MessageFacts, VERDICT_MAX};
use wirestamp_protocol::{Cut, Decoder, acts};

/// The hints that follow from the bytes alone.
const OF_BYTES: [Hint; 12] = [
    Hint::Tls,
    Hint::Http,
    Hint::WebSocket,
    Hint::Ssh,
    Hint::Mqtt,
    Hint::Modbus,
    Hint::ProxyHeader,
    Hint::Telnet,
    Hint::Nul,
    Hint::Utf16,
    Hint::Bom,
    Hint::InvalidUtf8,
];

const MAX_MESSAGE: NonZeroUsize = NonZeroUsize::new(200).unwrap();

/// Reads a number from the first bytes.
fn number(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn one_of<T: Copy>(all: &[T], bytes: &[u8], at: usize) -> T {
    all[usize::from(bytes.get(at).copied().unwrap_or(0)) % all.len()]
}

struct Session {
    examination: Examination,
    decoder: Decoder,
    at: Timestamp,
    last: Findings,
}

impl Session {
    fn new(transport: Transport) -> Self {
        let at = Timestamp(Duration::from_secs(1_795_370_820));
        let gap = Some(Duration::from_millis(50));
        let examination = Examination::new(transport, gap, at);
        Self { examination, decoder: Decoder::new(MAX_MESSAGE), at, last: Findings::default() }
    }

    fn read(&mut self, bytes: &[u8], is_last: bool) {
        let Self { examination, decoder, at, .. } = self;
        examination.read(*at, bytes);
        let message = |len: usize, cut: Cut, terminator| MessageFacts {
            len: len as u64,
            terminator,
            end: cut.into(),
            shared: 1 + bytes.len() as u64,
            reads: &[],
            reads_omitted: 1,
            at: *at,
        };
        let mut each = |cut: wirestamp_protocol::Message<'_>| {
            examination.message(&message(cut.len(), cut.cut, Terminator::of(&cut.to_vec())));
        };
        decoder.read(bytes, &mut each);
        if is_last {
            decoder.finish(Cut::Gap, each);
        }
    }

    /// Tells of something else. It may contradict what was told before.
    fn tell(&mut self, bytes: &[u8]) {
        let Self { examination, at, .. } = self;
        match bytes.first().map(|first| first % 5) {
            Some(0) => examination.replied(*at),
            Some(1) => examination.held_back(*at),
            Some(2) => examination.missed(),
            Some(3) => {
                let reads = bytes.iter().map(|byte| Read { at: *at, bytes: u64::from(*byte) });
                examination.message(&MessageFacts {
                    len: number(&bytes[1..]),
                    terminator: one_of(&Terminator::ALL, bytes, 2),
                    end: one_of(&End::ALL, bytes, 3),
                    shared: number(bytes),
                    reads: &reads.collect::<Vec<_>>(),
                    reads_omitted: number(bytes) / 2,
                    at: *at,
                });
            }
            _ => {
                let reason = String::from_utf8_lossy(bytes);
                let (by, how) = (one_of(&By::ALL, bytes, 1), one_of(&How::ALL, bytes, 2));
                examination.ended(by, how, Some(number(bytes) as u16), Some(&reason), *at);
            }
        }
    }

    fn check(&mut self) {
        let findings = self.examination.findings();
        let verdict = &findings.verdict;
        assert!(verdict.ends_with('.') || verdict.ends_with("…\"."), "{verdict}");
        assert!(!verdict.contains(acts) && verdict.len() <= VERDICT_MAX, "{verdict}");
        // Known, and each of them once.
        let known = Hint::ALL
            .iter()
            .map(|hint| hint.name())
            .filter(|name| findings.hints.iter().any(|hint| hint == name));
        assert!(known.eq(findings.hints.iter()), "{:?}", findings.hints);
        let news = self.examination.take_news();
        assert_eq!(news.is_some(), findings.hints != self.last.hints);
        assert!(news.is_none_or(|news| news == findings));
        self.last = findings;
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let mut session = Session::new(one_of(&Transport::ALL, &[*first], 0));
    let (mut at_once, mut one_by_one) = (Session::new(Transport::Tcp), Session::new(Transport::Tcp));
    for Step { kind, bytes } in script(rest) {
        match kind {
            0 | 1 => {
                session.read(bytes, kind == 1);
                at_once.read(bytes, false);
                bytes.iter().for_each(|byte| one_by_one.read(&[*byte], false));
            }
            // Also backwards, as clocks are set.
            2 => session.at = Timestamp(Duration::from_nanos(number(bytes))),
            _ => session.tell(bytes),
        }
        session.check();
    }
    let [at_once, one_by_one] = [at_once, one_by_one].map(|mut session| {
        session.examination.ended(By::Client, How::Fin, None, None, session.at);
        session.check();
        let of_bytes = |hint: &String| OF_BYTES.iter().any(|known| known.name() == hint);
        session.last.hints.into_iter().filter(of_bytes).collect::<Vec<_>>()
    });
    assert_eq!(at_once, one_by_one);
});
