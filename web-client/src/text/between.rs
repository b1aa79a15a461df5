//! Clamps a number.

/// Like [`f64::clamp`], which contains code to print its bounds in a panic: float formatting would be a tenth of
/// the page.
#[allow(clippy::manual_clamp, reason = "that is what it is in place of")]
pub(crate) fn between(low: f64, value: f64, high: f64) -> f64 {
    value.max(low).min(high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_a_bound_is_the_bound() {
        assert_eq!([-1.0, 0.5, 2.0].map(|value| between(0.0, value, 1.0)), [0.0, 0.5, 1.0]);
        assert_eq!(between(0.0, f64::NAN, 1.0), 0.0);
    }
}
