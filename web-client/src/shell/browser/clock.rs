//! The browser's monotonic clock.

use wasm_bindgen::prelude::*;
use web_sys::Performance;

use super::dom::window;

/// How often the clock is read while looking for its step: some milliseconds' worth.
const LOOKS: u32 = 20_000;

/// The step, in milliseconds, of a clock that does not move while it is looked at: browsers that guard
/// against being timed go up to this.
const COARSEST: f64 = 100.0;

/// Milliseconds since the page was loaded.
#[derive(Clone)]
pub(crate) struct Clock(Performance);

impl Clock {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let performance = window()?.performance();
        performance.map(Self).ok_or_else(|| JsValue::from_str("the browser has no clock"))
    }

    /// When it began, in milliseconds since 1970.
    pub(crate) fn origin(&self) -> f64 {
        self.0.time_origin()
    }

    pub(crate) fn now(&self) -> f64 {
        self.0.now()
    }

    /// The step that the browser rounds its clock to. No browser tells it, so it is looked for: it is the
    /// shortest of three.
    pub(crate) fn step(&self) -> f64 {
        let mut last = self.now();
        let steps = (0..LOOKS).filter_map(|_| {
            let now = self.now();
            let step = now - last;
            last = now;
            (step > 0.0).then_some(step)
        });
        steps.take(3).fold(COARSEST, f64::min)
    }
}
