//! What the fuzzers see of the private layer: every system's reading of an error.

use core::fmt;

use crate::backend::systems::SYSTEMS;
use crate::{Error, Support};

/// The names of the systems, in the order of their numbers.
pub fn systems() -> impl Iterator<Item = &'static str> {
    SYSTEMS.iter().map(|system| system.name)
}

/// The calls that the system has.
pub fn supported(system: usize) -> Support {
    SYSTEMS[system].supported
}

/// The codes that have a name on the system, with the name.
pub fn known(system: usize) -> impl Iterator<Item = (i32, &'static str)> {
    SYSTEMS[system]
        .codes
        .known
        .iter()
        .map(|known| (known.code, known.name))
}

/// The error for a lock that was refused with `code`.
pub fn lock_error(code: i32) -> Error {
    Error::said(code)
}

/// The error for an advice that the system refused with `code`; `knows` is its
/// answer where it is asked whether it knows the advice.
pub fn advice_error(system: usize, code: i32, knows: bool) -> Error {
    SYSTEMS[system].advice_error(code, || knows)
}

/// Whether the error says on the system that there is no such call or advice.
pub fn is_unsupported(system: usize, error: Error) -> bool {
    error.is_unsupported_on(&SYSTEMS[system].codes)
}

/// The text of the error on the system.
pub fn text(system: usize, error: Error) -> impl fmt::Display {
    Text { system, error }
}

struct Text {
    system: usize,
    error: Error,
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.write(&SYSTEMS[self.system].codes, f)
    }
}
