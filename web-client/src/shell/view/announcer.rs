//! The live region for screen readers.

use crate::shell::browser::page::find;

/// Has screen readers say this.
pub(crate) fn say(words: &str) {
    // Also if it is what was said last.
    find("announce").set_content(words);
}
