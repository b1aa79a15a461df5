//! Shows replies without garbling the line that is being typed.
//!
//! While a line is being read, the editor owns the screen, and text must go through the editor's printer.
//! Between lines it can be written directly. The editor doesn't report when it has drawn what the printer
//! accepted, and drops it if the last line is finished first. This module therefore watches the editor draw,
//! so that [`Screen::show`] returns only once the text is visible.

use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use rustyline::ExternalPrinter;

/// How long a line must have been read before the printer is used. Pasted lines are read faster, and drawing
/// between them would be pointless.
pub(super) const SETTLED: Duration = Duration::from_millis(10);

/// How long to wait for the editor to draw.
const DRAWN: Duration = Duration::from_secs(1);

/// The screen, shared by the editor and whoever shows text.
#[derive(Clone, Default)]
pub(super) struct Screen(Arc<(Mutex<ScreenState>, Condvar)>);

#[derive(Default)]
struct ScreenState {
    /// When the editor started to read the current line, if it is reading one.
    reading: Option<Instant>,
    /// The number of the current line, from 1.
    line: u64,
    /// How often the current line was drawn: first with its prompt, then after each text and each change.
    drawn: u64,
    /// Whether the last line has been read.
    finished: bool,
}

impl ScreenState {
    /// Returns whether a text that was given to the printer when `line` had been drawn `drawn` times is
    /// visible by now. If the editor is reading another line, the first drawing only showed its prompt.
    fn drawn_since(&self, line: u64, drawn: u64) -> bool {
        self.drawn > if self.line == line { drawn } else { 1 }
    }
}

impl Screen {
    fn state(&self) -> MutexGuard<'_, ScreenState> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut ScreenState)) {
        change(&mut self.state());
        self.0.1.notify_all();
    }

    fn wait<'a>(&self, state: MutexGuard<'a, ScreenState>, at_most: Duration) -> MutexGuard<'a, ScreenState> {
        self.0.1.wait_timeout(state, at_most).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Calls `read` to read a line. The editor owns the screen meanwhile.
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

    /// Records that the last line has been read.
    pub(super) fn finish(&self) {
        self.change(|state| state.finished = true);
    }

    /// Records that the editor has drawn its line.
    pub(super) fn drawn(&self) {
        self.change(|state| state.drawn += 1);
    }

    /// Returns whether a line is being read.
    pub(super) fn is_reading(&self) -> bool {
        self.state().reading.is_some()
    }

    /// Shows a text, which must end in a line feed. If the editor has no printer, as at a terminal that can't
    /// move its cursor, the text is written directly.
    pub(super) fn show(&self, printer: Option<&mut impl ExternalPrinter>, text: &str) {
        let mut state = self.state();
        while let Some(rest) = state.reading.and_then(|since| SETTLED.checked_sub(since.elapsed())) {
            state = self.wait(state, rest.max(Duration::from_micros(1)));
        }
        match (state.reading, printer) {
            (Some(_), Some(printer)) => {
                // If the prompt hasn't been drawn yet, that drawing won't show the text.
                let (line, drawn) = (state.line, state.drawn.max(1));
                drop(state);
                if printer.print(text.to_owned()).is_ok() {
                    self.await_drawing(line, drawn, text);
                }
            }
            // The lock keeps the editor from starting another line.
            _ => write(text),
        }
    }

    /// Waits until the printer's text is drawn, or writes it if it never will be.
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

/// Writes directly. Errors are ignored: if the terminal is gone, reading lines fails too.
fn write(text: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
