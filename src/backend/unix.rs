//! The Unix systems that have the locks and none of the advices.
//!
//! man pages: [OpenBSD](https://man.openbsd.org/mlock.2),
//! [NetBSD](https://man.netbsd.org/mlock.2),
//! [illumos](https://illumos.org/man/3C/mlock),
//! [POSIX](https://pubs.opengroup.org/onlinepubs/9799919799/functions/mlock.html).

use core::ffi::c_void;

use super::{Backend, Codes};
use crate::raw::Result;
use crate::{Limit, Resource, Support};

mod posix;

pub(crate) enum Os {}

impl Backend for Os {
    const CODES: Codes = posix::CODES;

    const SUPPORTED: Support = Support::MLOCK
        .union(Support::MUNLOCK)
        .union(posix::LIMITS)
        .union(Support::PAGE_SIZE);

    #[inline]
    unsafe fn mlock(addr: *const c_void, len: usize) -> Result<()> {
        // SAFETY: forwarded; the caller vouches for the same conditions.
        unsafe { posix::mlock(addr, len) }
    }

    #[inline]
    unsafe fn munlock(addr: *const c_void, len: usize) -> Result<()> {
        // SAFETY: forwarded; the caller vouches for the same conditions.
        unsafe { posix::munlock(addr, len) }
    }

    fn limit(resource: Resource) -> Result<Limit> {
        posix::getrlimit(resource)
    }

    fn set_limit(resource: Resource, new: Limit, before: Limit) -> Result<Limit> {
        posix::setrlimit(resource, new, before)
    }

    fn page_size() -> Result<usize> {
        posix::page_size()
    }
}
