//! What stands in a cell, and what a subject's error says.

use core::fmt::{self, Debug, Display, Formatter};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use nix::errno::Errno;

pub const YES: &str = "yes";
pub const NO: &str = "**no**";
pub const NOT_RUN: &str = "NOT RUN";

/// A verdict or a fact, and what was seen, in words that can stand in a note.
#[derive(Clone)]
pub struct Cell {
    pub verdict: String,
    pub saw: String,
    /// What is to be known of it besides.
    pub remark: &'static str,
}

impl Cell {
    pub fn fact(fact: impl Display, saw: impl Display) -> Self {
        Self {
            verdict: fact.to_string(),
            saw: saw.to_string().replace('\n', " "),
            remark: "",
        }
    }

    /// `yes` where it holds, `no` otherwise.
    pub fn whether(holds: bool, saw: impl Display) -> Self {
        Self::fact(if holds { YES } else { NO }, saw)
    }

    pub fn yes(saw: impl Display) -> Self {
        Self::fact(YES, saw)
    }

    pub fn no(saw: impl Display) -> Self {
        Self::fact(NO, saw)
    }

    pub fn with(self, remark: &'static str) -> Self {
        Self { remark, ..self }
    }

    /// Whether a failure was reported as an error, which a panic is not.
    pub fn error(fault: &Fault) -> Self {
        Self::whether(!fault.is_panic(), fault)
    }

    /// The subject has no such call.
    pub fn lacking() -> Self {
        Self::fact("–", "")
    }

    pub fn not_run(why: impl Display) -> Self {
        Self::fact(NOT_RUN, why)
    }

    /// One line, from which [`Cell::read`] makes the same cell.
    pub fn line(&self) -> String {
        format!("{MARK}{}\t{}", self.verdict, self.saw)
    }

    pub fn read(line: &str) -> Option<Self> {
        let (verdict, saw) = line.strip_prefix(MARK)?.split_once('\t')?;
        Some(Self::fact(verdict, saw))
    }

    /// What has to be said below the table, if not empty.
    pub fn note(&self) -> String {
        let saw = if self.verdict == YES { "" } else { &self.saw };
        let mut parts = vec![saw, self.remark];
        parts.retain(|it| !it.is_empty());
        parts.join("; ")
    }
}

const MARK: &str = "cell: ";

/// An error as its receiver sees it.
pub struct Fault {
    pub code: Option<i32>,
    /// Its `Debug` output: two errors that differ in nothing else are one to a user.
    pub says: String,
}

impl Fault {
    pub fn new(code: Option<i32>, error: &impl Debug) -> Self {
        let says = format!("{error:?}");
        Self { code, says }
    }

    pub fn is_panic(&self) -> bool {
        self.says == PANIC
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::new(error.raw_os_error(), &error)
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "{:?}", Errno::from_raw(code)),
            None if self.is_panic() => f.write_str(PANIC),
            None => write!(f, "`{}`", self.says),
        }
    }
}

/// What stands in place of the error of a call that panics.
const PANIC: &str = "a panic";

pub type Answer<T> = Result<T, Fault>;

/// Calls a subject. A panic of it is an error like another; that it was printed is seen
/// by whoever started this process.
pub fn attempt<T>(call: impl FnOnce() -> Answer<T>) -> Answer<T> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(Fault::new(None, &format_args!("{PANIC}"))))
}
