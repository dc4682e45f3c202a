//! FreeBSD and DragonFly: both limits, and exclusion from core dumps.
//!
//! man pages: [mlock(2)](https://man.freebsd.org/cgi/man.cgi?query=mlock&sektion=2),
//! [madvise(2)](https://man.freebsd.org/cgi/man.cgi?query=madvise&sektion=2),
//! [getrlimit(2)](https://man.freebsd.org/cgi/man.cgi?query=getrlimit&sektion=2);
//! for DragonFly [mlock(2)](https://man.dragonflybsd.org/?command=mlock&section=2),
//! [madvise(2)](https://man.dragonflybsd.org/?command=madvise&section=2).

use core::ffi::{c_int, c_void};

use rustix::process::Resource;

use super::contract::Advice;
use super::posix::{LOCKS, Posix};
use crate::error::{Error, Result};
use crate::support::Support;

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

impl Posix for Os {
    const SUPPORTED: Support = LOCKS
        .union(Support::DONTDUMP)
        .union(Support::DODUMP)
        .union(Support::LIMIT_MEMLOCK)
        .union(Support::LIMIT_CORE);
    const MEMLOCK: Option<Resource> = Some(Resource::Memlock);
    const CORE: Option<Resource> = Some(Resource::Core);

    unsafe fn advise(advice: Advice, addr: *mut c_void, len: usize) -> Result<()> {
        let advice = match advice {
            Advice::DontDump => MADV_NOCORE,
            Advice::DoDump => MADV_CORE,
            _ => return Err(Error::UNSUPPORTED),
        };
        // SAFETY: the declaration is that of <sys/mman.h>; neither advice
        // changes a byte, and the rest is the range rules.
        if unsafe { madvise(addr, len, advice) } == 0 {
            return Ok(());
        }
        // SAFETY: the C library gives each thread an errno of its own.
        let errno = unsafe { __errno_location() };
        // SAFETY: the pointer is to this thread's errno, which `madvise` has just set.
        Err(Error::from_raw_os_error(unsafe { errno.read() }))
    }
}
