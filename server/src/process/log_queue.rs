//! A bounded queue between the server and whoever reads its log.
//!
//! Writing to standard error blocks for as long as its reader stalls: a full pipe, a paused terminal. So the server
//! only appends to a queue, and a thread of its own writes. Lines that don't fit into the queue are dropped and
//! counted.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::journal::Journal;

/// How much may wait to be written, in bytes: the lines of about 4,000 sessions. As much again may be on its way to
/// the reader.
const QUEUE_MAX: usize = 1 << 20;

/// The queue's memory that is kept for later lines, in bytes.
const SPARE_MAX: usize = 16 * 1024;

/// What one write takes, in bytes, unless a single line is longer: PIPE_BUF. Writes up to this size don't mingle with
/// those of other programs on the same pipe (pipe(7)).
const WRITE_MAX: usize = 4096;

/// The log's queue. Clones are one queue. As a writer, it takes one line a write, and never blocks or fails.
#[derive(Clone)]
pub(super) struct LogQueue(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    journal: Journal,
}

#[derive(Default)]
struct State {
    /// The lines that wait.
    lines: Vec<u8>,
    /// Whether earlier lines are being written.
    is_writing: bool,
    /// The lines that didn't fit since this was last told.
    dropped: u64,
}

impl LogQueue {
    pub(super) fn new(journal: Journal) -> Self {
        Self(Arc::new(Shared { state: Mutex::default(), changed: Condvar::new(), journal }))
    }

    /// Writes the lines to `log` as they come, and never returns. Lines that `log` doesn't accept, as when its disk is
    /// full or its reader is gone, are dropped and counted too.
    pub(super) fn write_to(&self, mut log: impl Write) {
        let mut lines = Vec::new();
        let mut dropped = 0;
        loop {
            dropped += self.next(&mut lines);
            let mut is_accepted = true;
            for piece in pieces(&lines) {
                is_accepted = log.write_all(piece).is_ok();
                if !is_accepted {
                    let lost = memchr::memchr_iter(b'\n', piece).count() as u64;
                    self.0.journal.log_lines_dropped(lost);
                    dropped += lost;
                }
            }
            lines.clear();
            lines.shrink_to(SPARE_MAX);
            // To a log that accepts nothing, this would be one more line that is dropped, again and again.
            if is_accepted && dropped > 0 {
                self.0.journal.log_flows_again(std::mem::take(&mut dropped));
            }
        }
    }

    /// Waits until every line is written, but at most for `patience`.
    pub(super) fn flush(&self, patience: Duration) {
        let waits = |state: &mut State| state.is_writing || !state.lines.is_empty();
        drop(self.0.changed.wait_timeout_while(self.lock(), patience, waits));
    }

    /// Waits for lines, and swaps them with `written`, which is empty. Returns how many lines were dropped
    /// before now.
    fn next(&self, written: &mut Vec<u8>) -> u64 {
        let mut state = self.lock();
        state.is_writing = false;
        self.0.changed.notify_all();
        let waited = self.0.changed.wait_while(state, |state| state.lines.is_empty());
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        state.is_writing = true;
        std::mem::swap(&mut state.lines, written);
        std::mem::take(&mut state.dropped)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for LogQueue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut state = self.lock();
        if state.lines.len() + line.len() > QUEUE_MAX {
            state.dropped += 1;
            drop(state);
            self.0.journal.log_lines_dropped(1);
        } else {
            state.lines.extend_from_slice(line);
            drop(state);
            self.0.changed.notify_all();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whole lines, as many at once as [`WRITE_MAX`] has room for.
fn pieces(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let window = &rest[..rest.len().min(WRITE_MAX)];
        let last = memchr::memrchr(b'\n', window).or_else(|| memchr::memchr(b'\n', rest));
        let (piece, after) = rest.split_at(last.map_or(rest.len(), |at| at + 1));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    /// A log that takes one write, then none until the test receives it.
    struct Stalled(SyncSender<Vec<u8>>);

    impl Write for Stalled {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn queue() -> (LogQueue, Journal, Receiver<Vec<u8>>) {
        let (log, written) = sync_channel(0);
        let journal = Journal::new(false);
        let queue = LogQueue::new(journal.clone());
        let writer = queue.clone();
        std::thread::spawn(move || writer.write_to(Stalled(log)));
        (queue, journal, written)
    }

    /// How many lines the metrics count as dropped.
    fn dropped(journal: &Journal) -> usize {
        let shown = String::from_utf8(journal.metrics()).unwrap();
        let dropped = shown.lines().find_map(|line| line.strip_prefix("wirestamp_log_lines_dropped_total "));
        dropped.unwrap().parse().unwrap()
    }

    #[test]
    fn lines_that_do_not_fit_are_dropped_and_counted() {
        let (mut queue, journal, written) = queue();
        let line = [&[b'x'; 1023][..], b"\n"].concat();
        // One megabyte is on its way, one waits.
        for _ in 0..3 * QUEUE_MAX / line.len() {
            queue.write_all(&line).unwrap();
        }
        let dropped = dropped(&journal);
        assert!((1024..=2048).contains(&dropped), "{dropped}");
        let mut bytes = 0;
        while bytes < (3 * 1024 - dropped) * line.len() {
            bytes += written.recv().unwrap().len();
        }
        queue.flush(Duration::from_secs(60));
        assert!(written.try_recv().is_err(), "the rest was dropped");
    }

    /// A log that fails while its disk is full.
    struct Disk {
        is_full: Arc<AtomicBool>,
        written: SyncSender<Vec<u8>>,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.is_full.load(Ordering::Relaxed) {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.written.send(bytes.to_vec()).unwrap();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn lines_that_cannot_be_written_are_counted() {
        let is_full = Arc::new(AtomicBool::new(true));
        let (written, lines) = sync_channel(1);
        let journal = Journal::new(false);
        let mut queue = LogQueue::new(journal.clone());
        let (writer, disk) = (queue.clone(), Disk { is_full: Arc::clone(&is_full), written });
        std::thread::spawn(move || writer.write_to(disk));
        for line in ["one\n", "two\n", "three\n"] {
            queue.write_all(line.as_bytes()).unwrap();
        }
        queue.flush(Duration::MAX);
        assert_eq!(dropped(&journal), 3);
        is_full.store(false, Ordering::Relaxed);
        queue.write_all(b"four\n").unwrap();
        assert_eq!(lines.recv().unwrap(), b"four\n");
        queue.flush(Duration::MAX);
        assert_eq!(dropped(&journal), 3);
    }

    #[test]
    fn a_flush_ends_when_all_is_written_or_its_patience_is_over() {
        let (mut queue, _journal, written) = queue();
        queue.write_all(b"one\n").unwrap();
        queue.flush(Duration::from_millis(10));
        let reading = std::thread::spawn(move || written.recv().unwrap());
        queue.flush(Duration::MAX);
        assert_eq!(reading.join().unwrap(), b"one\n");
    }

    #[test]
    fn a_piece_is_whole_lines() {
        let long = [&[b'x'; 5000][..], b"\n"].concat();
        let lines = [&b"one\ntwo\n"[..], &long, b"three\n"].concat();
        assert_eq!(pieces(&lines).collect::<Vec<_>>(), [b"one\ntwo\n", &long[..], b"three\n"]);
        assert_eq!(pieces(b"").next(), None);
    }
}
