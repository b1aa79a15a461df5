//! The browser's monotonic clock.

use wasm_bindgen::prelude::*;

use super::object::Object;

/// How often the clock is read to find its resolution, which takes a few milliseconds.
const LOOKS: u32 = 20_000;

/// The resolution assumed if the clock doesn't move meanwhile, in milliseconds: browsers that resist timing
/// attacks go up to this.
const COARSEST: f64 = 100.0;

#[wasm_bindgen]
extern "C" {
    // Of the page or of the worker.
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// Measures milliseconds since the page was loaded.
#[derive(Clone, Copy)]
pub(crate) struct Clock {
    /// How many milliseconds it started after the page's.
    after: f64,
}

impl Clock {
    /// The page's clock, read by itself.
    pub(crate) fn new() -> Self {
        Self { after: 0.0 }
    }

    /// The page's clock, read elsewhere. The page's was at zero at `origin`, in milliseconds since 1970.
    ///
    /// Both origins are rounded to the resolution, so this differs from the page's own by up to one step. The
    /// difference is the same for all readings: it is in no round trip.
    pub(crate) fn of_page(origin: f64) -> Self {
        Self { after: Self::new().origin() - origin }
    }

    /// When it was at zero, in milliseconds since 1970.
    pub(crate) fn origin(self) -> f64 {
        let performance = Object::scope().get("performance");
        performance.map_or(0.0, |performance| performance.number("timeOrigin")) - self.after
    }

    pub(crate) fn now(self) -> f64 {
        now() + self.after
    }

    /// The resolution that the browser rounds its clock to. Browsers don't report it, so this takes the shortest
    /// of three steps.
    pub(crate) fn step(self) -> f64 {
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
