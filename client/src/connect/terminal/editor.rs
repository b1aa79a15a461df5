//! The terminal: reads lines with a history, and shows texts without disturbing the line being typed.

use std::borrow::Cow;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::{FileHistory, History};
use rustyline::validate::Validator;
use rustyline::{ColorMode, Config, Helper};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use super::history;
use super::screen::{SETTLED, Screen};
use crate::error::Error;

const PROMPT: &str = "> ";

/// The length of the history, in lines.
const KEPT: usize = 1000;

/// How many texts can be queued before [`Terminal::show`] waits.
const WAITING: usize = 64;

/// How long to wait at the end for queued texts to be shown. The terminal may be stopped, as by Ctrl-S.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a user typed.
pub(super) enum Typed {
    Line(String),
    /// Ctrl-C.
    Interrupt,
}

/// A terminal at which a user types lines.
pub(super) struct Terminal {
    /// The typed lines. Ends at Ctrl-D or Ctrl-C, and at an empty line unless those are kept.
    pub(super) lines: mpsc::Receiver<Typed>,
    texts: mpsc::Sender<String>,
    all_shown: oneshot::Receiver<()>,
    screen: Screen,
    as_it_was: Option<Termios>,
}

type Editor = rustyline::Editor<Painting, FileHistory>;

impl Terminal {
    /// Starts reading lines.
    pub(super) fn start(keep_empty: bool) -> Result<Self, Error> {
        let failed = |error| Error::System {
            what: "use the terminal",
            source: match error {
                ReadlineError::Io(error) => error,
                error => std::io::Error::other(error.to_string()),
            },
        };
        let config = Config::builder()
            .max_history_size(KEPT)
            .map_err(failed)?
            // Each pasted line is a line of its own.
            .bracketed_paste(false)
            // Nothing is coloured, but the highlighter is only called if colours are on, and it tells us when
            // the line is drawn.
            .color_mode(ColorMode::Forced)
            .build();
        let screen = Screen::default();
        let as_it_was = tcgetattr(std::io::stdin().as_fd()).ok();
        let mut editor = Editor::with_config(config).map_err(failed)?;
        editor.set_helper(Some(Painting(screen.clone())));
        let mut printer = editor.create_external_printer().ok();

        let (typed, lines) = mpsc::channel(1);
        let (texts, mut to_show) = mpsc::channel::<String>(WAITING);
        let (shown, all_shown) = oneshot::channel();
        let showing = screen.clone();
        thread::spawn(move || {
            while let Some(text) = to_show.blocking_recv() {
                showing.show(printer.as_mut(), &text);
            }
            let _ = shown.send(());
        });
        let reading = screen.clone();
        thread::spawn(move || {
            read_lines(editor, &reading, &typed, keep_empty);
            reading.finish();
        });
        Ok(Self { lines, texts, all_shown, screen, as_it_was })
    }

    /// Shows a text, which must end in a line feed.
    pub(super) async fn show(&self, text: String) {
        // Can't fail: the thread that receives it lives longer.
        let _ = self.texts.send(text).await;
    }

    /// Waits until everything is shown, and restores the terminal even if a line is being typed.
    pub(super) async fn end(self) {
        let Self { lines, texts, all_shown, screen, as_it_was } = self;
        drop((lines, texts));
        let _ = timeout(PATIENCE, all_shown).await;
        if screen.is_reading() {
            // The editor draws the prompt again after the last text.
            sleep(SETTLED).await;
            if let Some(termios) = as_it_was {
                let _ = tcsetattr(std::io::stdin().as_fd(), OptionalActions::Now, &termios);
            }
            // Later output goes below what has been typed so far.
            println!();
        }
    }
}

fn read_lines(mut editor: Editor, screen: &Screen, typed: &mpsc::Sender<Typed>, keep_empty: bool) {
    let history = history_file();
    if let Some(path) = &history {
        // There is none the first time.
        let _ = editor.load_history(path);
    }
    loop {
        let line = match screen.reading(|| editor.readline(PROMPT)) {
            Ok(line) if line.is_empty() && !keep_empty => return,
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => {
                // If nobody receives it, the conversation is over anyway.
                let _ = typed.blocking_send(Typed::Interrupt);
                return;
            }
            Err(_) => return,
        };
        if !line.is_empty() {
            // Failing to save the history is no reason to stop.
            let _ = editor.add_history_entry(&line);
            if let Some(path) = &history {
                let _ = editor.history_mut().append(path);
            }
        }
        if typed.blocking_send(Typed::Line(line)).is_err() {
            return;
        }
    }
}

/// Returns the path of the history file, and creates its directory.
fn history_file() -> Option<PathBuf> {
    let path = history::path(|name| std::env::var_os(name))?;
    std::fs::create_dir_all(path.parent()?).ok()?;
    Some(path)
}

/// Notices when the editor draws its line, without changing anything.
struct Painting(Screen);

impl Highlighter for Painting {
    fn highlight_prompt<'b, 's: 'b, 'p: 'b>(&'s self, prompt: &'p str, _default: bool) -> Cow<'b, str> {
        self.0.drawn();
        Cow::Borrowed(prompt)
    }
}

impl Helper for Painting {}
impl Validator for Painting {}
impl Hinter for Painting {
    type Hint = String;
}
impl Completer for Painting {
    type Candidate = String;
}
