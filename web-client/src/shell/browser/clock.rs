//! The browser's monotonic clock.

use wasm_bindgen::prelude::*;
use web_sys::Performance;

/// How often the clock is read to find its resolution, which takes a few milliseconds.
const LOOKS: u32 = 20_000;

/// The resolution assumed if the clock doesn't move meanwhile, in milliseconds: browsers that resist timing
/// attacks go up to this.
const COARSEST: f64 = 100.0;

#[wasm_bindgen]
extern "C" {
    /// The clock of the page, or of the worker.
    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    static PERFORMANCE: Performance;
}

/// Measures milliseconds since the page was loaded.
#[derive(Clone)]
pub(crate) struct Clock {
    performance: Performance,
    /// How many milliseconds it started after the page's.
    after: f64,
}

impl Clock {
    /// The page's clock, read by itself.
    pub(crate) fn new() -> Self {
        Self { performance: PERFORMANCE.with(Clone::clone), after: 0.0 }
    }

    /// The page's clock, read elsewhere. The page's was at zero at `origin`, in milliseconds since 1970.
    ///
    /// Both origins are rounded to the resolution, so this differs from the page's own by up to one step. The
    /// difference is the same for all readings: it is in no round trip.
    pub(crate) fn of_page(origin: f64) -> Self {
        let own = Self::new();
        Self { after: own.origin() - origin, ..own }
    }

    /// When it was at zero, in milliseconds since 1970.
    pub(crate) fn origin(&self) -> f64 {
        self.performance.time_origin() - self.after
    }

    pub(crate) fn now(&self) -> f64 {
        self.performance.now() + self.after
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
