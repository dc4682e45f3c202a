//! What stands in a cell, and the error that it may be about.

use core::fmt::{self, Display, Formatter};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use nix::errno::Errno;

pub const YES: &str = "yes";
pub const NO: &str = "**no**";
pub const NOT_RUN: &str = "NOT RUN";

/// A verdict or a fact, and what is to be known of it below the table.
pub struct Cell {
    pub verdict: String,
    pub note: String,
}

impl Cell {
    pub fn fact(verdict: impl Display, note: impl Display) -> Self {
        let (verdict, note) = (verdict.to_string(), note.to_string().replace('\n', " "));
        Self { verdict, note }
    }

    /// `yes` where it holds, and otherwise `no` with what was seen.
    pub fn whether(holds: bool, saw: impl Display) -> Self {
        if holds {
            return Self::fact(YES, "");
        }
        Self::fact(NO, saw)
    }
}

/// What came of a call, as the caller sees it: two that are equal are one to a user.
#[derive(PartialEq)]
pub enum Said {
    Success,
    Panic,
    /// Its code, and its `Debug` output.
    Error(Option<i32>, String),
}
pub type Answer<T> = Result<T, Said>;

impl Said {
    /// Calls a subject. That a panic was printed is seen by whoever started this process.
    pub fn by<T>(call: impl FnOnce() -> Answer<T>) -> Self {
        match catch_unwind(AssertUnwindSafe(call)) {
            Ok(Ok(_)) => Self::Success,
            Ok(Err(said)) => said,
            Err(_) => Self::Panic,
        }
    }
}

impl Display for Said {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => write!(f, "success"),
            Self::Panic => write!(f, "a panic"),
            Self::Error(Some(code), _) => write!(f, "{:?}", Errno::from_raw(*code)),
            Self::Error(None, debug) => write!(f, "`{debug}`"),
        }
    }
}

macro_rules! errors {
    ($($error:ty: |$it:ident| $code:expr;)+) => {$(
        impl From<$error> for Said {
            fn from($it: $error) -> Self {
                Self::Error($code, format!("{:?}", $it))
            }
        }
    )+};
}
errors! {
    io::Error: |error| error.raw_os_error();
    os_memlock::Error: |error| error.raw_os_error();
    region::Error: |error| error.raw_os_error();
    rustix::io::Errno: |error| Some(error.raw_os_error());
    Errno: |error| Some(error as i32);
}
