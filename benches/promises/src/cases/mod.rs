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
    /// In the table.
    pub title: &'static str,
    pub ask: Ask,
}

pub enum Ask {
    /// What the subject does, asked in a process of its own, in both profiles; nothing
    /// where it has no such call.
    Behaviour(fn(&Subject) -> Option<Cell>),
    /// What those say in a debug and in a release build.
    Profiles,
    /// What those printed.
    Silence,
    /// Whether a C library is in the tree of a dependent of this edition.
    Tree(&'static str),
    Crates,
    NoStd,
}
use Ask::{Behaviour, Crates, NoStd, Profiles, Silence, Tree};

const fn case(name: &'static str, title: &'static str, ask: Ask) -> Case {
    Case { name, title, ask }
}

#[rustfmt::skip]
pub static ALL: [Case; 23] = [
    case("too_long", "a lock of `usize::MAX` bytes is not reported as done", Behaviour(locks::too_long)),
    case("zero", "a zero length is a success under a limit of 0", Behaviour(locks::zero)),
    case("locked", "locked means in `VmLck` and in memory", Behaviour(locks::locked)),
    case("unreported", "over the limit, no memory is handed out as if it were locked", Behaviour(locks::unreported)),
    case("errno", "the errno of a lock arrives", Behaviour(errors::errno)),
    case("enosys", "ENOSYS is told from a bad argument", Behaviour(errors::enosys)),
    case("advice", "an advice that the kernel does not know is told from a bad argument", Behaviour(errors::advice)),
    case("over_limit", "over the limit is told from not permitted", Behaviour(errors::over_limit)),
    case("limit_of_0", "over a limit of 0 is told from not permitted", Behaviour(errors::limit_of_0)),
    case("unaligned", "an unaligned exclusion from dumps is an error or is done", Behaviour(memory::unaligned)),
    case("nothing_else", "lock and unlock are two system calls and change no byte", Behaviour(memory::nothing_else)),
    case("core", "after the documented use the secret is not in a core file", Behaviour(files::core)),
    case("swap", "after the documented use the secret is not on a swap device", Behaviour(files::swap)),
    case("neighbour", "a secret stays locked when one that was locked beside it is gone", Behaviour(memory::neighbour)),
    case("limit_policies", "a limit is read under so many of the policies of [Sandboxes](sandboxes)", Behaviour(limits::policies)),
    case("limit_refused", "where reading a limit is refused, none is made up", Behaviour(limits::refused)),
    case("limit_unwritten", "nor where something answers 0 for the kernel and writes nothing", Behaviour(limits::unwritten)),
    case("profiles", "all of this is the same in debug and release builds", Profiles),
    case("silence", "nothing of this panics or prints", Silence),
    case("tree_2018", "no C library in the tree, edition 2018", Tree("2018")),
    case("tree_2021", "no C library in the tree, edition 2021", Tree("2021")),
    case("crates", "crates in the tree", Crates),
    case("no_std", "works in a `no_std` program", NoStd),
];
