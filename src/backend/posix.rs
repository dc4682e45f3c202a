//! The systems that rustix serves by way of the C library, all but Linux and Android:
//! the locks, the limits and the page size.

use core::ffi::c_void;

use rustix::process;

use super::contract::{Advice, Backend};
use super::rustix_common;
use crate::errno::ErrorCodes;
use crate::error::{Error, Result};
use crate::limits::{Limit, Resource};
use crate::support::Support;

/// What all of them have.
pub(crate) const LOCKS: Support = Support::MLOCK
    .union(Support::MUNLOCK)
    .union(Support::PAGE_SIZE);

/// A system that is like the others but for what stands here.
pub(crate) trait Posix {
    const SUPPORTED: Support;

    /// rustix's name for `RLIMIT_MEMLOCK`, where the system has that limit.
    const MEMLOCK: Option<process::Resource>;

    /// rustix's name for `RLIMIT_CORE`, where the system has that limit.
    const CORE: Option<process::Resource>;

    /// # Safety
    /// The range rules of [`Backend`].
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

impl<P: Posix> Backend for P {
    const CODES: ErrorCodes = rustix_common::CODES;
    const SUPPORTED: Support = {
        assert!(P::SUPPORTED.contains(Support::LIMIT_MEMLOCK) == P::MEMLOCK.is_some());
        assert!(P::SUPPORTED.contains(Support::LIMIT_CORE) == P::CORE.is_some());
        P::SUPPORTED
    };

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

    fn limit(resource: Resource) -> Result<Limit> {
        // It cannot fail for a resource that the system has.
        let limit = process::getrlimit(rustix_name::<P>(resource)?);
        Ok(Limit::new(limit.current, limit.maximum))
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
