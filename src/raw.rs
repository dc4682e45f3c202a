//! The `no_std` core: every call, with a four-byte [`Error`].
//!
//! This module is the same with and without feature `std`. The functions at the
//! crate root, which come with `std`, are these with `std::io::Result`.
#![allow(unsafe_code)]

use core::ffi::c_void;

use crate::backend::{Advice, Backend, Os};
use crate::{core_limit, limits};

#[doc(no_inline)]
pub use crate::{CoreDumpsDisabledGuard, Error, Limit, PageRange, Resource, Support};

/// What the functions of this module return.
pub type Result<T, E = Error> = core::result::Result<T, E>;

#[doc = include_str!("docs/mlock.md")]
#[doc(alias = "VirtualLock")]
#[inline]
pub unsafe fn mlock(addr: *const c_void, len: usize) -> Result<()> {
    // SAFETY: the caller vouches for the range, as the backend asks.
    on_range::<Os>(Support::MLOCK, len, || unsafe { Os::mlock(addr, len) })
}

#[doc = include_str!("docs/munlock.md")]
#[doc(alias = "VirtualUnlock")]
#[inline]
pub unsafe fn munlock(addr: *const c_void, len: usize) -> Result<()> {
    // SAFETY: the caller vouches for the range, as the backend asks.
    on_range::<Os>(Support::MUNLOCK, len, || unsafe { Os::munlock(addr, len) })
}

#[doc = include_str!("docs/mlock_onfault.md")]
#[doc(alias = "mlock2")]
#[doc(alias = "MLOCK_ONFAULT")]
#[inline]
pub unsafe fn mlock_onfault(addr: *const c_void, len: usize) -> Result<()> {
    // SAFETY: the caller vouches for the range, as the backend asks.
    on_range::<Os>(Support::MLOCK_ONFAULT, len, || unsafe {
        Os::mlock_onfault(addr, len)
    })
}

#[doc = include_str!("docs/madvise_dontdump.md")]
#[doc(alias = "MADV_DONTDUMP")]
#[doc(alias = "MADV_NOCORE")]
#[inline]
pub unsafe fn madvise_dontdump(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: the caller vouches for the range, as `madvise` asks.
    unsafe { madvise(Advice::DontDump, addr, len) }
}

#[doc = include_str!("docs/madvise_dodump.md")]
#[doc(alias = "MADV_DODUMP")]
#[doc(alias = "MADV_CORE")]
#[inline]
pub unsafe fn madvise_dodump(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: the caller vouches for the range, as `madvise` asks.
    unsafe { madvise(Advice::DoDump, addr, len) }
}

#[doc = include_str!("docs/madvise_wipeonfork.md")]
#[doc(alias = "MADV_WIPEONFORK")]
#[inline]
pub unsafe fn madvise_wipeonfork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: the caller vouches for the range, as `madvise` asks.
    unsafe { madvise(Advice::WipeOnFork, addr, len) }
}

#[doc = include_str!("docs/madvise_keeponfork.md")]
#[doc(alias = "MADV_KEEPONFORK")]
#[inline]
pub unsafe fn madvise_keeponfork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: the caller vouches for the range, as `madvise` asks.
    unsafe { madvise(Advice::KeepOnFork, addr, len) }
}

#[doc = include_str!("docs/madvise_dontfork.md")]
#[doc(alias = "MADV_DONTFORK")]
#[inline]
pub unsafe fn madvise_dontfork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: the caller vouches for the range, as `madvise` asks.
    unsafe { madvise(Advice::DontFork, addr, len) }
}

#[doc = include_str!("docs/madvise_dofork.md")]
#[doc(alias = "MADV_DOFORK")]
#[inline]
pub unsafe fn madvise_dofork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: the caller vouches for the range, as `madvise` asks.
    unsafe { madvise(Advice::DoFork, addr, len) }
}

#[doc = include_str!("docs/disable_core_dumps_for_process.md")]
#[doc(alias = "RLIMIT_CORE")]
pub fn disable_core_dumps_for_process() -> Result<()> {
    core_limit::disable()
}

#[doc = include_str!("docs/disable_core_dumps_with_guard.md")]
#[doc(alias = "RLIMIT_CORE")]
pub fn disable_core_dumps_with_guard() -> Result<CoreDumpsDisabledGuard> {
    core_limit::guard()
}

#[doc = include_str!("docs/limit.md")]
#[doc(alias = "getrlimit")]
#[doc(alias = "prlimit")]
pub fn limit(resource: Resource) -> Result<Limit> {
    Os::limit(resource)
}

#[doc = include_str!("docs/set_soft_limit.md")]
#[doc(alias = "setrlimit")]
#[doc(alias = "prlimit")]
pub fn set_soft_limit(resource: Resource, soft: Option<u64>) -> Result<Limit> {
    limits::set_soft::<Os>(resource, soft)
}

#[doc = include_str!("docs/process_dumpable.md")]
#[doc(alias = "PR_GET_DUMPABLE")]
pub fn process_dumpable() -> Result<bool> {
    Os::process_dumpable()
}

#[doc = include_str!("docs/set_process_dumpable.md")]
#[doc(alias = "PR_SET_DUMPABLE")]
pub fn set_process_dumpable(dumpable: bool) -> Result<()> {
    Os::set_process_dumpable(dumpable)
}

#[doc = include_str!("docs/page_size.md")]
#[doc(alias = "sysconf")]
#[doc(alias = "GetSystemInfo")]
pub fn page_size() -> Result<usize> {
    Os::page_size()
}

#[doc = include_str!("docs/supported.md")]
#[must_use]
pub const fn supported() -> Support {
    Os::SUPPORTED
}

#[doc = include_str!("docs/probe.md")]
#[must_use]
pub fn probe(ask: Support) -> Support {
    Os::probe(ask)
}

/// # Safety
/// As [`Backend::madvise`].
#[inline]
unsafe fn madvise(advice: Advice, addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: the caller vouches for the range, as the backend asks.
    on_range::<Os>(advice.flag(), len, || unsafe {
        Os::madvise(advice, addr, len)
    })
}

/// The two rules that hold on every system: a zero length succeeds and a length
/// that no object has is refused, both without a system call.
///
/// As `isize` both are at most 0, so that the usual case pays for one test.
#[inline]
pub(crate) fn on_range<B: Backend>(
    call: Support,
    len: usize,
    go: impl FnOnce() -> Result<()>,
) -> Result<()> {
    if len as isize > 0 {
        go()
    } else if len == 0 {
        Ok(())
    } else {
        Err(too_long::<B>(call))
    }
}

/// Cold, so that a call is one straight run around its system call.
#[cold]
#[inline]
fn too_long<B: Backend>(call: Support) -> Error {
    if B::SUPPORTED.contains(call) {
        Error::said(B::CODES.invalid)
    } else {
        Error::NO_CALL
    }
}
