//! The systems that rustix serves by way of the C library, all but Linux and Android:
//! the locks, the limits and the page size. A file below has what one of them, or
//! several, have besides or lack.

use core::ffi::c_void;

use rustix::process;

use super::contract::{Advice, Backend};
#[cfg(not(target_os = "haiku"))]
use super::getrlimit;
use super::rustix_common;
use crate::errno::ErrorCodes;
use crate::error::{Error, Result};
use crate::limits::{Limit, Resource};
use crate::support::Support;

cfg_if! {
    if #[cfg(any(target_os = "freebsd", target_os = "dragonfly"))] {
        mod bsd;
        pub(crate) use bsd::Os;
    } else if #[cfg(target_os = "macos")] {
        mod macos;
        pub(crate) use macos::Os;
    } else if #[cfg(any(
        target_os = "illumos",
        target_os = "solaris",
        target_os = "aix",
        target_os = "cygwin",
    ))] {
        mod no_memlock;
        pub(crate) use no_memlock::Os;
    } else if #[cfg(target_os = "haiku")] {
        mod no_limits;
        pub(crate) use no_limits::Os;
    } else {
        mod both_limits;
        pub(crate) use both_limits::Os;
    }
}

/// A system that is like the others but for what stands here.
pub(crate) trait Posix {
    /// rustix's name for `RLIMIT_MEMLOCK`, where the system has that limit.
    const MEMLOCK: Option<process::Resource>;

    /// rustix's name for `RLIMIT_CORE`, where the system has that limit.
    const CORE: Option<process::Resource>;

    /// The calls that the system has besides the locks, the limits and the page size.
    const MORE: Support = Support::empty();

    /// # Safety
    /// The range conditions of [`Backend`].
    unsafe fn advise(_advice: Advice, _addr: *mut c_void, _len: usize) -> Result<()> {
        Err(Error::UNSUPPORTED)
    }
}

fn rustix_name<P: Posix>(resource: Resource) -> Result<process::Resource> {
    match resource {
        Resource::Memlock => P::MEMLOCK,
        Resource::Core => P::CORE,
    }
    .ok_or(Error::UNSUPPORTED)
}

/// The flag, if the system has that limit.
const fn limit_support(name: Option<process::Resource>, flag: Support) -> Support {
    if name.is_some() {
        flag
    } else {
        Support::empty()
    }
}

impl<P: Posix> Backend for P {
    const CODES: ErrorCodes = rustix_common::CODES;

    const SUPPORTED: Support = Support::MLOCK
        .union(Support::MUNLOCK)
        .union(Support::PAGE_SIZE)
        .union(limit_support(P::MEMLOCK, Support::LIMIT_MEMLOCK))
        .union(limit_support(P::CORE, Support::LIMIT_CORE))
        .union(P::MORE);

    #[inline]
    unsafe fn mlock(addr: *const c_void, len: usize) -> Result<()> {
        // SAFETY: forwarded.
        unsafe { rustix_common::mlock(addr, len) }
    }

    #[inline]
    unsafe fn munlock(addr: *const c_void, len: usize) -> Result<()> {
        // SAFETY: forwarded.
        unsafe { rustix_common::munlock(addr, len) }
    }

    unsafe fn advise(advice: Advice, addr: *mut c_void, len: usize) -> Result<()> {
        // SAFETY: forwarded.
        unsafe { P::advise(advice, addr, len) }
    }

    #[cfg(not(target_os = "haiku"))]
    fn limit(resource: Resource) -> Result<Limit> {
        getrlimit::read(rustix_name::<P>(resource)?)
    }

    fn set_limit(resource: Resource, limit: Limit) -> Result<()> {
        rustix_common::set_limit(rustix_name::<P>(resource)?, limit)
    }

    fn page_size() -> Result<usize> {
        // The C library's answer, unless it is no power of two.
        let size = rustix::param::page_size();
        if size.is_power_of_two() {
            Ok(size)
        } else {
            Err(Error::NO_PAGE_SIZE)
        }
    }
}
