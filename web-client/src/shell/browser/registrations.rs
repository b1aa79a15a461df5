//! Registrations with the browser, undone on drop.
//!
//! A closure may drop its own registration while it runs: wasm-bindgen frees it when it returns.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event as DomEvent, EventTarget, ResizeObserver};

use super::dom::window;

/// An event listener.
pub(crate) struct Listener {
    target: EventTarget,
    kind: &'static str,
    closure: Closure<dyn FnMut(DomEvent)>,
}

impl Listener {
    /// Calls back on each event of this kind, which must have the type `E`. It never returns an error.
    #[inline(always)]
    pub(crate) fn new<E: JsCast>(
        target: &EventTarget,
        kind: &'static str,
        mut callback: impl FnMut(&E) + 'static,
    ) -> Result<Self, JsValue> {
        Ok(Self::add(target, kind, Box::new(move |event| callback(event.unchecked_ref()))))
    }

    #[inline(never)]
    fn add(target: &EventTarget, kind: &'static str, callback: Box<dyn FnMut(DomEvent)>) -> Self {
        let closure = Closure::wrap(callback);
        // Fails only for what isn't a function.
        let _ = target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref());
        Self { target: target.clone(), kind, closure }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        // Nothing can be done about a listener that can't be removed.
        let _ = self.target.remove_event_listener_with_callback(self.kind, callback);
    }
}

#[wasm_bindgen]
extern "C" {
    // Those of the page or of the worker: `Window` has only the page's.
    #[wasm_bindgen(catch, js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, ms: i32) -> Result<i32, JsValue>;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: i32);
}

/// A delayed call.
pub(crate) struct Timeout {
    id: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls back once, in this many milliseconds.
    pub(crate) fn new(ms: i32, callback: impl FnMut() + 'static) -> Result<Self, JsValue> {
        let closure = Closure::<dyn FnMut()>::new(callback);
        let callback = closure.as_ref().unchecked_ref();
        Ok(Self { id: set_timeout(callback, ms)?, _closure: closure })
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
    id: Option<i32>,
    closure: Closure<dyn FnMut()>,
}

impl Frames {
    pub(crate) fn new(callback: impl FnMut() + 'static) -> Self {
        Self { id: None, closure: Closure::new(callback) }
    }

    /// Requests a call before the next frame. Several requests cause one call.
    pub(crate) fn request(&mut self) {
        if self.id.is_none() {
            let callback = self.closure.as_ref().unchecked_ref();
            self.id = window().and_then(|window| window.request_animation_frame(callback)).ok();
        }
    }

    /// Must be called by the callback, to allow further requests.
    pub(crate) fn painted(&mut self) {
        self.id = None;
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let (Some(id), Ok(window)) = (self.id, window()) {
            // Nothing can be done about a call that can't be cancelled.
            let _ = window.cancel_animation_frame(id);
        }
    }
}

/// Calls back when an observed element was resized, before the change is painted.
pub(crate) struct Resizes {
    /// `None` in browsers without support.
    observer: Option<ResizeObserver>,
    _closure: Closure<dyn FnMut()>,
}

impl Resizes {
    pub(crate) fn new(callback: impl FnMut() + 'static) -> Self {
        let closure = Closure::<dyn FnMut()>::new(callback);
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok();
        Self { observer, _closure: closure }
    }

    /// Also observes this element.
    pub(crate) fn observe(&self, element: &Element) {
        if let Some(observer) = &self.observer {
            observer.observe(element);
        }
    }
}

impl Drop for Resizes {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.disconnect();
        }
    }
}
