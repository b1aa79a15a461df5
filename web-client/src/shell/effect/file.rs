//! A file for download, assembled piece by piece.

use wasm_bindgen::prelude::*;

use crate::list::FileKind;
use crate::shell::browser::object::Object;
use crate::shell::browser::page::create;

pub(crate) struct File {
    pieces: Option<Object>,
}

impl File {
    pub(crate) fn new() -> Self {
        Self { pieces: Object::new("Array", Vec::new()).ok() }
    }

    pub(crate) fn append(&self, piece: &str) {
        let _ = self.pieces.as_ref().map(|pieces| pieces.call("push", vec![piece.into()]));
    }

    /// Offers the file as a download with this name.
    pub(crate) fn save(&self, kind: FileKind, name: &str) -> Result<(), JsValue> {
        let options = Object::new("Object", Vec::new())?;
        options.set("type", kind.media_type());
        let file = Object::new("Blob", vec![self.pieces.clone().into(), options.into()])?;
        let urls = Object::scope().get("URL").ok_or(JsValue::UNDEFINED)?;
        let url = urls.call("createObjectURL", vec![file.into()])?;
        let link = create("a", "");
        link.set("href", &url.as_string().unwrap_or_default());
        link.set("download", name);
        link.run("click");
        urls.call("revokeObjectURL", vec![url.into()]).map(drop)
    }
}
