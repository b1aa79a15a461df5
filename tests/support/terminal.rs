//! A terminal: it takes keys and returns what the screen shows.

use std::path::Path;

use pty_process::{OwnedReadPty, OwnedWritePty, Size};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::Child;

use super::server::{PROGRAM, settings};
use super::soon;

pub(crate) const ENTER: &str = "\r";
pub(crate) const UP: &str = "\x1b[A";
pub(crate) const CTRL_C: &str = "\x03";
pub(crate) const CTRL_D: &str = "\x04";

/// `wirestamp` at its own terminal. Dropping this kills it.
pub(crate) struct Terminal {
    child: Child,
    keys: OwnedWritePty,
    screen: OwnedReadPty,
    /// What was shown since the last match.
    shown: String,
}

impl Terminal {
    /// Runs `wirestamp` with these arguments. It keeps its files in `home`.
    pub(crate) fn start(args: &[&str], home: &Path, variables: &[(&str, &str)]) -> Self {
        let (pty, pts) = pty_process::open().unwrap();
        pty.resize(Size::new(24, 100)).unwrap();
        let mut command = pty_process::Command::new(PROGRAM).args(args).kill_on_drop(true);
        for name in settings() {
            command = command.env_remove(name);
        }
        command = command.env_remove("XDG_STATE_HOME").env_remove("NO_COLOR");
        command = command.env("HOME", home).env("TERM", "xterm").envs(variables.iter().copied());
        let child = command.spawn(pts).unwrap();
        let (screen, keys) = pty.into_split();
        Self { child, keys, screen, shown: String::new() }
    }

    /// Types these keys.
    pub(crate) async fn keys(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).await.unwrap();
    }

    /// Waits until `text` is shown. Returns everything shown since the last match, up to the end of `text`.
    pub(crate) async fn shows(&mut self, text: &str) -> String {
        loop {
            if let Some(at) = self.shown.find(text) {
                let rest = self.shown.split_off(at + text.len());
                return std::mem::replace(&mut self.shown, rest);
            }
            let what = format!("{text:?} in {:?}", self.shown);
            assert!(soon(&what, self.read()).await, "the program ended without {what}");
        }
    }

    /// Waits for the program; returns its exit code and the rest of what it showed.
    pub(crate) async fn end(mut self) -> (Option<i32>, String) {
        while soon(&format!("the end after {:?}", self.shown), self.read()).await {}
        (soon("the exit code", self.child.wait()).await.unwrap().code(), self.shown)
    }

    /// Sends a signal by its name, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        super::signal(self.child.id().expect("it runs"), name);
    }

    /// Reads from the terminal. Returns false at the end, which a terminal reports as an error.
    async fn read(&mut self) -> bool {
        let mut buffer = [0; 4096];
        let len = self.screen.read(&mut buffer).await.unwrap_or(0);
        self.shown.push_str(&String::from_utf8_lossy(&buffer[..len]));
        len > 0
    }
}
