//! What isn't wrong gets no hint: a million ordinary lines, and random bytes, always the same ones.

use wirestamp_protocol::event::{By, End, How, Read, Terminator, Timestamp, Transport};
use wirestamp_protocol::verdict::{Examination, Hint, MessageFacts};

use crate::session::ms;

const LINES: u64 = 1_000_000;
const RANDOM_OPENINGS: u64 = 100_000;

/// SplitMix64: small, fast, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len() as u64) as usize]
    }
}

const WORDS: [&str; 24] = [
    "sensor",
    "GET",
    "status",
    "OK",
    "ERROR",
    "temperature",
    "PROXY",
    "MQTT",
    "the",
    "SSH",
    "a",
    "POST",
    "/index.html",
    "HTTP/1.1",
    "voltage",
    "is",
    "up",
    "Modbus",
    "hello",
    "world",
    "PING",
    "TLS",
    "upgrade:",
    "websocket",
];
const SCRIPTS: [(u32, u64); 9] = [
    (0xc0, 0x40),     // Latin with accents
    (0x391, 0x11),    // Greek
    (0x410, 0x40),    // Cyrillic
    (0x5d0, 0x1b),    // Hebrew
    (0x627, 0x14),    // Arabic
    (0x905, 0x30),    // Devanagari
    (0x3042, 0x50),   // Hiragana
    (0x4e00, 0x5000), // Han
    (0x1f600, 0x40),  // Emoji
];

/// Writes one line of some kind, with its line feed.
fn write_line(random: &mut Random, line: &mut String) {
    use std::fmt::Write as _;
    line.clear();
    let (a, b) = (random.below(100_000), random.below(1000));
    let written = match random.below(9) {
        0 => (0..1 + random.below(12)).try_for_each(|_| write!(line, "{} ", random.of(&WORDS))),
        1 => write!(line, "{a}.{b}"),
        2 => write!(line, r#"{{"sensor":"{}","value":{a}.{b},"ok":true}}"#, random.of(&WORDS)),
        3 => write!(line, "{a},{b},\"{}\",,-{b}.5", random.of(&WORDS)),
        4 => write!(line, "$GPRMC,12{b:04},A,4807.{b:03},N,01131.{b:03},E,0{a:05},084.4,230394,003.1,W*6A"),
        5 => write!(line, "Nov 22 18:07:00 host app[{a}]: {}: {b} ms", random.of(&WORDS)),
        6 => write!(line, "{} /{} HTTP/1.1 {b}", random.of(&WORDS), random.of(&WORDS)),
        7 => {
            let (first, count) = SCRIPTS[random.below(SCRIPTS.len() as u64) as usize];
            line.extend(
                (0..random.below(30)).filter_map(|_| char::from_u32(first + random.below(count) as u32)),
            );
            Ok(())
        }
        _ => {
            line.extend((0..random.below(90)).map(|_| char::from(b' ' + random.below(95) as u8)));
            Ok(())
        }
    };
    written.unwrap();
    line.push('\n');
}

/// The line arrives in one read, and is answered.
fn tell(examination: &mut Examination, at: Timestamp, line: &[u8]) {
    examination.read(at, line);
    examination.message(&MessageFacts {
        len: line.len() as u64,
        terminator: Terminator::of(line),
        end: End::Lf,
        shared: 1,
        reads: &[Read { at, bytes: line.len() as u64 }],
        reads_omitted: 0,
        at,
    });
    examination.replied(at);
}

#[test]
fn a_million_ordinary_lines_get_no_hint() {
    let mut random = Random(21567);
    let mut line = String::new();
    let new = |at| Examination::new(Transport::Tcp, Some(ms(50)), at);
    let mut together = new(Timestamp(ms(0)));
    for number in 0..LINES {
        write_line(&mut random, &mut line);
        let at = Timestamp(ms(number));
        tell(&mut together, at, line.as_bytes());
        assert_eq!(together.take_news(), None, "{line:?}");
        // Also as the first and only line of a session, where protocols are recognized.
        let mut alone = new(at);
        tell(&mut alone, at, line.as_bytes());
        alone.ended(By::Client, How::Fin, None, None, at);
        assert_eq!(alone.take_news(), None, "{line:?}");
    }
    let verdict = together.findings().verdict;
    assert!(verdict.starts_with("1,000,000 messages, "), "{verdict}");
}

#[test]
fn random_bytes_are_no_protocol() {
    let protocols = &Hint::ALL[..8];
    assert_eq!(protocols.last(), Some(&Hint::Telnet));
    let mut random = Random(21567);
    let mut bytes = Vec::new();
    for _ in 0..RANDOM_OPENINGS {
        bytes.clear();
        for _ in 0..=random.below(12) {
            bytes.extend(random.next().to_le_bytes());
        }
        let mut examination = Examination::new(Transport::Tcp, Some(ms(50)), Timestamp(ms(0)));
        // Also in chunks, of which the first may be a byte.
        for chunk in bytes.chunks(1 + random.below(9) as usize) {
            examination.read(Timestamp(ms(0)), chunk);
        }
        examination.ended(By::Client, How::Fin, None, None, Timestamp(ms(0)));
        let hints = examination.take_news().map(|news| news.hints).unwrap_or_default();
        let wrong = hints.iter().find(|hint| {
            *hint == Hint::Utf16.name() || protocols.iter().any(|protocol| protocol.name() == *hint)
        });
        assert_eq!(wrong, None, "{bytes:x?}");
    }
}
