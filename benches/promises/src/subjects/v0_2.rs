//! The crate as it was.

use os_memlock_0_2 as old;

use super::{NOTHING, Subject, range};

pub(super) const SUBJECT: Subject = Subject {
    name: "0.2.0",
    package: ("os-memlock", "0.2."),
    dependency: "os-memlock = \"=0.2.0\"",
    locks: "os_memlock::mlock(addr, len).is_ok()",
    lock: range!(|addr, len| old::mlock(addr, len)),
    unlock: range!(|addr, len| old::munlock(addr, len)),
    hide: range!(|addr, len| old::madvise_dontdump(addr, len)),
    ..NOTHING
};
