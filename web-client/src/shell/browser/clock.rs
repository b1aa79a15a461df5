//! The browser's monotonic clock.

use wasm_bindgen::prelude::*;
use web_sys::Performance;

use super::dom::window;

/// How often the clock is read to find its resolution, which takes a few milliseconds.
const LOOKS: u32 = 20_000;

/// The resolution assumed if the clock doesn't move meanwhile, in milliseconds: browsers that resist timing
/// attacks go up to this.
const COARSEST: f64 = 100.0;

/// Measures milliseconds since the page was loaded.
#[derive(Clone)]
pub(crate) struct Clock(Performance);

impl Clock {
    pub(crate) fn new() -> Result<Self, JsValue> {
        let performance = window()?.performance();
        performance.map(Self).ok_or_else(|| JsValue::from_str("the browser has no clock"))
    }

    /// When it was at zero, in milliseconds since 1970.
    pub(crate) fn origin(&self) -> f64 {
        self.0.time_origin()
    }

    pub(crate) fn now(&self) -> f64 {
        self.0.now()
    }

    /// The resolution that the browser rounds its clock to. Browsers don't report it, so this takes the shortest
    /// of three steps.
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
