//! The clipboard.

use crate::event::Event;
use crate::shell::browser::object::Object;
use crate::shell::browser::registrations::Callback;
use crate::shell::bus;

/// The clipboard, for writing only.
pub(crate) struct Clipboard {
    copied: Callback,
    refused: Callback,
}

impl Clipboard {
    pub(crate) fn new() -> Self {
        let told = |copied| Callback::new(move |_| bus::send(Event::Copied(copied)));
        Self { copied: told(true), refused: told(false) }
    }

    /// Copies a text, and reports how that went.
    pub(crate) fn copy(&self, text: &str) {
        // Browsers have none for pages that came from another computer without TLS.
        let clipboard = Object::scope().get("navigator").and_then(|navigator| navigator.get("clipboard"));
        let promise = clipboard.and_then(|clipboard| clipboard.call("writeText", vec![text.into()]).ok());
        match promise {
            Some(promise) => {
                let _ = promise.call("then", vec![self.copied.argument(), self.refused.argument()]);
            }
            None => bus::send(Event::Copied(false)),
        }
    }
}
