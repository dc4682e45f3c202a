//! What the systems that rustix serves have in common.

use core::ffi::c_void;

use rustix::io::Errno;
use rustix::{mm, process};

#[cfg(not(any(target_os = "linux", target_os = "android")))]
use crate::Support;
use crate::backend::codes::{Codes, Errnos};
use crate::raw::Result;
use crate::{Error, Limit, Resource};

const ERRNOS: Errnos = Errnos {
    perm: Errno::PERM.raw_os_error(),
    nomem: Errno::NOMEM.raw_os_error(),
    again: Errno::AGAIN.raw_os_error(),
    inval: Errno::INVAL.raw_os_error(),
    acces: Errno::ACCESS.raw_os_error(),
    fault: Errno::FAULT.raw_os_error(),
    intr: Errno::INTR.raw_os_error(),
    nosys: Errno::NOSYS.raw_os_error(),
    opnotsupp: Errno::OPNOTSUPP.raw_os_error(),
    notsup: Errno::NOTSUP.raw_os_error(),
};

/// rustix knows the numbers of the target; none is written by hand.
pub(crate) const CODES: Codes = Codes {
    invalid: ERRNOS.inval,
    unsupported: &ERRNOS.unsupported(),
    known: &ERRNOS.known(),
};

/// The error for what the kernel said. Cold, so that a call is one straight run
/// around its system call. Inlined, so that of the std face's own path there is
/// nothing left to call but the conversion to `io::Error`, last: a call before it
/// would need a stack frame, which success would pay for.
#[cold]
#[inline]
pub(crate) fn said(errno: Errno) -> Error {
    Error::said(errno.raw_os_error())
}

/// # Safety
/// As `raw::mlock`.
#[inline]
pub(crate) unsafe fn mlock(addr: *const c_void, len: usize) -> Result<()> {
    // SAFETY: rustix asks for a range that may be read. Locking neither reads nor
    // writes it as far as the program can tell, and where nothing is mapped the
    // kernel answers with an error. The caller vouches for the rest.
    unsafe { mm::mlock(addr.cast_mut(), len) }.map_err(said)
}

/// # Safety
/// As `raw::munlock`.
#[inline]
pub(crate) unsafe fn munlock(addr: *const c_void, len: usize) -> Result<()> {
    // SAFETY: as for `mlock`: unlocking changes no byte.
    unsafe { mm::munlock(addr.cast_mut(), len) }.map_err(said)
}

/// The limits that the system has.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) const LIMITS: Support = {
    let mut limits = Support::empty();
    if resource(Resource::Memlock).is_some() {
        limits = limits.union(Support::LIMIT_MEMLOCK);
    }
    if resource(Resource::Core).is_some() {
        limits = limits.union(Support::LIMIT_CORE);
    }
    limits
};

/// The name that rustix has for the limit, if the system has the limit.
pub(crate) const fn resource(resource: Resource) -> Option<process::Resource> {
    match resource {
        #[cfg(not(any(
            target_os = "illumos",
            target_os = "solaris",
            target_os = "aix",
            target_os = "cygwin",
            target_os = "haiku",
        )))]
        Resource::Memlock => Some(process::Resource::Memlock),
        #[cfg(not(target_os = "haiku"))]
        Resource::Core => Some(process::Resource::Core),
        #[cfg(any(
            target_os = "illumos",
            target_os = "solaris",
            target_os = "aix",
            target_os = "cygwin",
            target_os = "haiku",
        ))]
        _ => None,
    }
}

pub(crate) const fn to_rlimit(limit: Limit) -> process::Rlimit {
    process::Rlimit {
        current: limit.soft,
        maximum: limit.hard,
    }
}

pub(crate) const fn from_rlimit(limit: process::Rlimit) -> Limit {
    Limit {
        soft: limit.current,
        hard: limit.maximum,
    }
}

/// `getrlimit`, which cannot fail for a resource that the system has.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn getrlimit(of: Resource) -> Result<Limit> {
    let of = resource(of).ok_or(Error::NO_CALL)?;
    Ok(from_rlimit(process::getrlimit(of)))
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn setrlimit(of: Resource, new: Limit, before: Limit) -> Result<Limit> {
    let of = resource(of).ok_or(Error::NO_CALL)?;
    process::setrlimit(of, to_rlimit(new)).map_err(said)?;
    Ok(before)
}

/// The page size of the C library; whatever is no power of two is none.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) fn page_size() -> Result<usize> {
    let size = rustix::param::page_size();
    if size.is_power_of_two() {
        Ok(size)
    } else {
        Err(Error::NO_CALL)
    }
}
