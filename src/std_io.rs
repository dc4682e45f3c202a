//! The std face: the functions of [`raw`] with `std::io::Result`. Each one
//! converts the error and does nothing else.
#![allow(unsafe_code)]

use core::ffi::c_void;
use std::io::Result;

use crate::core_limit::CoreDumpsDisabledGuard;
use crate::limits::{Limit, Resource};
use crate::raw;

#[doc = include_str!("docs/mlock.md")]
#[doc = include_str!("docs/examples/mlock/std.md")]
#[doc = include_str!("docs/mlock_errors.md")]
#[doc(alias = "VirtualLock")]
#[inline]
pub unsafe fn mlock(addr: *const c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    Ok(unsafe { raw::mlock(addr, len) }?)
}

#[doc = include_str!("docs/munlock.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::munlock;"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/munlock.md")]
#[doc(alias = "VirtualUnlock")]
#[inline]
pub unsafe fn munlock(addr: *const c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    Ok(unsafe { raw::munlock(addr, len) }?)
}

#[doc(inline)]
pub use crate::raw::munlock_after_failed_mlock;

#[doc = include_str!("docs/mlock_onfault.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::{mlock, mlock_onfault};"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/mlock_onfault.md")]
#[doc(alias = "mlock2")]
#[doc(alias = "MLOCK_ONFAULT")]
#[inline]
pub unsafe fn mlock_onfault(addr: *const c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    Ok(unsafe { raw::mlock_onfault(addr, len) }?)
}

#[doc = include_str!("docs/madvise_dontdump.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::{madvise_dodump, madvise_dontdump};"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/madvise_dontdump.md")]
#[doc(alias = "MADV_DONTDUMP")]
#[doc(alias = "MADV_NOCORE")]
#[inline]
pub unsafe fn madvise_dontdump(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    Ok(unsafe { raw::madvise_dontdump(addr, len) }?)
}

#[doc = include_str!("docs/madvise_dodump.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::{madvise_dodump, madvise_dontdump};"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/madvise_dontdump.md")]
#[doc(alias = "MADV_DODUMP")]
#[doc(alias = "MADV_CORE")]
#[inline]
pub unsafe fn madvise_dodump(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    Ok(unsafe { raw::madvise_dodump(addr, len) }?)
}

#[doc = include_str!("docs/madvise_wipeonfork.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::{madvise_keeponfork, madvise_wipeonfork};"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/madvise_wipeonfork.md")]
#[doc(alias = "MADV_WIPEONFORK")]
#[inline]
pub unsafe fn madvise_wipeonfork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    Ok(unsafe { raw::madvise_wipeonfork(addr, len) }?)
}

#[doc = include_str!("docs/madvise_keeponfork.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::{madvise_keeponfork, madvise_wipeonfork};"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/madvise_wipeonfork.md")]
#[doc(alias = "MADV_KEEPONFORK")]
#[inline]
pub unsafe fn madvise_keeponfork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    Ok(unsafe { raw::madvise_keeponfork(addr, len) }?)
}

#[doc = include_str!("docs/madvise_dontfork.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::{madvise_dofork, madvise_dontfork};"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/madvise_dontfork.md")]
#[doc(alias = "MADV_DONTFORK")]
#[inline]
pub unsafe fn madvise_dontfork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    Ok(unsafe { raw::madvise_dontfork(addr, len) }?)
}

#[doc = include_str!("docs/madvise_dofork.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::{madvise_dofork, madvise_dontfork};"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/madvise_dontfork.md")]
#[doc(alias = "MADV_DOFORK")]
#[inline]
pub unsafe fn madvise_dofork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    Ok(unsafe { raw::madvise_dofork(addr, len) }?)
}

#[doc = include_str!("docs/disable_core_dumps_for_process.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::{disable_core_dumps_for_process, set_process_dumpable};"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/disable_core_dumps_for_process.md")]
#[doc(alias = "RLIMIT_CORE")]
pub fn disable_core_dumps_for_process() -> Result<()> {
    Ok(raw::disable_core_dumps_for_process()?)
}

#[doc = include_str!("docs/disable_core_dumps_with_guard.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::disable_core_dumps_with_guard;"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/disable_core_dumps_with_guard.md")]
#[doc(alias = "RLIMIT_CORE")]
pub fn disable_core_dumps_with_guard() -> Result<CoreDumpsDisabledGuard> {
    Ok(raw::disable_core_dumps_with_guard()?)
}

#[doc = include_str!("docs/limit.md")]
#[doc = "# Examples\n```"]
#[doc = "use os_memlock::{Resource, limit};\n"]
#[doc = include_str!("docs/examples/limit.md")]
#[doc(alias = "getrlimit")]
#[doc(alias = "ulimit")]
#[doc(alias = "prlimit")]
pub fn limit(resource: Resource) -> Result<Limit> {
    Ok(raw::limit(resource)?)
}

#[doc = include_str!("docs/set_soft_limit.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::{Limit, Resource, limit, set_soft_limit};"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/set_soft_limit.md")]
#[doc(alias = "setrlimit")]
#[doc(alias = "prlimit")]
pub fn set_soft_limit(resource: Resource, soft: Option<u64>) -> Result<Limit> {
    Ok(raw::set_soft_limit(resource, soft)?)
}

#[doc = include_str!("docs/set_limit.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::{Limit, Resource, set_limit};"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/set_limit.md")]
#[doc(alias = "setrlimit")]
#[doc(alias = "prlimit")]
pub fn set_limit(resource: Resource, limit: Limit) -> Result<()> {
    Ok(raw::set_limit(resource, limit)?)
}

#[doc = include_str!("docs/process_dumpable.md")]
#[doc = "# Examples\n```"]
#[doc = "use os_memlock::process_dumpable;\n"]
#[doc = include_str!("docs/examples/process_dumpable.md")]
#[doc(alias = "prctl")]
#[doc(alias = "PR_GET_DUMPABLE")]
pub fn process_dumpable() -> Result<bool> {
    Ok(raw::process_dumpable()?)
}

#[doc = include_str!("docs/set_process_dumpable.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::set_process_dumpable;"]
#[doc = "use std::io::Result;\n"]
#[doc = include_str!("docs/examples/set_process_dumpable.md")]
#[doc(alias = "prctl")]
#[doc(alias = "PR_SET_DUMPABLE")]
pub fn set_process_dumpable(dumpable: bool) -> Result<()> {
    Ok(raw::set_process_dumpable(dumpable)?)
}

#[doc = include_str!("docs/page_size.md")]
#[doc = "# Examples\n```"]
#[doc = "use os_memlock::{MAX_PAGE_SIZE, page_size};\n"]
#[doc = include_str!("docs/examples/page_size.md")]
#[doc(alias = "getpagesize")]
#[doc(alias = "sysconf")]
#[doc(alias = "GetSystemInfo")]
pub fn page_size() -> Result<usize> {
    Ok(raw::page_size()?)
}

#[doc(inline)]
pub use crate::raw::supported;

#[doc(inline)]
pub use crate::raw::probe;
