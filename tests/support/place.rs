//! A path for a socket.

use std::path::{Path, PathBuf};

use super::scratch::Scratch;

/// A path for one test, in a directory that is removed on drop.
pub(crate) struct Place {
    path: PathBuf,
    _directory: Scratch,
}

impl Place {
    pub(crate) fn new() -> Self {
        let directory = Scratch::new();
        Self { path: directory.0.join("socket"), _directory: directory }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn text(&self) -> &str {
        self.path.to_str().unwrap()
    }
}
