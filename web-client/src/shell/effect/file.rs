//! A file for download, assembled piece by piece.

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, HtmlElement, Url};

use crate::list::FileKind;
use crate::shell::browser::dom::document;

pub(crate) struct File {
    pieces: Array,
}

impl File {
    pub(crate) fn new() -> Self {
        Self { pieces: Array::new() }
    }

    pub(crate) fn append(&self, piece: &str) {
        self.pieces.push(&JsValue::from_str(piece));
    }

    /// Offers the file as a download with this name.
    pub(crate) fn save(&self, kind: FileKind, name: &str) -> Result<(), JsValue> {
        let options = BlobPropertyBag::new();
        options.set_type(kind.media_type());
        let file = Blob::new_with_str_sequence_and_options(&self.pieces, &options)?;
        let url = Url::create_object_url_with_blob(&file)?;
        let link: HtmlElement = document()?.create_element("a")?.unchecked_into();
        link.set_attribute("href", &url)?;
        link.set_attribute("download", name)?;
        link.click();
        Url::revoke_object_url(&url)
    }
}
