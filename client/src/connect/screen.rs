//! Showing replies without garbling the line that is being typed.
//!
//! While a line is read the editor owns the screen, and takes what is to be shown through its printer; in
//! between it is written as it is. The editor does not say whether it has drawn what its printer took, and
//! forgets that when the last line is read meanwhile. So its drawing is watched: whoever shows something here
//! knows that it can be seen before going on.

use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustyline::ExternalPrinter;

/// How long a line is read before its printer is used. Lines pasted at once are read in less, and there is
/// no use in drawing between them.
pub(super) const SETTLED: Duration = Duration::from_millis(10);

/// How long the editor may take to draw.
const DRAWN: Duration = Duration::from_secs(1);

/// The screen that the editor and the printer share.
#[derive(Clone, Default)]
pub(super) struct Screen(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
struct State {
    /// Since when a line is read, if one is.
    reading: Option<Instant>,
    /// Which line that is, from 1.
    line: u64,
    /// How often it was drawn: its prompt, then whenever something was shown or it changed.
    drawn: u64,
    /// Whether it was the last one.
    finished: bool,
}

impl State {
    /// Whether what was handed to the printer when this line had been drawn so often has been drawn since. If
    /// another line is read by now, its prompt came first.
    fn drawn_since(&self, line: u64, drawn: u64) -> bool {
        self.drawn > if self.line == line { drawn } else { 1 }
    }
}

impl Screen {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
        self.0.1.notify_all();
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, at_most: Duration) -> MutexGuard<'a, State> {
        self.0.1.wait_timeout(state, at_most).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Reads a line: the editor owns the screen meanwhile.
    pub(super) fn reading<T>(&self, read: impl FnOnce() -> T) -> T {
        self.change(|state| {
            state.reading = Some(Instant::now());
            state.line += 1;
            state.drawn = 0;
        });
        let line = read();
        self.change(|state| state.reading = None);
        line
    }

    /// The last line was read.
    pub(super) fn finish(&self) {
        self.change(|state| state.finished = true);
    }

    /// The editor draws its line.
    pub(super) fn drawn(&self) {
        self.change(|state| state.drawn += 1);
    }

    /// Whether a line is being read.
    pub(super) fn is_reading(&self) -> bool {
        self.state().reading.is_some()
    }

    /// Shows a text that ends in a line feed. Where the editor has no printer, as at a terminal that cannot
    /// move its cursor, the text goes in between.
    pub(super) fn show(&self, printer: Option<&mut impl ExternalPrinter>, text: &str) {
        let mut state = self.state();
        while let Some(rest) = state.reading.and_then(|since| SETTLED.checked_sub(since.elapsed())) {
            state = self.wait(state, rest.max(Duration::from_micros(1)));
        }
        match (state.reading, printer) {
            (Some(_), Some(printer)) => {
                // Its prompt, if that is still to come, shows nothing else.
                let (line, drawn) = (state.line, state.drawn.max(1));
                drop(state);
                if printer.print(text.to_owned()).is_ok() {
                    self.await_drawing(line, drawn, text);
                }
            }
            // No line begins to be read meanwhile, as the state is held.
            _ => write(text),
        }
    }

    /// Waits until what was handed to the printer is drawn, or shows it if it never will be.
    fn await_drawing(&self, line: u64, drawn: u64, text: &str) {
        let until = Instant::now() + DRAWN;
        let mut state = self.state();
        while !state.drawn_since(line, drawn) {
            if state.finished {
                return write(text);
            }
            match until.checked_duration_since(Instant::now()) {
                Some(rest) => state = self.wait(state, rest),
                None => return,
            }
        }
    }
}

/// Writes as it is. A terminal that is gone ends the reading of lines as well.
fn write(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
