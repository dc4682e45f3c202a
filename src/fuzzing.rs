//! What the fuzzers see of the private layers: every system's reading of an error.

use core::fmt;

use crate::backend::contract::{Advice, Backend};
use crate::backend::fake::{TARGETS, each_row};
use crate::errno::ErrorCodes;
use crate::error::Error;
use crate::rules;
use crate::support::Support;

/// The names of the systems, in the order of their numbers.
pub fn systems() -> impl Iterator<Item = &'static str> {
    TARGETS.iter().map(|target| target.name)
}

/// The calls that the system has.
pub fn supported(system: usize) -> Support {
    TARGETS[system].supported
}

/// The codes that have a name on the system, with the name.
pub fn named_codes(system: usize) -> impl Iterator<Item = (i32, &'static str)> {
    TARGETS[system]
        .codes
        .named
        .iter()
        .map(|named| (named.code, named.name))
}

/// The error for an advice that the system refused with `code`; `knows` is its
/// answer where it is asked whether it knows the advice.
pub fn advice_error(system: usize, code: i32, knows: bool) -> Error {
    macro_rules! read_by_row {
        ($($number:literal)*) => {
            match (system, knows) {
                $(
                    ($number, true) => read_by::<Answers<$number, true>>(code),
                    ($number, false) => read_by::<Answers<$number, false>>(code),
                )*
                _ => unreachable!("a number of `systems`"),
            }
        };
    }
    each_row!(read_by_row)
}

fn read_by<B: Backend>(code: i32) -> Error {
    rules::advice_error::<B>(Advice::DontDump, Error::from_raw_os_error(code))
}

/// A system that was asked whether it knows an advice.
enum Answers<const SYSTEM: usize, const KNOWS: bool> {}

impl<const SYSTEM: usize, const KNOWS: bool> Backend for Answers<SYSTEM, KNOWS> {
    const CODES: ErrorCodes = TARGETS[SYSTEM].codes;
    const SUPPORTED: Support = TARGETS[SYSTEM].supported;

    fn knows_advice(_advice: Advice) -> bool {
        KNOWS || !TARGETS[SYSTEM].asks_about_advice
    }
}

/// Whether the error says on the system that there is no such call or advice.
pub fn is_unsupported(system: usize, error: Error) -> bool {
    error.is_unsupported_by(&TARGETS[system].codes)
}

/// The text of the error on the system.
pub fn text(system: usize, error: Error) -> impl fmt::Display {
    struct Text(usize, Error);

    impl fmt::Display for Text {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.1.explain(&TARGETS[self.0].codes, f)
        }
    }

    Text(system, error)
}
