//! The crate as it was.

use super::{NOTHING, Subject};
use crate::cell::Fault;

pub(super) const SUBJECT: Subject = Subject {
    name: "os-memlock",
    package: ("os-memlock", "0.2."),
    dependency: "os-memlock = \"=0.2.0\"",
    locks: "os_memlock::mlock(addr, len).is_ok()",
    lock: Some(|addr, len| {
        // SAFETY: a lock changes no byte, whatever the range.
        unsafe { os_memlock_0_2::mlock(addr, len) }.map_err(Fault::from)
    }),
    unlock: Some(|addr, len| {
        // SAFETY: as above; the cases unlock what is theirs.
        unsafe { os_memlock_0_2::munlock(addr, len) }.map_err(Fault::from)
    }),
    hide: Some(|addr, len| {
        // SAFETY: the advice changes no byte.
        unsafe { os_memlock_0_2::madvise_dontdump(addr, len) }.map_err(Fault::from)
    }),
    ..NOTHING
};
