//! Reads a resource limit by the C library's `getrlimit`, and looks at its answer.
//!
//! A declaration of this crate's own, since rustix's function cannot report a failure and
//! reads uninitialised memory after one. It goes when rustix can. On Linux, which has
//! another call, it is there for the tests.

use core::ffi::c_int;

use rustix::process::Resource;

use super::c_errno;
use super::limit_answer::{UNWRITTEN, believed};
use crate::error::Result;
use crate::limits::Limit;

cfg_if! {
    if #[cfg(any(target_os = "freebsd", target_os = "dragonfly"))] {
        type Word = i64;
    } else if #[cfg(any(
        target_vendor = "apple",
        target_os = "openbsd",
        target_os = "netbsd",
        target_os = "nto",
    ))] {
        type Word = u64;
    } else if #[cfg(any(target_os = "linux", target_os = "android"))] {
        type Word = libc::rlim_t;
    } else {
        type Word = core::ffi::c_ulong;
    }
}

#[cfg(target_os = "hurd")]
pub(crate) type Name = core::ffi::c_uint;
#[cfg(not(target_os = "hurd"))]
pub(crate) type Name = c_int;

/// `RLIM_INFINITY`.
const NO_LIMIT: Word = if cfg!(any(
    target_os = "illumos",
    target_os = "solaris",
    target_os = "nto"
)) {
    !0 - 2
} else if cfg!(any(
    target_os = "linux",
    target_os = "android",
    target_os = "cygwin",
    target_os = "hurd"
)) {
    !0
} else {
    i64::MAX as Word
};

/// The soft and the hard limit, as `struct rlimit` has them.
pub(crate) type Limits = [Word; 2];

pub(crate) type Getrlimit = extern "C" fn(Name, &mut Limits) -> c_int;

unsafe extern "C" {
    // Safe, being that of <sys/resource.h>: whatever the number, it writes to `limits` alone.
    #[cfg_attr(
        all(target_os = "macos", target_arch = "x86"),
        link_name = "getrlimit$UNIX2003"
    )]
    safe fn getrlimit(resource: Name, limits: &mut Limits) -> c_int;
}

#[cfg(all(test, not(any(target_os = "linux", target_os = "android"))))]
const _: () = {
    const _: libc::rlim_t = NO_LIMIT;
    // Older versions of libc have another value for the Hurd.
    assert!(NO_LIMIT == libc::RLIM_INFINITY || cfg!(target_os = "hurd"));
    assert!(size_of::<Limits>() == size_of::<libc::rlimit>());
    assert!(core::mem::offset_of!(libc::rlimit, rlim_max) == size_of::<Word>());
};

pub(crate) fn read(resource: Resource) -> Result<Limit> {
    read_by(getrlimit, resource)
}

pub(crate) fn read_by(call: Getrlimit, resource: Resource) -> Result<Limit> {
    let unwritten = UNWRITTEN.map(|word| word as Word);
    let mut limits = unwritten;
    match call(resource as u32 as Name, &mut limits) {
        0 => believed(limits.map(to_u64), unwritten.map(to_u64), to_u64(NO_LIMIT)),
        _ => Err(c_errno::last_error()),
    }
}

/// Of FreeBSD's signed numbers none is negative.
#[allow(clippy::unnecessary_cast, reason = "not on every system")]
const fn to_u64(word: Word) -> u64 {
    word as u64
}
