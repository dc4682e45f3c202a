//! FreeBSD and DragonFly: both limits, and exclusion from core dumps.
//!
//! man pages: [mlock(2)](https://man.freebsd.org/cgi/man.cgi?query=mlock&sektion=2),
//! [madvise(2)](https://man.freebsd.org/cgi/man.cgi?query=madvise&sektion=2),
//! [getrlimit(2)](https://man.freebsd.org/cgi/man.cgi?query=getrlimit&sektion=2);
//! for DragonFly [mlock(2)](https://man.dragonflybsd.org/?command=mlock&section=2),
//! [madvise(2)](https://man.dragonflybsd.org/?command=madvise&section=2).

use core::ffi::{c_int, c_void};

use rustix::process::Resource;

use super::Posix;
use crate::backend::c_errno;
use crate::backend::contract::Advice;
use crate::error::{Error, Result};
use crate::support::Support;

/// rustix has `posix_madvise` here, which does not take these two values.
const MADV_NOCORE: c_int = 8;
const MADV_CORE: c_int = 9;

#[cfg(test)]
const _: () = assert!(MADV_NOCORE == libc::MADV_NOCORE && MADV_CORE == libc::MADV_CORE);

unsafe extern "C" {
    fn madvise(addr: *mut c_void, len: usize, advice: c_int) -> c_int;
}

pub(crate) enum Os {}

impl Posix for Os {
    const MEMLOCK: Option<Resource> = Some(Resource::Memlock);
    const CORE: Option<Resource> = Some(Resource::Core);
    const MORE: Support = Support::DONTDUMP.union(Support::DODUMP);

    unsafe fn advise(advice: Advice, addr: *mut c_void, len: usize) -> Result<()> {
        let advice = match advice {
            Advice::DontDump => MADV_NOCORE,
            Advice::DoDump => MADV_CORE,
            _ => return Err(Error::UNSUPPORTED),
        };
        // SAFETY: the declaration is that of <sys/mman.h>; neither value changes a byte,
        // and the rest is the range conditions.
        match unsafe { madvise(addr, len, advice) } {
            0 => Ok(()),
            _ => Err(c_errno::last_error()),
        }
    }
}
