//! Everything else: no rustix, no operating system.

use super::contract::Backend;
use crate::errno::ErrorCodes;
use crate::support::Support;

pub(crate) enum Os {}

impl Backend for Os {
    const CODES: ErrorCodes = ErrorCodes::NONE;
    const SUPPORTED: Support = Support::empty();
}
