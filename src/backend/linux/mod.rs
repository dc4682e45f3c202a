//! Linux and Android.
//!
//! man pages: [mlock(2)](https://man7.org/linux/man-pages/man2/mlock.2.html),
//! [madvise(2)](https://man7.org/linux/man-pages/man2/madvise.2.html),
//! [getrlimit(2)](https://man7.org/linux/man-pages/man2/getrlimit.2.html),
//! [PR_SET_DUMPABLE(2const)](https://man7.org/linux/man-pages/man2/PR_SET_DUMPABLE.2const.html).

use core::ffi::c_void;
use core::mem::MaybeUninit;
use core::ptr::without_provenance_mut;

use rustix::mm::{self, MlockFlags};
use rustix::process::{self, DumpableBehavior};

use super::contract::{Advice, Backend};
use super::rustix_common::{self, by_rustix};
use crate::errno::ErrorCodes;
use crate::error::{Error, Result};
use crate::limits::{Limit, Resource};
use crate::support::Support;

mod advice;
mod limit;
mod page_size;
mod probe;
mod system_call;
#[cfg(test)]
mod tests;

pub(crate) enum Os {}

impl Backend for Os {
    const CODES: ErrorCodes = rustix_common::CODES;

    const SUPPORTED: Support = Support::MLOCK
        .union(Support::MUNLOCK)
        .union(Support::MLOCK_ONFAULT)
        .union(Support::DONTDUMP)
        .union(Support::DODUMP)
        .union(Support::WIPEONFORK)
        .union(Support::KEEPONFORK)
        .union(Support::DONTFORK)
        .union(Support::DOFORK)
        .union(Support::LIMIT_MEMLOCK)
        .union(Support::LIMIT_CORE)
        .union(Support::DUMPABLE)
        .union(Support::PAGE_SIZE);

    const FAILED_LOCK_STAYS: bool = true;

    #[inline]
    unsafe fn mlock(addr: *const c_void, len: usize) -> Result<()> {
        // SAFETY: forwarded.
        unsafe { rustix_common::mlock(addr, len) }
    }

    #[inline]
    unsafe fn munlock(addr: *const c_void, len: usize) -> Result<()> {
        // SAFETY: forwarded.
        unsafe { rustix_common::munlock(addr, len) }
    }

    #[inline]
    unsafe fn mlock_onfault(addr: *const c_void, len: usize) -> Result<()> {
        let [addr, len, flags] = [
            addr.cast_mut(),
            without_provenance_mut(len),
            without_provenance_mut(MlockFlags::ONFAULT.bits() as usize),
        ]
        .map(MaybeUninit::new);
        // SAFETY: as for `rustix_common::mlock`: locking changes no byte.
        unsafe {
            system_call::system_call(system_call::MLOCK2, addr, len, flags, MaybeUninit::uninit())
        }
    }

    #[inline]
    unsafe fn advise(advice: Advice, addr: *mut c_void, len: usize) -> Result<()> {
        let advice = advice::to_rustix(advice);
        // SAFETY: none of these values changes a byte of the calling process; what they
        // change for a child or a dump is part of the range conditions.
        by_rustix(move || unsafe { mm::madvise(addr, len, advice) })
    }

    /// Inlined, since a call would cost the caller a stack frame.
    #[inline(always)]
    fn knows_advice(advice: Advice) -> bool {
        advice::ask_about(advice) != Err(rustix_common::EINVAL)
    }

    fn limit(resource: Resource) -> Result<Limit> {
        limit::read(rustix_resource(resource))
    }

    fn set_limit(resource: Resource, limit: Limit) -> Result<()> {
        rustix_common::set_limit(rustix_resource(resource), limit)
    }

    fn process_dumpable() -> Result<bool> {
        let state = by_rustix(process::dumpable_behavior)?;
        Ok(state != DumpableBehavior::NotDumpable)
    }

    fn set_process_dumpable(dumpable: bool) -> Result<()> {
        let state = if dumpable {
            DumpableBehavior::Dumpable
        } else {
            DumpableBehavior::NotDumpable
        };
        by_rustix(move || process::set_dumpable_behavior(state))
    }

    fn page_size() -> Result<usize> {
        page_size::page_size()
    }

    fn probe(calls: Support) -> Support {
        (Self::SUPPORTED & calls)
            .iter()
            .filter(|&call| probe::grants(call))
            .collect()
    }
}

const fn rustix_resource(resource: Resource) -> process::Resource {
    match resource {
        Resource::Memlock => process::Resource::Memlock,
        Resource::Core => process::Resource::Core,
    }
}

// An `Error` that says that Linux does not know an advice reads as EINVAL.
const _: () = assert!(matches!(
    Error::UNKNOWN_ADVICE.raw_os_error(),
    Some(code) if code == rustix_common::CODES.invalid
));
