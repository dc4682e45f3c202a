//! What criterion measures here: not a time, but how many times longer somebody
//! takes than the floor does in the same moment.
//!
//! On a machine that does other work too, times drift by more than the
//! differences that are looked for. So both are timed in turn, chunk by chunk,
//! and only their ratio is kept.

use criterion::Throughput;
use criterion::measurement::{Measurement, ValueFormatter};

/// A ratio times the number of iterations, so that criterion's division by the
/// iterations gives the ratio.
pub struct Ratio;

impl Measurement for Ratio {
    type Intermediate = ();
    type Value = f64;

    fn start(&self) {}

    fn end(&self, (): ()) -> f64 {
        unreachable!("every benchmark times itself, by iter_custom")
    }

    fn add(&self, one: &f64, other: &f64) -> f64 {
        one + other
    }

    fn zero(&self) -> f64 {
        0.0
    }

    fn to_f64(&self, value: &f64) -> f64 {
        *value
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        self
    }
}

impl ValueFormatter for Ratio {
    fn scale_values(&self, _typical: f64, _values: &mut [f64]) -> &'static str {
        "x floor"
    }

    fn scale_throughputs(
        &self,
        _typical: f64,
        _throughput: &Throughput,
        _values: &mut [f64],
    ) -> &'static str {
        "x floor"
    }

    fn scale_for_machines(&self, _values: &mut [f64]) -> &'static str {
        "x floor"
    }
}
