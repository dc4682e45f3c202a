//! FreeBSD and DragonFly.
//!
//! man pages: [mlock(2)](https://man.freebsd.org/cgi/man.cgi?query=mlock&sektion=2),
//! [madvise(2)](https://man.freebsd.org/cgi/man.cgi?query=madvise&sektion=2),
//! [getrlimit(2)](https://man.freebsd.org/cgi/man.cgi?query=getrlimit&sektion=2);
//! for DragonFly [mlock(2)](https://man.dragonflybsd.org/?command=mlock&section=2),
//! [madvise(2)](https://man.dragonflybsd.org/?command=madvise&section=2).

use core::ffi::{c_int, c_void};

use super::{Advice, Backend, Codes};
use crate::raw::Result;
use crate::{Error, Limit, Resource, Support};

mod posix;

/// rustix has `posix_madvise` here, which does not take these two advices.
const MADV_NOCORE: c_int = 8;
const MADV_CORE: c_int = 9;

#[cfg(test)]
const _: () = assert!(MADV_NOCORE == libc::MADV_NOCORE && MADV_CORE == libc::MADV_CORE);

unsafe extern "C" {
    fn madvise(addr: *mut c_void, len: usize, advice: c_int) -> c_int;

    #[cfg_attr(target_os = "freebsd", link_name = "__error")]
    fn __errno_location() -> *mut c_int;
}

pub(crate) enum Os {}

impl Backend for Os {
    const CODES: Codes = posix::CODES;

    const SUPPORTED: Support = Support::MLOCK
        .union(Support::MUNLOCK)
        .union(Support::DONTDUMP)
        .union(Support::DODUMP)
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

    unsafe fn madvise(advice: Advice, addr: *mut c_void, len: usize) -> Result<()> {
        let advice = match advice {
            Advice::DontDump => MADV_NOCORE,
            Advice::DoDump => MADV_CORE,
            _ => return Err(Error::NO_CALL),
        };
        // SAFETY: the declaration is that of <sys/mman.h>; neither advice
        // changes a byte, and the caller vouches for the range.
        if unsafe { madvise(addr, len, advice) } == 0 {
            return Ok(());
        }
        // SAFETY: the C library gives each thread an errno of its own.
        let errno = unsafe { __errno_location() };
        // SAFETY: the pointer is to this thread's errno, which `madvise` has just set.
        Err(Error::said(unsafe { errno.read() }))
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
