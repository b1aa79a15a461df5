//! A message as a bar: its reads to scale of time, and what came after.

use wirestamp_protocol::event::{End, Message, Terminator};

use super::activity::nanos;
use super::picture::block;
use crate::measure::chart::Size;

/// The share of the bar that reads may take, and the widest that one is, in pixels. The rest is time.
const READS_SHARE: f64 = 0.4;

/// The narrowest that a time span is, in pixels, so that it is seen.
const SPAN_MIN: f64 = 2.0;

/// A bar as SVG paths, each of one colour.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Anatomy {
    /// The reads, without the terminator.
    pub reads: String,
    /// The terminator, at the end of the last read.
    pub cap: String,
    /// The time between reads, and until the reply.
    pub time: String,
    /// The wait for more bytes, which ended the message.
    pub gap: String,
    /// When the reply was written.
    pub reply: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Read,
    /// Time, in nanoseconds.
    Time(u64),
    Gap(u64),
    Reply,
}

/// The whole bar. `gap_ns` is the service's gap, where it is known.
pub fn anatomy(message: &Message, size: Size, gap_ns: Option<u64>) -> Anatomy {
    let mut parts = reads(message);
    if let Some(after) = message.service_ns {
        let gap = gap_of(message, gap_ns);
        parts.extend([Part::Gap(gap), Part::Time(after.saturating_sub(gap)), Part::Reply]);
    }
    draw(&parts, message, size, 24.0)
}

/// A small bar of the reads alone, and of the gap.
pub fn mini_bar(message: &Message, size: Size, gap_ns: Option<u64>) -> Anatomy {
    let mut parts = reads(message);
    parts.push(Part::Gap(gap_of(message, gap_ns)));
    draw(&parts, message, size, 8.0)
}

fn gap_of(message: &Message, gap_ns: Option<u64>) -> u64 {
    match (message.end, message.service_ns) {
        (End::Gap, Some(after)) => gap_ns.unwrap_or(after).min(after),
        _ => 0,
    }
}

fn reads(message: &Message) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut before = message.first_at;
    for (at, read) in message.reads.iter().enumerate() {
        if at > 0 {
            parts.push(Part::Time(nanos(read.at, before)));
        }
        before = read.at;
        parts.push(Part::Read);
    }
    parts
}

fn draw(parts: &[Part], message: &Message, size: Size, widest: f64) -> Anatomy {
    let instants = parts.iter().filter(|part| matches!(part, Part::Read | Part::Reply)).count();
    // Never so narrow that it vanishes, nor wider than looks like one thing.
    let read = (size.width * READS_SHARE / instants.max(1) as f64).min(widest);
    let mut spans = Vec::new();
    for part in parts {
        spans.push(match part {
            Part::Time(ns) | Part::Gap(ns) => *ns,
            Part::Read | Part::Reply => 0,
        });
    }
    let widths = shares(&spans, (size.width - read * instants as f64).max(0.0));
    let last_read = parts.iter().rposition(|part| *part == Part::Read);
    let (mut bar, mut x) = (Anatomy::default(), 0.0);
    let (thin, middle) = (size.height / 8.0, size.height / 2.0);
    for (at, (part, width)) in parts.iter().zip(widths).enumerate() {
        let width = if matches!(part, Part::Read | Part::Reply) { read } else { width };
        match part {
            Part::Time(_) if width > 0.0 => block(&mut bar.time, x, middle - thin / 2.0, width, thin),
            Part::Gap(_) if width > 0.0 => block(&mut bar.gap, x, 0.0, width, size.height),
            Part::Time(_) | Part::Gap(_) => {}
            Part::Reply => block(&mut bar.reply, x, 0.0, width, size.height),
            Part::Read => {
                let has_cap = Some(at) == last_read && message.terminator != Terminator::None;
                let cap = if has_cap { width / 3.0 } else { 0.0 };
                block(&mut bar.reads, x, 0.0, width - cap, size.height);
                if has_cap {
                    block(&mut bar.cap, x + width - cap, 0.0, cap, size.height);
                }
            }
        }
        x += width;
    }
    bar
}

/// Shares a width among time spans in proportion, but at least [`SPAN_MIN`] for each that isn't zero.
fn shares(spans: &[u64], width: f64) -> Vec<f64> {
    let count = spans.iter().filter(|span| **span > 0).count();
    let least = SPAN_MIN.min(width / count.max(1) as f64);
    // Those that are at the minimum leave less for the others, of which more may then be below it.
    let mut scale = f64::INFINITY;
    loop {
        let is_small = |span: u64| span as f64 * scale < least;
        let small = spans.iter().filter(|span| **span > 0 && is_small(**span)).count();
        let large: f64 = spans.iter().filter(|span| !is_small(**span)).map(|span| *span as f64).sum();
        let next = if large > 0.0 { (width - least * small as f64) / large } else { 0.0 };
        if next >= scale {
            break;
        }
        scale = next;
    }
    let share = |span: &u64| if *span > 0 { (*span as f64 * scale).max(least) } else { 0.0 };
    spans.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::super::samples::{dribble, line};
    use super::*;

    const SIZE: Size = Size { width: 90.0, height: 16.0 };

    fn blocks(path: &str) -> usize {
        path.matches('z').count()
    }

    #[test]
    fn a_line_in_one_read_is_one_block_with_a_cap() {
        let bar = mini_bar(&line(1, 1, "hello\n"), SIZE, None);
        assert_eq!(bar.reads, "M0 0h5.3v16h-5.3z");
        assert_eq!(bar.cap, "M5.3 0h2.7v16h-2.7z");
        assert_eq!((bar.time.as_str(), bar.gap.as_str(), bar.reply.as_str()), ("", "", ""));
    }

    #[test]
    fn a_dribble_is_as_many_blocks_as_reads_over_the_whole_width() {
        let bar = mini_bar(&dribble(38, 10_000), SIZE, None);
        assert_eq!((blocks(&bar.reads), blocks(&bar.time)), (38, 37));
        assert!(bar.reads.contains("M89.1 0h0.9"), "{}", bar.reads);
    }

    #[test]
    fn the_gap_is_a_part_of_its_own_before_the_reply() {
        let gap = Message { end: End::Gap, service_ns: Some(60_000_000), ..dribble(1, 0) };
        let bar = anatomy(&gap, Size { width: 336.0, height: 10.0 }, Some(50_000_000));
        assert_eq!(bar.reads, "M0 0h24v10h-24z");
        assert_eq!(bar.gap, "M24 0h240v10h-240z");
        assert_eq!(bar.time, "M264 4.4h48v1.3h-48z");
        assert_eq!(bar.reply, "M312 0h24v10h-24z");
        assert_eq!(mini_bar(&gap, SIZE, Some(50_000_000)).gap, "M8 0h82v16h-82z");
    }

    #[test]
    fn a_message_without_a_reply_ends_with_its_last_read() {
        let bar = anatomy(&Message { service_ns: None, ..dribble(3, 5) }, SIZE, None);
        assert_eq!((blocks(&bar.reads), bar.reply.as_str()), (3, ""));
    }

    #[test]
    fn widths_are_to_scale_but_each_is_seen() {
        assert_eq!(shares(&[1, 3], 40.0), [10.0, 30.0]);
        assert_eq!(shares(&[0, 5, 0], 40.0), [0.0, 40.0, 0.0]);
        assert_eq!(shares(&[], 40.0), [0.0; 0]);
        for spans in [vec![1, 1_000_000, 1, 30], vec![1; 300], vec![u64::MAX, 1], vec![7]] {
            let widths = shares(&spans, 100.0);
            let least = SPAN_MIN.min(100.0 / spans.len() as f64);
            assert!(widths.iter().all(|width| *width >= least - 1e-9), "{widths:?}");
            assert!((widths.iter().sum::<f64>() - 100.0).abs() < 1e-6, "{widths:?}");
        }
    }

    #[test]
    fn times_that_run_backwards_do_no_harm() {
        let mut message = dribble(3, 5);
        message.reads.reverse();
        assert_eq!(blocks(&mini_bar(&message, SIZE, None).reads), 3);
    }
}
