//! Bytes on their way between JavaScript and here.

use wasm_bindgen::prelude::*;

use super::object::Object;

#[wasm_bindgen]
extern "C" {
    /// Bytes that belong to JavaScript.
    type Uint8Array;

    #[wasm_bindgen(constructor)]
    fn of(bytes: &[u8]) -> Uint8Array;
    #[wasm_bindgen(constructor)]
    fn over(buffer: &Object) -> Uint8Array;
    #[wasm_bindgen(method, js_name = subarray)]
    fn all(this: &Uint8Array) -> Vec<u8>;
}

/// A copy that belongs to JavaScript.
pub(crate) fn copied(bytes: &[u8]) -> JsValue {
    Uint8Array::of(bytes).into()
}

/// The bytes that a message event brings. A text is in UTF-8.
pub(crate) fn received(event: &Object) -> Vec<u8> {
    let Some(data) = event.get("data") else { return Vec::new() };
    match data.as_string() {
        Some(text) => text.into_bytes(),
        None => contained(&data),
    }
}

/// What is in an array or a buffer of bytes.
pub(crate) fn contained(buffer: &Object) -> Vec<u8> {
    Uint8Array::over(buffer).all()
}
