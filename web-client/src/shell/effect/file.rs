//! The log as a file, written some thousand exchanges at a time, so that the page is drawn meanwhile.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

use crate::shell::browser::dom::document;
use crate::shell::browser::registrations::Timeout;
use crate::{State, export};

/// How many exchanges are written between two frames.
const AT_ONCE: usize = 5000;

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    JsonLines,
    Csv,
}

pub(crate) struct Export {
    kind: Kind,
    pieces: Array,
    written: usize,
    all: usize,
    _next: Option<Timeout>,
}

impl Export {
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, pieces: Array::new(), written: 0, all: 0, _next: None }
    }

    /// Writes some more, and hands the file to the reader once all is written; whether that is so.
    pub(crate) fn go_on(&mut self, state: &State) -> Result<bool, JsValue> {
        let (exchanges, origin) = (state.send().log().exchanges(), state.origin());
        self.all = exchanges.len();
        let range = self.written..(self.written + AT_ONCE).min(self.all);
        self.written = range.end;
        let piece = match self.kind {
            Kind::JsonLines => export::jsonl(exchanges, origin, range),
            Kind::Csv => export::csv(exchanges, origin, range),
        };
        self.pieces.push(&JsValue::from_str(&piece));
        if self.written < self.all {
            return Ok(false);
        }
        self.hand_out()?;
        Ok(true)
    }

    /// How far it is, in words.
    pub(crate) fn progress(&self) -> String {
        let written = self.written.to_string();
        if self.written < self.all {
            return ["Writing ", &written, " of ", &self.all.to_string()].concat();
        }
        ["Wrote ", &written, " exchanges to ", self.name()].concat()
    }

    /// Keeps what will have it go on.
    pub(crate) fn wait_for(&mut self, next: Timeout) {
        self._next = Some(next);
    }

    fn name(&self) -> &'static str {
        match self.kind {
            Kind::JsonLines => "wirestamp.jsonl",
            Kind::Csv => "wirestamp.csv",
        }
    }

    fn hand_out(&self) -> Result<(), JsValue> {
        let options = BlobPropertyBag::new();
        options.set_type(match self.kind {
            Kind::JsonLines => "application/jsonl",
            Kind::Csv => "text/csv;charset=utf-8",
        });
        let file = Blob::new_with_str_sequence_and_options(&self.pieces, &options)?;
        let url = Url::create_object_url_with_blob(&file)?;
        let link: HtmlElement = document()?.create_element("a")?.unchecked_into();
        link.set_attribute("href", &url)?;
        link.set_attribute("download", self.name())?;
        link.click();
        Url::revoke_object_url(&url)
    }
}
