//! Registrations with the browser, undone on drop.
//!
//! A closure may drop its own registration while it runs: wasm-bindgen frees it when it returns.

use wasm_bindgen::prelude::*;

use super::object::Object;

/// A function that the browser calls, with an event or nothing. One type for all keeps the page small.
pub(crate) struct Callback(Closure<dyn FnMut(&Object)>);

impl Callback {
    pub(crate) fn new(callback: impl FnMut(&Object) + 'static) -> Self {
        Self::of(Box::new(callback))
    }

    #[inline(never)]
    fn of(callback: Box<dyn FnMut(&Object)>) -> Self {
        Self(Closure::wrap(callback))
    }

    /// The function, as an argument.
    pub(crate) fn argument(&self) -> JsValue {
        self.0.as_ref().clone()
    }
}

/// An event listener.
pub(crate) struct Listener {
    target: Object,
    kind: &'static str,
    callback: Callback,
}

impl Listener {
    /// Calls back on each event of this kind.
    pub(crate) fn on(target: &Object, kind: &'static str, callback: impl FnMut(&Object) + 'static) -> Self {
        Self::add(target, kind, Callback::new(callback))
    }

    #[inline(never)]
    fn add(target: &Object, kind: &'static str, callback: Callback) -> Self {
        // Fails only for what isn't a function.
        let _ = target.call("addEventListener", vec![kind.into(), callback.argument()]);
        Self { target: target.clone(), kind, callback }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // Nothing can be done about a listener that can't be removed.
        let _ = self.target.call("removeEventListener", vec![self.kind.into(), self.callback.argument()]);
    }
}

#[wasm_bindgen]
extern "C" {
    // Of the page or of the worker.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, ms: i32) -> i32;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: i32);
    #[wasm_bindgen(js_name = requestAnimationFrame)]
    fn request_animation_frame(callback: &JsValue) -> i32;
}

/// A delayed call.
pub(crate) struct Timeout {
    id: i32,
    _callback: Callback,
}

impl Timeout {
    /// Calls back once, in this many milliseconds.
    pub(crate) fn new(ms: i32, mut callback: impl FnMut() + 'static) -> Self {
        Self::of(ms, Callback::new(move |_| callback()))
    }

    #[inline(never)]
    fn of(ms: i32, callback: Callback) -> Self {
        Self { id: set_timeout(&callback.argument(), ms), _callback: callback }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        clear_timeout(self.id);
    }
}

/// Calls back before the next frame, whenever requested. While the page is hidden there are no frames, so the
/// call comes once it is visible again.
pub(crate) struct Frames {
    is_requested: bool,
    callback: Callback,
}

impl Frames {
    pub(crate) fn new(callback: fn()) -> Self {
        Self { is_requested: false, callback: Callback::new(move |_| callback()) }
    }

    /// Requests a call before the next frame. Several requests cause one call.
    pub(crate) fn request(&mut self) {
        if !std::mem::replace(&mut self.is_requested, true) {
            request_animation_frame(&self.callback.argument());
        }
    }

    /// Must be called by the callback, to allow further requests.
    pub(crate) fn painted(&mut self) {
        self.is_requested = false;
    }
}

/// Calls back when an observed element was resized, before the change is painted.
pub(crate) struct Resizes {
    /// `None` in browsers without support.
    observer: Option<Object>,
    _callback: Callback,
}

impl Resizes {
    pub(crate) fn new(mut callback: impl FnMut() + 'static) -> Self {
        let callback = Callback::new(move |_| callback());
        Self { observer: Object::new("ResizeObserver", vec![callback.argument()]).ok(), _callback: callback }
    }

    /// Also observes this element.
    pub(crate) fn observe(&self, element: &JsValue) {
        if let Some(observer) = &self.observer {
            let _ = observer.call("observe", vec![element.clone()]);
        }
    }
}

impl Drop for Resizes {
    fn drop(&mut self) {
        self.observer.iter().for_each(|observer| observer.run("disconnect"));
    }
}
