//! Showing replies without garbling the line that is being typed.
//!
//! While a line is read the editor owns the screen, and takes what is to be shown through its printer; in
//! between it is written as it is. The editor does not say whether it has drawn what its printer took, so
//! its repainting is watched: whoever shows something here knows that it can be seen before going on.

use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustyline::ExternalPrinter;

/// How long a line is read before its printer is used. Lines pasted at once are read in much less, and what
/// is given to the printer just as the last of them is read would not be shown any more.
const SETTLED: Duration = Duration::from_millis(5);

/// How long the editor may take to draw.
const DRAWN: Duration = Duration::from_secs(1);

/// The screen that the editor and the printer share.
#[derive(Clone, Default)]
pub(super) struct Screen(Arc<(Mutex<State>, Condvar)>);

#[derive(Default)]
struct State {
    /// Since when a line is read, if one is.
    reading: Option<Instant>,
    /// How often the editor has drawn its line.
    drawn: u64,
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
        self.change(|state| state.reading = Some(Instant::now()));
        let line = read();
        self.change(|state| state.reading = None);
        line
    }

    /// The editor draws its line.
    pub(super) fn drawn(&self) {
        self.change(|state| state.drawn += 1);
    }

    /// Whether a line is being read.
    pub(super) fn is_reading(&self) -> bool {
        self.state().reading.is_some()
    }

    /// Shows a text that ends in a line feed. An editor without a printer reads whole lines from a terminal
    /// that cannot move its cursor: there the text goes in between.
    pub(super) fn show(&self, printer: Option<&mut impl ExternalPrinter>, text: String) {
        let mut state = self.state();
        while let Some(rest) = state.reading.and_then(|since| SETTLED.checked_sub(since.elapsed())) {
            state = self.wait(state, rest.max(Duration::from_micros(1)));
        }
        match (state.reading, printer) {
            (Some(_), Some(printer)) => {
                let before = state.drawn;
                drop(state);
                if printer.print(text).is_ok() {
                    self.await_drawing(before);
                }
            }
            _ => {
                // No line begins to be read meanwhile, as this holds the state. A terminal that is gone ends
                // the reading of lines as well.
                let mut stdout = std::io::stdout().lock();
                let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            }
        }
    }

    fn await_drawing(&self, before: u64) {
        let until = Instant::now() + DRAWN;
        let mut state = self.state();
        while state.reading.is_some() && state.drawn == before {
            match until.checked_duration_since(Instant::now()) {
                Some(rest) => state = self.wait(state, rest),
                None => return,
            }
        }
    }
}
