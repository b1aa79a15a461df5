//! The clipboard.

use crate::shell::browser::dom::window;

/// Copies a text to the clipboard.
pub(crate) fn copy(text: &str) {
    if let Ok(window) = window() {
        // If the browser refuses, it tells the user itself.
        let _ = window.navigator().clipboard().write_text(text);
    }
}
