//! Linux and Android.
//!
//! man pages: [mlock(2)](https://man7.org/linux/man-pages/man2/mlock.2.html),
//! [madvise(2)](https://man7.org/linux/man-pages/man2/madvise.2.html),
//! [getrlimit(2)](https://man7.org/linux/man-pages/man2/getrlimit.2.html),
//! [PR_SET_DUMPABLE(2const)](https://man7.org/linux/man-pages/man2/PR_SET_DUMPABLE.2const.html).

use core::ffi::c_void;
use core::ptr::{null_mut, without_provenance_mut};

use rustix::io::Errno;
use rustix::mm::{self, MlockFlags};
use rustix::process::{self, DumpableBehavior, Pid};

use super::{Advice, Backend, Codes, codes};
use crate::raw::Result;
use crate::{Error, Limit, Resource, Support};

mod posix;
use posix::said;

pub(crate) enum Os {}

impl Backend for Os {
    const CODES: Codes = posix::CODES;

    const SUPPORTED: Support = Support::all().difference(Support::DISABLE_CORE_DUMPS);

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

    #[inline]
    unsafe fn mlock_onfault(addr: *const c_void, len: usize) -> Result<()> {
        // SAFETY: as for `posix::mlock`: locking changes no byte.
        unsafe { mm::mlock_with(addr.cast_mut(), len, MlockFlags::ONFAULT) }.map_err(said)
    }

    #[inline]
    unsafe fn madvise(advice: Advice, addr: *mut c_void, len: usize) -> Result<()> {
        // SAFETY: none of these advices changes a byte of the calling process;
        // what they change for a child or a dump is what the caller asks for.
        unsafe { mm::madvise(addr, len, number(advice)) }
            .map_err(|errno| advice_error(errno, advice))
    }

    fn limit(resource: Resource) -> Result<Limit> {
        let Some(name) = posix::resource(resource) else {
            return Err(Error::NO_CALL);
        };
        // rustix's getrlimit cannot report a failure, and reads uninitialised
        // memory after one. Whether a filter lets the call through is therefore
        // asked first. The soft limit in the questions is above the hard one, so
        // that no kernel can carry them out; two of them, with two answers,
        // since a filter can give either answer to everything. What no question
        // finds is a filter that lets through every call but this very one.
        ask(None, name, Errno::INVAL)?;
        ask(Pid::from_raw(i32::MAX), name, Errno::SRCH)?;
        Ok(posix::from_rlimit(process::getrlimit(name)))
    }

    fn set_limit(resource: Resource, new: Limit, _before: Limit) -> Result<Limit> {
        let Some(name) = posix::resource(resource) else {
            return Err(Error::NO_CALL);
        };
        process::prlimit(None, name, posix::to_rlimit(new))
            .map(posix::from_rlimit)
            .map_err(said)
    }

    fn process_dumpable() -> Result<bool> {
        let state = process::dumpable_behavior().map_err(said)?;
        Ok(state != DumpableBehavior::NotDumpable)
    }

    fn set_process_dumpable(dumpable: bool) -> Result<()> {
        process::set_dumpable_behavior(if dumpable {
            DumpableBehavior::Dumpable
        } else {
            DumpableBehavior::NotDumpable
        })
        .map_err(said)
    }

    fn page_size() -> Result<usize> {
        // The kernel refuses an address that is not page-aligned before it looks
        // at the length, and does nothing for a length of 0. So the first power
        // of two that it accepts is the page size, found without /proc and
        // without the auxiliary vector.
        let mut size = 4096;
        while size <= 1 << 20 {
            // SAFETY: a length of 0 touches no memory, wherever the address is.
            match unsafe { mm::madvise(without_provenance_mut(size), 0, mm::Advice::Normal) } {
                Ok(()) => return Ok(size),
                Err(Errno::INVAL) => size *= 2,
                Err(errno) => return Err(said(errno)),
            }
        }
        Err(Error::NO_CALL)
    }

    fn probe(ask: Support) -> Support {
        (Self::SUPPORTED & ask)
            .iter()
            .filter(|&call| granted(call))
            .collect()
    }
}

/// rustix's name for the advice.
const fn number(advice: Advice) -> mm::Advice {
    match advice {
        Advice::DontDump => mm::Advice::LinuxDontDump,
        Advice::DoDump => mm::Advice::LinuxDoDump,
        Advice::WipeOnFork => mm::Advice::LinuxWipeOnFork,
        Advice::KeepOnFork => mm::Advice::LinuxKeepOnFork,
        Advice::DontFork => mm::Advice::LinuxDontFork,
        Advice::DoFork => mm::Advice::LinuxDoFork,
    }
}

#[cold]
#[inline(never)]
fn advice_error(errno: Errno, advice: Advice) -> Error {
    codes::advice_error(&Os::CODES, errno.raw_os_error(), || knows(advice))
}

/// Whether the kernel knows the advice: it checks that before the range.
fn knows(advice: Advice) -> bool {
    // SAFETY: a length of 0 touches no memory.
    unsafe { mm::madvise(null_mut(), 0, number(advice)) }.is_ok()
}

/// Asks prlimit for what no kernel can carry out; `Ok` when it answers `expected`.
fn ask(pid: Option<Pid>, resource: process::Resource, expected: Errno) -> Result<()> {
    let soft_above_hard = process::Rlimit {
        current: Some(1),
        maximum: Some(0),
    };
    match process::prlimit(pid, resource, soft_above_hard) {
        Err(errno) if errno == expected => Ok(()),
        Err(errno) => Err(said(errno)),
        // Only a filter that fakes success can say so.
        Ok(_) => Err(Error::refused(0)),
    }
}

/// Whether the kernel grants one call, asked without changing anything.
fn granted(call: Support) -> bool {
    match call {
        // SAFETY: a length of 0 touches no memory.
        Support::MLOCK => unsafe { mm::mlock(null_mut(), 0) }.is_ok() && one_page(),
        Support::MLOCK_ONFAULT => {
            // SAFETY: a length of 0 touches no memory.
            unsafe { mm::mlock_with(null_mut(), 0, MlockFlags::ONFAULT) }.is_ok() && one_page()
        }
        // SAFETY: a length of 0 touches no memory.
        Support::MUNLOCK => unsafe { mm::munlock(null_mut(), 0) }.is_ok(),
        Support::DONTDUMP => knows(Advice::DontDump),
        Support::DODUMP => knows(Advice::DoDump),
        Support::WIPEONFORK => knows(Advice::WipeOnFork),
        Support::KEEPONFORK => knows(Advice::KeepOnFork),
        Support::DONTFORK => knows(Advice::DontFork),
        Support::DOFORK => knows(Advice::DoFork),
        Support::LIMIT_MEMLOCK => Os::limit(Resource::Memlock).is_ok(),
        Support::LIMIT_CORE => Os::limit(Resource::Core).is_ok(),
        Support::DUMPABLE => Os::process_dumpable().is_ok(),
        Support::PAGE_SIZE => Os::page_size().is_ok(),
        _ => false,
    }
}

/// Whether the process may lock one page: the limit has room for it, or does not
/// bind this process.
fn one_page() -> bool {
    let (Ok(limit), Ok(page)) = (Os::limit(Resource::Memlock), Os::page_size()) else {
        // Not known: what the kernel said to a length of 0 stands.
        return true;
    };
    limit.soft.is_none_or(|soft| soft >= page as u64) || unbound(page)
}

/// Whether the limit does not bind this process, for `CAP_IPC_LOCK` or otherwise.
///
/// The last page of the address space is never there to be locked. The kernel
/// checks the limit first (ENOMEM) and then finds that the range wraps (EINVAL).
/// A 32-bit process on a 64-bit kernel is told ENOMEM in either case.
fn unbound(page: usize) -> bool {
    let last = without_provenance_mut(page.wrapping_neg());
    // SAFETY: no process can map the last page of the address space.
    let answer = unsafe { mm::mlock(last, page) };
    answer == Err(Errno::INVAL)
}
