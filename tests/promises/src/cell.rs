//! What stands in a cell, and the answers that it is about.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{fmt::Display, io};

use nix::errno::Errno;

/// A verdict or a fact, and in brackets a note.
pub type Cell = Option<String>;

pub fn fact(verdict: impl Display, note: impl Display) -> Cell {
    Some(format!("{verdict} ({note})").replace(" ()", ""))
}

/// `yes` where it holds, and otherwise `no` with what was seen.
pub fn whether(holds: bool, saw: impl Display) -> Cell {
    holds.then(|| "yes".into()).or_else(|| fact("**no**", saw))
}

/// What came of a call, as the caller sees it: two that are equal are one to a user.
pub type Answer<T = ()> = Result<T, Failure>;

#[derive(Debug, PartialEq)]
pub enum Failure {
    Panic,
    /// The code, and the `Debug` output.
    Error(Option<i32>, String),
}
use Failure::{Error, Panic};

/// Makes a call. That a panic was printed is seen by whoever started this process.
pub fn ask<T, E: Into<Failure>>(call: impl FnOnce() -> Result<T, E>) -> Answer<T> {
    let answer = catch_unwind(AssertUnwindSafe(call));
    answer.map_or(Err(Panic), |it| it.map_err(E::into))
}

pub fn is_error(answer: &Answer) -> bool {
    matches!(answer, Err(Error(..)))
}

pub fn shown(answer: &Answer) -> String {
    match answer {
        Ok(()) => "success".into(),
        Err(Panic) => "a panic".into(),
        Err(Error(Some(code), _)) => format!("{:?}", Errno::from_raw(*code)),
        Err(Error(None, debug)) => format!("`{debug}`"),
    }
}

macro_rules! errors {
    ($($error:ty: |$it:ident| $code:expr;)+) => {$(
        impl From<$error> for Failure {
            fn from($it: $error) -> Self { Error($code, format!("{:?}", $it)) }
        }
    )+};
}
errors! {
    io::Error: |it| it.raw_os_error();
    os_memlock::Error: |it| it.raw_os_error();
    region::Error: |it| it.raw_os_error();
    rustix::io::Errno: |it| Some(it.raw_os_error());
    Errno: |it| Some(it as i32);
}
