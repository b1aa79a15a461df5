//! The notice over the log's lower edge.
//!
//! The status around what is seen always exists: screen readers read out changes in it.

use crate::shell::browser::page::{document, focus, say, show};
use crate::toast::Toast;

pub(crate) fn open(toast: &Toast) {
    say("toast-words", &toast.words);
    offer_undo(toast.undo);
    show("toast-notice", true);
}

pub(crate) fn close() {
    offer_undo(false);
    show("toast-notice", false);
    // So that the same words are read out again.
    say("toast-words", "");
}

fn offer_undo(offered: bool) {
    let focused = document().and_then(|document| document.get("activeElement")?.text("id"));
    if !offered && focused.as_deref() == Some("toast-undo") {
        // The log is next to the button. A focus that vanishes would start over at the top of the page.
        focus("log");
    }
    show("toast-undo", offered);
}
