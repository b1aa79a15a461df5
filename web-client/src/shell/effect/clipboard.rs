//! The clipboard.

use crate::shell::browser::dom::window;

/// Puts a text on the clipboard.
pub(crate) fn copy(text: &str) {
    if let Ok(window) = window() {
        // A browser that asks first, or has none, has told its reader so.
        let _ = window.navigator().clipboard().write_text(text);
    }
}
