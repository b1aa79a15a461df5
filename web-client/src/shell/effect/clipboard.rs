//! The clipboard.

use wasm_bindgen::prelude::*;

use crate::event::Event;
use crate::shell::browser::dom::window;
use crate::shell::bus;

/// The clipboard, for writing only.
pub(crate) struct Clipboard {
    copied: Closure<dyn FnMut(JsValue)>,
    refused: Closure<dyn FnMut(JsValue)>,
}

impl Clipboard {
    pub(crate) fn new() -> Self {
        let told = |copied| Closure::new(move |_| bus::send(Event::Copied(copied)));
        Self { copied: told(true), refused: told(false) }
    }

    /// Copies a text, and reports how that went.
    pub(crate) fn copy(&self, text: &str) {
        match window().map(|window| window.navigator().clipboard()) {
            // Browsers have none for pages that came from another computer without TLS.
            Ok(clipboard) if !clipboard.is_undefined() => {
                let _ = clipboard.write_text(text).then2(&self.copied, &self.refused);
            }
            _ => bus::send(Event::Copied(false)),
        }
    }
}
