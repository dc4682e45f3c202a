//! The C library, through the libc crate: an error is in errno.

use std::io;

use super::{NOTHING, Subject};
use crate::cell::Answer;

pub(super) const SUBJECT: Subject = Subject {
    name: "libc",
    package: ("libc", "0.2."),
    dependency: "libc = { version = \"0.2\", default-features = false }",
    locks: "libc::mlock(addr, len) == 0",
    lock: Some(|addr, len| {
        // SAFETY: a lock changes no byte, whatever the range.
        said(unsafe { libc::mlock(addr, len) })
    }),
    unlock: Some(|addr, len| {
        // SAFETY: as above; the cases unlock what is theirs.
        said(unsafe { libc::munlock(addr, len) })
    }),
    hide: Some(|addr, len| {
        // SAFETY: the advice changes no byte.
        said(unsafe { libc::madvise(addr, len, libc::MADV_DONTDUMP) })
    }),
    limit: Some(|| {
        let mut limit = libc::rlimit {
            rlim_cur: 0,
            rlim_max: 0,
        };
        // SAFETY: the pointer is to a struct of this frame.
        said(unsafe { libc::getrlimit(libc::RLIMIT_MEMLOCK, &raw mut limit) })?;
        Ok([limit.rlim_cur, limit.rlim_max])
    }),
    ..NOTHING
};

fn said(answer: libc::c_int) -> Answer<()> {
    match answer {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error().into()),
    }
}
