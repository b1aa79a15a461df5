//! Collects reports, so that the page gets no more at a time than it can handle.

use std::collections::VecDeque;

use super::bytes::Writer;
use super::report;
use crate::event::Event;

/// How many reports are in one batch: the page handles them within a few milliseconds.
const AT_ONCE: usize = 1000;

/// How many batches may wait for the page before sending pauses.
const FULL: usize = 4;

/// How many milliseconds pass between batches while messages are being sent: about a frame. More often would
/// take processor time from the round trips being measured.
const EVERY: f64 = 16.0;

/// Reports that the page doesn't have yet.
#[derive(Debug, Default)]
pub(super) struct Batches {
    /// Each with its number of reports. None is empty.
    waiting: VecDeque<(usize, Writer)>,
    posted_at: f64,
    /// Whether the page is still busy with the last one.
    unacknowledged: bool,
}

impl Batches {
    pub(super) fn push(&mut self, event: &Event) {
        match self.waiting.back_mut() {
            Some((count, to)) if *count < AT_ONCE => {
                *count += 1;
                report::put(to, event);
            }
            _ => {
                let mut to = Writer::default();
                report::put(&mut to, event);
                self.waiting.push_back((1, to));
            }
        }
    }

    pub(super) fn acknowledged(&mut self) {
        self.unacknowledged = false;
    }

    /// Whether the page can't keep up.
    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() > FULL
    }

    /// When the next batch is due; `None` if there is none, or the page has to acknowledge the last one first.
    /// While nothing is being sent, there is no reason to wait.
    pub(super) fn due_at(&self, sending: bool) -> Option<f64> {
        let (count, _) = self.waiting.front()?;
        let at_once = !sending || *count == AT_ONCE;
        (!self.unacknowledged).then_some(if at_once { f64::MIN } else { self.posted_at + EVERY })
    }

    /// The next batch, if it is due.
    pub(super) fn take(&mut self, now: f64, sending: bool) -> Option<Vec<u8>> {
        self.due_at(sending).filter(|due| *due <= now)?;
        (self.posted_at, self.unacknowledged) = (now, true);
        self.waiting.pop_front().map(|(_, batch)| batch.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(at: f64) -> Event {
        Event::Sent { generation: 1, at }
    }

    fn of(count: usize) -> Batches {
        let mut batches = Batches::default();
        (0..count).for_each(|_| batches.push(&sent(0.0)));
        batches
    }

    fn count(batch: Option<Vec<u8>>) -> usize {
        batch.map_or(0, |batch| report::reports(&batch).count())
    }

    #[test]
    fn a_report_goes_at_once_while_nothing_is_being_sent() {
        assert_eq!(count(of(3).take(0.0, false)), 3);
        assert_eq!(of(0).take(0.0, false), None);
    }

    #[test]
    fn while_messages_are_being_sent_reports_wait_for_the_next_frame() {
        let mut batches = of(1);
        assert_eq!(count(batches.take(100.0, true)), 1);
        batches.acknowledged();
        batches.push(&sent(101.0));
        assert_eq!((batches.take(101.0, true), batches.due_at(true)), (None, Some(116.0)));
        batches.push(&sent(102.0));
        assert_eq!(count(batches.take(116.0, true)), 2);
    }

    #[test]
    fn the_page_gets_another_batch_only_after_the_last() {
        let mut batches = of(AT_ONCE + 1);
        assert_eq!(count(batches.take(0.0, true)), AT_ONCE);
        assert_eq!((batches.take(50.0, true), batches.due_at(true)), (None, None));
        batches.acknowledged();
        assert_eq!(count(batches.take(50.0, true)), 1);
    }

    #[test]
    fn full_is_what_a_page_would_be_busy_with_for_some_frames() {
        assert!(!of(FULL * AT_ONCE).is_full());
        assert!(of(FULL * AT_ONCE + 1).is_full());
    }
}
