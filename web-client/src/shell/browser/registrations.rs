//! What is registered with the browser, and taken back on drop.
//!
//! A closure may drop its own guard while it runs: wasm-bindgen frees it when it returns.

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
    /// Calls back on each event of that kind, whose type must be `E`.
    pub(crate) fn new<E: JsCast>(
        target: &EventTarget,
        kind: &'static str,
        mut callback: impl FnMut(&E) + 'static,
    ) -> Result<Self, JsValue> {
        let closure = Closure::<dyn FnMut(DomEvent)>::new(move |event: DomEvent| {
            if let Some(event) = event.dyn_ref::<E>() {
                callback(event);
            }
        });
        target.add_event_listener_with_callback(kind, closure.as_ref().unchecked_ref())?;
        Ok(Self { target: target.clone(), kind, closure })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let callback = self.closure.as_ref().unchecked_ref();
        // Nothing is left to do about a listener that cannot be removed.
        let _ = self.target.remove_event_listener_with_callback(self.kind, callback);
    }
}

/// A call at a later time.
pub(crate) struct Timeout {
    id: i32,
    _closure: Closure<dyn FnMut()>,
}

impl Timeout {
    /// Calls back once, in so many milliseconds.
    pub(crate) fn new(ms: i32, callback: impl FnMut() + 'static) -> Result<Self, JsValue> {
        let closure = Closure::<dyn FnMut()>::new(callback);
        let callback = closure.as_ref().unchecked_ref();
        let id = window()?.set_timeout_with_callback_and_timeout_and_arguments_0(callback, ms)?;
        Ok(Self { id, _closure: closure })
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let Ok(window) = window() {
            window.clear_timeout_with_handle(self.id);
        }
    }
}

/// A call before the next frame is painted, as often as it is asked for. While the page is hidden no frame
/// is painted: the call comes when it is seen again.
pub(crate) struct Frames {
    id: Option<i32>,
    closure: Closure<dyn FnMut()>,
}

impl Frames {
    pub(crate) fn new(callback: impl FnMut() + 'static) -> Self {
        Self { id: None, closure: Closure::new(callback) }
    }

    /// Asks for a call before the next frame. To be asked twice is to be asked once.
    pub(crate) fn request(&mut self) {
        if self.id.is_none() {
            let callback = self.closure.as_ref().unchecked_ref();
            self.id = window().and_then(|window| window.request_animation_frame(callback)).ok();
        }
    }

    /// The call came: the next request is a new one.
    pub(crate) fn painted(&mut self) {
        self.id = None;
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let (Some(id), Ok(window)) = (self.id, window()) {
            // Nothing is left to do about a call that cannot be taken back.
            let _ = window.cancel_animation_frame(id);
        }
    }
}

/// A call whenever one of the elements observed has another size, before that is painted.
pub(crate) struct Resizes {
    /// None in a browser that has no such thing.
    observer: Option<ResizeObserver>,
    _closure: Closure<dyn FnMut()>,
}

impl Resizes {
    pub(crate) fn new(callback: impl FnMut() + 'static) -> Self {
        let closure = Closure::<dyn FnMut()>::new(callback);
        let observer = ResizeObserver::new(closure.as_ref().unchecked_ref()).ok();
        Self { observer, _closure: closure }
    }

    /// Observes this element as well.
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
