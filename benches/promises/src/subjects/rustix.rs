//! rustix, with its backend that needs no C library.

use rustix::io::Errno;
use rustix::mm::{Advice, madvise, mlock, munlock};
use rustix::process::{Resource, getrlimit};

use super::{NOTHING, Subject, range};
use crate::cell::Fault;

pub(super) const SUBJECT: Subject = Subject {
    name: "rustix",
    package: ("rustix", "1."),
    dependency: "rustix = { version = \"1.1\", default-features = false, features = [\"mm\", \"process\"] }",
    locks: "rustix::mm::mlock(addr, len).is_ok()",
    lock: range!(|addr, len| mlock(addr, len)),
    unlock: range!(|addr, len| munlock(addr, len)),
    hide: range!(|addr, len| madvise(addr, len, Advice::LinuxDontDump)),
    limit: Some(|| {
        let limit = getrlimit(Resource::Memlock);
        Ok([limit.current, limit.maximum].map(|it| it.unwrap_or(u64::MAX)))
    }),
    ..NOTHING
};

impl From<Errno> for Fault {
    fn from(error: Errno) -> Self {
        Self::new(Some(error.raw_os_error()), &error)
    }
}
