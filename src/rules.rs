//! What is decided alike for every operating system, above the calls that its
//! backend makes. The tests run this very code on a fake of each system.
#![allow(unsafe_code)]

use core::ffi::c_void;

use crate::backend::contract::{Advice, Backend};
use crate::error::{Error, Result};
use crate::limits::{Limit, Resource, finite, lowest};
use crate::support::Support;

/// Makes a call on a range of `len` bytes, save for two lengths that need no system
/// call: 0 succeeds, and one that no object has is refused.
///
/// As `isize` both are at most 0, so that the usual case pays for one test.
#[inline]
pub(crate) fn on_bytes<B: Backend>(
    len: usize,
    call: Support,
    system_call: impl FnOnce() -> Result<()>,
) -> Result<()> {
    if len as isize > 0 {
        system_call()
    } else if len == 0 {
        Ok(())
    } else {
        Err(refused::<B>(call))
    }
}

/// The error for an argument that the system is not asked about. Cold keeps the success
/// path free of jumps.
#[cold]
#[inline]
const fn refused<B: Backend>(call: Support) -> Error {
    if B::SUPPORTED.contains(call) {
        invalid::<B>()
    } else {
        Error::UNSUPPORTED
    }
}

/// What the system says of an invalid argument.
const fn invalid<B: Backend>() -> Error {
    Error::from_raw_os_error(B::CODES.invalid)
}

/// # Safety
/// The range conditions of [`Backend`], and those of the function of `raw` for the advice.
#[inline]
pub(crate) unsafe fn madvise<B: Backend>(
    advice: Advice,
    addr: *mut c_void,
    len: usize,
) -> Result<()> {
    on_bytes::<B>(len, advice.support(), || {
        // SAFETY: forwarded.
        unsafe { B::advise(advice, addr, len) }.map_err(|error| advice_error::<B>(advice, error))
    })
}

/// EINVAL from `madvise` stands for a bad range, for a mapping that does not take the
/// advice, and for an advice that the kernel does not know. Only the last is
/// "unsupported", and only the kernel can tell.
///
/// Cold keeps the success path free of jumps; inlining spares the caller a stack frame.
#[cold]
#[inline(always)]
pub(crate) fn advice_error<B: Backend>(advice: Advice, error: Error) -> Error {
    if error == invalid::<B>() && !B::knows_advice(advice) {
        Error::UNKNOWN_ADVICE
    } else {
        error
    }
}

/// Unlocks what a lock that failed may have left locked, where a system leaves anything.
///
/// # Safety
/// The range conditions of [`Backend`].
#[inline]
pub(crate) unsafe fn munlock_after_failed_mlock<B: Backend>(addr: *const c_void, len: usize) {
    if B::FAILED_LOCK_STAYS {
        // Where the pages were not locked, or are not all there, nothing is to be undone.
        let _ = on_bytes::<B>(len, Support::MUNLOCK, || {
            // SAFETY: forwarded.
            unsafe { B::munlock(addr, len) }
        });
    }
}

/// Sets both values, unless the soft one is above the hard one: some systems would
/// clamp it instead of refusing it.
pub(crate) fn set_limit<B: Backend>(resource: Resource, limit: Limit) -> Result<()> {
    let limit = Limit::new(finite(limit.soft), finite(limit.hard));
    if lowest(limit.soft, limit.hard) == limit.soft {
        B::set_limit(resource, limit)
    } else {
        Err(refused::<B>(resource.support()))
    }
}

/// Sets the soft value only, and returns the limit that was read just before.
pub(crate) fn set_soft_limit<B: Backend>(resource: Resource, soft: Option<u64>) -> Result<Limit> {
    let before = B::limit(resource)?;
    set_limit::<B>(resource, Limit { soft, ..before })?;
    Ok(before)
}
