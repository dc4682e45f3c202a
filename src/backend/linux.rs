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
        // finds is a filter that lets these through and refuses the reading.
        let soft_above_hard = process::Rlimit {
            current: Some(1),
            maximum: Some(0),
        };
        expect(Errno::INVAL, process::setrlimit(name, soft_above_hard))?;
        let nobody = Pid::from_raw(i32::MAX);
        expect(Errno::SRCH, process::prlimit(nobody, name, soft_above_hard))?;
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

/// Cold and inlined for the reasons that `said` has.
#[cold]
#[inline(always)]
fn advice_error(errno: Errno, advice: Advice) -> Error {
    codes::advice_error(&Os::CODES, errno.raw_os_error(), || {
        ask(advice) != Err(Errno::INVAL)
    })
}

/// Asks about the advice with a length of 0: EINVAL when the kernel does not know
/// it, which it checks before the range.
fn ask(advice: Advice) -> rustix::io::Result<()> {
    // SAFETY: a length of 0 touches no memory.
    unsafe { mm::madvise(null_mut(), 0, number(advice)) }
}

/// `Ok` when the answer is the expected errno.
fn expect<T>(expected: Errno, answer: rustix::io::Result<T>) -> Result<()> {
    match answer {
        Err(errno) if errno == expected => Ok(()),
        Err(errno) => Err(said(errno)),
        // Only a filter that fakes success can say so.
        Ok(_) => Err(Error::said(0)),
    }
}

/// Whether the kernel grants one call, asked without changing anything.
fn granted(call: Support) -> bool {
    match call {
        Support::MLOCK => lockable(|addr, len| {
            // SAFETY: `lockable` names no memory.
            unsafe { mm::mlock(addr, len) }
        }),
        Support::MLOCK_ONFAULT => lockable(|addr, len| {
            // SAFETY: `lockable` names no memory.
            unsafe { mm::mlock_with(addr, len, MlockFlags::ONFAULT) }
        }),
        // SAFETY: a length of 0 touches no memory.
        Support::MUNLOCK => unsafe { mm::munlock(null_mut(), 0) }.is_ok(),
        Support::DONTDUMP => ask(Advice::DontDump).is_ok(),
        Support::DODUMP => ask(Advice::DoDump).is_ok(),
        Support::WIPEONFORK => ask(Advice::WipeOnFork).is_ok(),
        Support::KEEPONFORK => ask(Advice::KeepOnFork).is_ok(),
        Support::DONTFORK => ask(Advice::DontFork).is_ok(),
        Support::DOFORK => ask(Advice::DoFork).is_ok(),
        Support::LIMIT_MEMLOCK => Os::limit(Resource::Memlock).is_ok(),
        Support::LIMIT_CORE => Os::limit(Resource::Core).is_ok(),
        Support::DUMPABLE => Os::process_dumpable().is_ok(),
        Support::PAGE_SIZE => Os::page_size().is_ok(),
        _ => false,
    }
}

/// Whether the lock is granted, and one page more of it.
///
/// The kernel looks at the limit and the privilege first, and then finds that the
/// page of the last byte of the address space wraps: EINVAL is the good answer.
/// The 64-bit kernels map nothing there. A 32-bit process can run on one, where
/// its last page does not wrap, so that it has to go by the limit alone.
fn lockable(lock: impl Fn(*mut c_void, usize) -> rustix::io::Result<()>) -> bool {
    if lock(null_mut(), 0).is_err() {
        return false;
    }
    if cfg!(target_pointer_width = "32") {
        return room_for_a_page();
    }
    let answer = lock(without_provenance_mut(usize::MAX), 1);
    // ENOMEM: all of the limit is in use, or it is less than a page.
    matches!(answer, Ok(()) | Err(Errno::INVAL)) || answer == Err(Errno::NOMEM) && room_for_a_page()
}

/// Whether the limit, used up or not, is at least one page.
fn room_for_a_page() -> bool {
    let (Ok(limit), Ok(page)) = (Os::limit(Resource::Memlock), Os::page_size()) else {
        return false;
    };
    limit.soft.is_none_or(|soft| soft >= page as u64)
}
