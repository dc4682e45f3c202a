//! The rows of the table.

mod errors;
mod files;
mod limits;
mod locks;
mod memory;

use crate::cell::Cell;
use crate::subjects::Subject;

pub struct Case {
    /// On the command line.
    pub name: &'static str,
    title: &'static str,
    pub ask: Ask,
}

impl Case {
    /// In the table.
    pub fn title(&self) -> String {
        format!("{} (`{}`)", self.title, self.name)
    }
}

pub enum Ask {
    /// What the subject does, asked in a process of its own, in both profiles; nothing
    /// where it has no such call.
    Behaviour(fn(&Subject) -> Option<Cell>),
    /// What those say in a debug and in a release build.
    Profiles,
    /// What those printed.
    Silence,
    /// The C libraries in the tree of a dependent.
    CLibraries,
    Crates,
    NoStd,
}
use Ask::{Behaviour, CLibraries, Crates, NoStd, Profiles, Silence};

const fn case(name: &'static str, title: &'static str, ask: Ask) -> Case {
    Case { name, title, ask }
}

#[rustfmt::skip]
pub static ALL: [Case; 22] = [
    case("too_long", "a lock of `usize::MAX` bytes is not reported as done", Behaviour(locks::too_long)),
    case("zero", "answer to a zero length under a limit of 0", Behaviour(locks::zero)),
    case("locked", "locked means in `VmLck` and in memory", Behaviour(locks::locked)),
    case("unreported", "a lock over the limit is reported", Behaviour(locks::unreported)),
    case("errno", "the errno of a lock and of an exclusion from dumps arrives", Behaviour(errors::errno)),
    case("enosys", "ENOSYS is told apart from a bad argument", Behaviour(errors::enosys)),
    case("advice", "an advice that the kernel does not know is told apart from a bad argument", Behaviour(errors::advice)),
    case("over_limit", "over the limit is told apart from not permitted", Behaviour(errors::over_limit)),
    case("limit_of_0", "over a limit of 0 is told apart from not permitted", Behaviour(errors::limit_of_0)),
    case("unaligned", "an unaligned exclusion from dumps is an error or is done", Behaviour(memory::unaligned)),
    case("exclusion_calls", "system calls of an exclusion from dumps, on success and after EINVAL", Behaviour(memory::exclusion_calls)),
    case("nothing_else", "lock and unlock are two system calls and change no byte", Behaviour(memory::nothing_else)),
    case("core", "after locking and excluding, the secret is not in a core file", Behaviour(files::core)),
    case("swap", "after locking and excluding, the secret is not on a swap device", Behaviour(files::swap)),
    case("neighbour", "a secret stays locked when one that was locked beside it is gone", Behaviour(memory::neighbour)),
    case("limit_policies", "policies of [Sandboxes](sandboxes) under which a limit can be read", Behaviour(limits::policies)),
    case("limit_refused", "where reading a limit is refused, none is made up", Behaviour(limits::refused)),
    case("profiles", "every case above answers the same in debug and release builds", Profiles),
    case("silence", "no case above panics or prints", Silence),
    case("c_libraries", "C library crates in the tree of a dependent, editions 2018 and 2021", CLibraries),
    case("crates", "crates in the tree, without build dependencies", Crates),
    case("no_std", "works in a `no_std` program that links the C library", NoStd),
];
