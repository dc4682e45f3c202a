//! What stands in a cell, and what a subject's error says.

use core::fmt::{self, Debug, Display, Formatter};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use nix::errno::Errno;

#[derive(Clone, PartialEq)]
pub enum Verdict {
    Yes,
    No,
    /// The subject has no such call.
    Lacking,
    Fact(String),
    NotRun,
}

/// A verdict, and what was seen, in words that can stand in a note.
#[derive(Clone, PartialEq)]
pub struct Cell {
    pub verdict: Verdict,
    pub saw: String,
}

impl Cell {
    pub fn new(verdict: Verdict, saw: impl Display) -> Self {
        let saw = saw.to_string().replace('\n', " ");
        Self { verdict, saw }
    }

    /// `yes` where it holds, `no` otherwise.
    pub fn whether(holds: bool, saw: impl Display) -> Self {
        Self::new(if holds { Verdict::Yes } else { Verdict::No }, saw)
    }

    pub fn yes(saw: impl Display) -> Self {
        Self::whether(true, saw)
    }

    pub fn no(saw: impl Display) -> Self {
        Self::whether(false, saw)
    }

    pub fn lacking() -> Self {
        Self::new(Verdict::Lacking, "it has no such call")
    }

    pub fn fact(fact: impl Display, saw: impl Display) -> Self {
        Self::new(Verdict::Fact(fact.to_string()), saw)
    }

    pub fn not_run(why: impl Display) -> Self {
        Self::new(Verdict::NotRun, why)
    }

    /// One line, from which [`Cell::read`] makes the same cell.
    pub fn line(&self) -> String {
        format!("{MARK}{}\t{}", self.verdict, self.saw)
    }

    pub fn read(line: &str) -> Option<Self> {
        use Verdict::{Fact, Lacking, No, NotRun, Yes};
        let (word, saw) = line.strip_prefix(MARK)?.split_once('\t')?;
        let mut words = [Yes, No, Lacking, NotRun].into_iter();
        let verdict = words.find(|it| it.to_string() == word);
        Some(Self::new(verdict.unwrap_or(Fact(word.into())), saw))
    }

    /// What has to be said below the table.
    pub fn note(&self) -> Option<&str> {
        let silent = matches!(self.verdict, Verdict::Yes | Verdict::Lacking) || self.saw.is_empty();
        (!silent).then_some(&self.saw)
    }
}

const MARK: &str = "cell: ";

impl Display for Verdict {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::No => "**no**",
            Self::Lacking => "–",
            Self::Fact(text) => text,
            Self::NotRun => "NOT RUN",
        })
    }
}

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
            None => write!(f, "`{}`", self.says),
        }
    }
}

/// What stands in place of the error of a call that panics.
pub const PANIC: &str = "a panic";

pub type Answer<T> = Result<T, Fault>;

/// Calls a subject. A panic of it is an error like another; that it was printed is seen
/// by whoever started this process.
pub fn attempt<T>(call: impl FnOnce() -> Answer<T>) -> Answer<T> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(Fault::new(None, &format_args!("{PANIC}"))))
}
