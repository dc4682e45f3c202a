//! rustix, with its backend that needs no C library.

use rustix::io::Errno;
use rustix::mm::Advice;
use rustix::process::{Resource, getrlimit};

use super::{NOTHING, Subject};
use crate::cell::Fault;

pub(super) const SUBJECT: Subject = Subject {
    name: "rustix",
    package: ("rustix", "1."),
    dependency: "rustix = { version = \"1.1\", default-features = false, features = [\"mm\", \"process\"] }",
    locks: "rustix::mm::mlock(addr, len).is_ok()",
    lock: Some(|addr, len| {
        // SAFETY: a lock changes no byte, whatever the range.
        unsafe { rustix::mm::mlock(addr, len) }.map_err(fault)
    }),
    unlock: Some(|addr, len| {
        // SAFETY: as above; the cases unlock what is theirs.
        unsafe { rustix::mm::munlock(addr, len) }.map_err(fault)
    }),
    hide: Some(|addr, len| {
        // SAFETY: the advice changes no byte.
        unsafe { rustix::mm::madvise(addr, len, Advice::LinuxDontDump) }.map_err(fault)
    }),
    limit: Some(|| {
        let limit = getrlimit(Resource::Memlock);
        Ok([limit.current, limit.maximum].map(|it| it.unwrap_or(u64::MAX)))
    }),
    ..NOTHING
};

fn fault(error: Errno) -> Fault {
    Fault::new(Some(error.raw_os_error()), &error)
}
