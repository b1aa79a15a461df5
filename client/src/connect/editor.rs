//! The terminal's side of a conversation: lines typed, with a history, and texts shown beside them.

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

/// How many lines the history keeps.
const KEPT: usize = 1000;

/// How many texts may wait to be shown before whoever has more is made to wait.
const WAITING: usize = 64;

/// How long the end waits for what is still to be shown: a terminal may be stopped, as by Ctrl-S.
const PATIENCE: Duration = Duration::from_secs(2);

/// A terminal at which lines are typed.
pub(super) struct Terminal {
    /// The lines as they are typed. It ends at an empty one, Ctrl-D or Ctrl-C.
    pub(super) lines: mpsc::Receiver<String>,
    texts: mpsc::Sender<String>,
    all_shown: oneshot::Receiver<()>,
    screen: Screen,
    as_it_was: Option<Termios>,
}

type Editor = rustyline::Editor<Painting, FileHistory>;

impl Terminal {
    /// Begins to read lines.
    pub(super) fn start() -> Result<Self, Error> {
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
            // Pasted lines are lines, each of its own.
            .bracketed_paste(false)
            // Nothing is coloured, but only who may colour learns when it is drawn.
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
            read_lines(editor, &reading, &typed);
            reading.finish();
        });
        Ok(Self { lines, texts, all_shown, screen, as_it_was })
    }

    /// Shows a text that ends in a line feed.
    pub(super) async fn show(&self, text: String) {
        // The thread that shows outlives this.
        let _ = self.texts.send(text).await;
    }

    /// Ends once all is shown, and leaves the terminal as it was even if a line is being typed.
    pub(super) async fn end(self) {
        let Self { lines, texts, all_shown, screen, as_it_was } = self;
        drop((lines, texts));
        let _ = timeout(PATIENCE, all_shown).await;
        if screen.is_reading() {
            // The prompt is drawn again behind what was shown last.
            sleep(SETTLED).await;
            if let Some(termios) = as_it_was {
                let _ = tcsetattr(std::io::stdin().as_fd(), OptionalActions::Now, &termios);
            }
            // What is said next goes below what was typed so far.
            println!();
        }
    }
}

fn read_lines(mut editor: Editor, screen: &Screen, typed: &mpsc::Sender<String>) {
    let history = history_file();
    if let Some(path) = &history {
        // The first time there is none.
        let _ = editor.load_history(path);
    }
    while let Ok(line) = screen.reading(|| editor.readline(PROMPT)) {
        if line.is_empty() {
            return;
        }
        // A history that cannot be kept is no reason to stop.
        let _ = editor.add_history_entry(&line);
        if let Some(path) = &history {
            let _ = editor.history_mut().append(path);
        }
        if typed.blocking_send(line).is_err() {
            return;
        }
    }
}

/// Where the history is kept, in a directory that is there.
fn history_file() -> Option<PathBuf> {
    let path = history::path(|name| std::env::var_os(name))?;
    std::fs::create_dir_all(path.parent()?).ok()?;
    Some(path)
}

/// Sees that the editor draws its line, and adds nothing to it.
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
