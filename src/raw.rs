//! The `no_std` core: every call, with a four-byte [`Error`].
//!
//! This module is the same with and without feature `std`. The functions at the
//! crate root, which come with `std`, are these with `std::io::Result`.
#![allow(unsafe_code)]

use core::ffi::c_void;

use crate::backend::Os;
use crate::backend::contract::{Advice, Backend as _};
use crate::{core_limit, rules};

#[doc(inline)]
pub use crate::error::Result;

#[doc(no_inline)]
pub use crate::core_limit::CoreDumpsDisabledGuard;
#[doc(no_inline)]
pub use crate::error::Error;
#[doc(no_inline)]
pub use crate::limits::{Limit, Resource};
#[doc(no_inline)]
pub use crate::pages::{MAX_PAGE_SIZE, PageRange};
#[doc(no_inline)]
pub use crate::support::Support;

#[doc = include_str!("docs/mlock.md")]
#[doc = include_str!("docs/examples/mlock/raw.md")]
#[doc = include_str!("docs/mlock_errors.md")]
#[doc(alias = "VirtualLock")]
#[inline]
pub unsafe fn mlock(addr: *const c_void, len: usize) -> Result<()> {
    rules::on_bytes::<Os>(len, Support::MLOCK, || {
        // SAFETY: forwarded.
        unsafe { Os::mlock(addr, len) }
    })
}

#[doc = include_str!("docs/munlock.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Result, munlock};\n"]
#[doc = include_str!("docs/examples/munlock.md")]
#[doc(alias = "VirtualUnlock")]
#[inline]
pub unsafe fn munlock(addr: *const c_void, len: usize) -> Result<()> {
    rules::on_bytes::<Os>(len, Support::MUNLOCK, || {
        // SAFETY: forwarded.
        unsafe { Os::munlock(addr, len) }
    })
}

#[doc = include_str!("docs/munlock_after_failed_mlock.md")]
#[inline]
pub unsafe fn munlock_after_failed_mlock(addr: *const c_void, len: usize) {
    // SAFETY: forwarded.
    unsafe { rules::munlock_after_failed_mlock::<Os>(addr, len) }
}

#[doc = include_str!("docs/mlock_onfault.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Result, mlock, mlock_onfault};\n"]
#[doc = include_str!("docs/examples/mlock_onfault.md")]
#[doc(alias = "mlock2")]
#[doc(alias = "MLOCK_ONFAULT")]
#[inline]
pub unsafe fn mlock_onfault(addr: *const c_void, len: usize) -> Result<()> {
    rules::on_bytes::<Os>(len, Support::MLOCK_ONFAULT, || {
        // SAFETY: forwarded.
        unsafe { Os::mlock_onfault(addr, len) }
    })
}

#[doc = include_str!("docs/madvise_dontdump.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Result, madvise_dodump, madvise_dontdump};\n"]
#[doc = include_str!("docs/examples/madvise_dontdump.md")]
#[doc(alias = "MADV_DONTDUMP")]
#[doc(alias = "MADV_NOCORE")]
#[inline]
pub unsafe fn madvise_dontdump(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { rules::madvise::<Os>(Advice::DontDump, addr, len) }
}

#[doc = include_str!("docs/madvise_dodump.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Result, madvise_dodump, madvise_dontdump};\n"]
#[doc = include_str!("docs/examples/madvise_dontdump.md")]
#[doc(alias = "MADV_DODUMP")]
#[doc(alias = "MADV_CORE")]
#[inline]
pub unsafe fn madvise_dodump(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { rules::madvise::<Os>(Advice::DoDump, addr, len) }
}

#[doc = include_str!("docs/madvise_wipeonfork.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Result, madvise_keeponfork, madvise_wipeonfork};\n"]
#[doc = include_str!("docs/examples/madvise_wipeonfork.md")]
#[doc(alias = "MADV_WIPEONFORK")]
#[inline]
pub unsafe fn madvise_wipeonfork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { rules::madvise::<Os>(Advice::WipeOnFork, addr, len) }
}

#[doc = include_str!("docs/madvise_keeponfork.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Result, madvise_keeponfork, madvise_wipeonfork};\n"]
#[doc = include_str!("docs/examples/madvise_wipeonfork.md")]
#[doc(alias = "MADV_KEEPONFORK")]
#[inline]
pub unsafe fn madvise_keeponfork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { rules::madvise::<Os>(Advice::KeepOnFork, addr, len) }
}

#[doc = include_str!("docs/madvise_dontfork.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Result, madvise_dofork, madvise_dontfork};\n"]
#[doc = include_str!("docs/examples/madvise_dontfork.md")]
#[doc(alias = "MADV_DONTFORK")]
#[inline]
pub unsafe fn madvise_dontfork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { rules::madvise::<Os>(Advice::DontFork, addr, len) }
}

#[doc = include_str!("docs/madvise_dofork.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Result, madvise_dofork, madvise_dontfork};\n"]
#[doc = include_str!("docs/examples/madvise_dontfork.md")]
#[doc(alias = "MADV_DOFORK")]
#[inline]
pub unsafe fn madvise_dofork(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { rules::madvise::<Os>(Advice::DoFork, addr, len) }
}

#[doc = include_str!("docs/disable_core_dumps_for_process.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Result, disable_core_dumps_for_process, set_process_dumpable};\n"]
#[doc = include_str!("docs/examples/disable_core_dumps_for_process.md")]
#[doc(alias = "RLIMIT_CORE")]
pub fn disable_core_dumps_for_process() -> Result<()> {
    core_limit::disable()
}

#[doc = include_str!("docs/disable_core_dumps_with_guard.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Result, disable_core_dumps_with_guard};\n"]
#[doc = include_str!("docs/examples/disable_core_dumps_with_guard.md")]
#[doc(alias = "RLIMIT_CORE")]
pub fn disable_core_dumps_with_guard() -> Result<CoreDumpsDisabledGuard> {
    core_limit::guard()
}

#[doc = include_str!("docs/limit.md")]
#[doc = "# Examples\n```"]
#[doc = "use os_memlock::raw::{Resource, limit};\n"]
#[doc = include_str!("docs/examples/limit.md")]
#[doc(alias = "getrlimit")]
#[doc(alias = "ulimit")]
#[doc(alias = "prlimit")]
pub fn limit(resource: Resource) -> Result<Limit> {
    Os::limit(resource)
}

#[doc = include_str!("docs/set_soft_limit.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Limit, Resource, Result, limit, set_soft_limit};\n"]
#[doc = include_str!("docs/examples/set_soft_limit.md")]
#[doc(alias = "setrlimit")]
#[doc(alias = "prlimit")]
pub fn set_soft_limit(resource: Resource, soft: Option<u64>) -> Result<Limit> {
    rules::set_soft_limit::<Os>(resource, soft)
}

#[doc = include_str!("docs/set_limit.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Limit, Resource, Result, set_limit};\n"]
#[doc = include_str!("docs/examples/set_limit.md")]
#[doc(alias = "setrlimit")]
#[doc(alias = "prlimit")]
pub fn set_limit(resource: Resource, limit: Limit) -> Result<()> {
    rules::set_limit::<Os>(resource, limit)
}

#[doc = include_str!("docs/process_dumpable.md")]
#[doc = "# Examples\n```"]
#[doc = "use os_memlock::raw::process_dumpable;\n"]
#[doc = include_str!("docs/examples/process_dumpable.md")]
#[doc(alias = "prctl")]
#[doc(alias = "PR_GET_DUMPABLE")]
pub fn process_dumpable() -> Result<bool> {
    Os::process_dumpable()
}

#[doc = include_str!("docs/set_process_dumpable.md")]
#[doc = "# Examples\n```no_run"]
#[doc = "use os_memlock::raw::{Result, set_process_dumpable};\n"]
#[doc = include_str!("docs/examples/set_process_dumpable.md")]
#[doc(alias = "prctl")]
#[doc(alias = "PR_SET_DUMPABLE")]
pub fn set_process_dumpable(dumpable: bool) -> Result<()> {
    Os::set_process_dumpable(dumpable)
}

#[doc = include_str!("docs/page_size.md")]
#[doc = "# Examples\n```"]
#[doc = "use os_memlock::raw::{MAX_PAGE_SIZE, page_size};\n"]
#[doc = include_str!("docs/examples/page_size.md")]
#[doc(alias = "getpagesize")]
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
pub fn probe(calls: Support) -> Support {
    Os::probe(calls)
}
