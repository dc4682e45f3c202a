//! What all systems that rustix serves have in common.

use core::ffi::c_void;

use rustix::io::Errno;
use rustix::{mm, process};

use crate::errno::{ErrorCodes, PosixErrnos, codes};
use crate::error::{Error, Result};
use crate::limits::Limit;

const ERRNOS: PosixErrnos = PosixErrnos([
    Errno::PERM.raw_os_error(),
    Errno::NOMEM.raw_os_error(),
    Errno::AGAIN.raw_os_error(),
    Errno::INVAL.raw_os_error(),
    Errno::ACCESS.raw_os_error(),
    Errno::FAULT.raw_os_error(),
    Errno::INTR.raw_os_error(),
    Errno::NOSYS.raw_os_error(),
    Errno::OPNOTSUPP.raw_os_error(),
    Errno::NOTSUP.raw_os_error(),
]);

/// rustix knows the numbers of the target; none is written by hand.
pub(crate) const CODES: ErrorCodes = codes!(ERRNOS);

#[allow(dead_code, reason = "what Linux answers to a question")]
pub(crate) const EINVAL: Error = os_error(Errno::INVAL);
#[allow(dead_code, reason = "as above")]
pub(crate) const ENOMEM: Error = os_error(Errno::NOMEM);

/// Makes a system call of rustix.
///
/// On aarch64 it is a function of its own. Linux clears the SVE registers at a system
/// call, which rustix's assembly does not tell the compiler. No function call preserves
/// them, so that nothing is kept in them across this one.
#[cfg_attr(target_arch = "aarch64", inline(never))]
#[cfg_attr(not(target_arch = "aarch64"), inline(always))]
pub(crate) fn by_rustix<T>(call: impl FnOnce() -> rustix::io::Result<T>) -> Result<T> {
    call().map_err(os_error)
}

/// The error for what the kernel said.
///
/// Cold keeps the success path free of jumps. Inlining leaves the std face nothing to
/// call but the conversion to `io::Error`, last: a call before it would need a stack
/// frame, which success would pay for.
#[cold]
#[inline]
const fn os_error(errno: Errno) -> Error {
    Error::from_raw_os_error(errno.raw_os_error())
}

/// # Safety
/// The range conditions of `Backend`.
#[inline]
pub(crate) unsafe fn mlock(addr: *const c_void, len: usize) -> Result<()> {
    // SAFETY: rustix asks for a range that may be read. Locking neither reads nor
    // writes it as far as the program can tell, and where nothing is mapped the
    // kernel reports an error. The rest is the range conditions.
    by_rustix(move || unsafe { mm::mlock(addr.cast_mut(), len) })
}

/// # Safety
/// The range conditions of `Backend`.
#[inline]
pub(crate) unsafe fn munlock(addr: *const c_void, len: usize) -> Result<()> {
    // SAFETY: as for `mlock`: unlocking changes no byte.
    by_rustix(move || unsafe { mm::munlock(addr.cast_mut(), len) })
}

pub(crate) fn set_limit(resource: process::Resource, limit: Limit) -> Result<()> {
    let limit = process::Rlimit {
        current: limit.soft,
        maximum: limit.hard,
    };
    by_rustix(move || process::setrlimit(resource, limit))
}
