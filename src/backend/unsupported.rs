//! Everything else: no rustix, no operating system.

use super::{Backend, Codes};
use crate::Support;

pub(crate) enum Os {}

impl Backend for Os {
    const CODES: Codes = Codes {
        invalid: 0,
        unsupported: &[],
        known: &[],
    };
    const SUPPORTED: Support = Support::empty();
}
