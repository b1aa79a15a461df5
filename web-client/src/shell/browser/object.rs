//! An object of the browser, whose properties and methods are called by their names in JavaScript.
//!
//! A binding of its own for each would be a function in the module, one in the script, and an import between them. One
//! function for all properties of a kind takes a tenth of that. What is called often has its own, all the same: here a
//! name is a text that JavaScript has to make a string of.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The window, an element, an event, or any other.
    #[derive(Clone)]
    pub(crate) type Object;

    /// The window, or the worker's scope.
    #[wasm_bindgen(thread_local_v2, js_name = self)]
    static SCOPE: Object;

    /// A property that is an object. `None` if it is null or missing.
    #[wasm_bindgen(method, structural, indexing_getter)]
    pub(crate) fn get(this: &Object, property: &str) -> Option<Object>;
    /// A property that is a text. `None` if it is null or missing.
    #[wasm_bindgen(method, structural, indexing_getter)]
    pub(crate) fn text(this: &Object, property: &str) -> Option<String>;
    /// A property that is a number. NaN if it is missing.
    #[wasm_bindgen(method, structural, indexing_getter)]
    pub(crate) fn number(this: &Object, property: &str) -> f64;
    /// A property that is true or false.
    #[wasm_bindgen(method, structural, indexing_getter)]
    pub(crate) fn flag(this: &Object, property: &str) -> bool;
    /// Sets a property that is a text.
    #[wasm_bindgen(method, structural, indexing_setter)]
    pub(crate) fn set(this: &Object, property: &str, text: &str);
    /// Sets a property that is a number.
    #[wasm_bindgen(method, structural, indexing_setter)]
    pub(crate) fn set_number(this: &Object, property: &str, number: f64);

    #[wasm_bindgen(catch, method, structural, indexing_getter)]
    fn get_or_fail(this: &Object, property: &str) -> Result<Option<Object>, JsValue>;
    #[wasm_bindgen(catch, js_namespace = JSON)]
    fn parse(text: &str) -> Result<Option<Object>, JsValue>;

    #[wasm_bindgen(catch, js_namespace = Reflect)]
    fn apply(method: &Object, this: &Object, arguments: Vec<JsValue>) -> Result<Object, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect)]
    fn construct(class: &Object, arguments: Vec<JsValue>) -> Result<Object, JsValue>;

    #[wasm_bindgen(catch, method, js_name = send)]
    pub(crate) fn send_text(this: &Object, text: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, method, js_name = send)]
    pub(crate) fn send_bytes(this: &Object, bytes: &[u8]) -> Result<(), JsValue>;

    #[wasm_bindgen(method, js_name = setAttribute)]
    pub(crate) fn set_attribute(this: &Object, name: &str, value: &str);
    #[wasm_bindgen(method, js_name = removeAttribute)]
    pub(crate) fn remove_attribute(this: &Object, name: &str);
    #[wasm_bindgen(method, js_name = getAttribute)]
    pub(crate) fn attribute(this: &Object, name: &str) -> Option<String>;
    #[wasm_bindgen(method, js_name = toggleAttribute)]
    pub(crate) fn toggle_attribute(this: &Object, name: &str, on: bool);
    /// Replaces all that is in an element by this text.
    #[wasm_bindgen(method, structural, setter, js_name = textContent)]
    pub(crate) fn set_content(this: &Object, text: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn append(this: &Object, element: &Object);
    /// Appends a text node.
    #[wasm_bindgen(method, js_name = append)]
    pub(crate) fn append_text(this: &Object, text: &str);
}

impl Object {
    /// The window, or the worker's scope.
    #[inline(never)]
    pub(crate) fn scope() -> Self {
        SCOPE.with(Clone::clone)
    }

    /// As [`Self::get`], of a property that browsers may refuse to give.
    pub(crate) fn try_get(&self, property: &str) -> Option<Self> {
        self.get_or_fail(property).ok().flatten()
    }

    /// A new object of this class.
    pub(crate) fn new(class: &str, arguments: Vec<JsValue>) -> Result<Self, JsValue> {
        let class = Self::scope().get(class).ok_or(JsValue::UNDEFINED)?;
        construct(&class, arguments)
    }

    /// Calls a method. It is an error if there is none.
    pub(crate) fn call(&self, method: &str, arguments: Vec<JsValue>) -> Result<Self, JsValue> {
        let method = self.get(method).ok_or(JsValue::UNDEFINED)?;
        apply(&method, self, arguments)
    }

    /// Calls a method that needs no arguments. What it returns, or an error, doesn't matter.
    pub(crate) fn run(&self, method: &str) {
        let _ = self.call(method, Vec::new());
    }

    /// What an input contains.
    pub(crate) fn value(&self) -> String {
        self.text("value").unwrap_or_default()
    }

    /// The key of an event.
    pub(crate) fn key(&self) -> String {
        self.text("key").unwrap_or_default()
    }

    /// Whether Ctrl, Alt or Meta was held at an event.
    pub(crate) fn is_modified(&self) -> bool {
        ["ctrlKey", "altKey", "metaKey"].iter().any(|key| self.flag(key))
    }

    /// The element that an event happened to, or the closest around it that matches this selector.
    pub(crate) fn target(&self, selector: &str) -> Option<Self> {
        self.get("target")?.closest(selector)
    }

    /// The element itself, or the closest around it that matches this selector.
    pub(crate) fn closest(&self, selector: &str) -> Option<Self> {
        some(self.call("closest", vec![selector.into()]))
    }
}

/// Parses JSON. `None` if it isn't valid, or null.
pub(crate) fn parse_json(text: &str) -> Option<Object> {
    parse(text).ok().flatten()
}

/// A result that may be null.
pub(crate) fn some(result: Result<Object, JsValue>) -> Option<Object> {
    result.ok().filter(|object| !object.is_null() && !object.is_undefined())
}
