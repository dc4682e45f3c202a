//! The C library, through the libc crate.

use super::{NOTHING, Said as _, Subject, range};

pub(super) const SUBJECT: Subject = Subject {
    name: "libc",
    package: ("libc", "0.2."),
    dependency: "libc = { version = \"0.2\", default-features = false }",
    locks: "libc::mlock(addr, len) == 0",
    lock: range!(|addr, len| libc::mlock(addr, len)),
    unlock: range!(|addr, len| libc::munlock(addr, len)),
    hide: range!(|addr, len| libc::madvise(addr, len, libc::MADV_DONTDUMP)),
    limit: Some(|| {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: the pointer is to a struct of this frame.
        unsafe { libc::getrlimit(libc::RLIMIT_MEMLOCK, &raw mut limit) }.said()?;
        Ok([limit.rlim_cur, limit.rlim_max])
    }),
    ..NOTHING
};
