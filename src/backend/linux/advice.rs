//! rustix's names for the advice values, and how the kernel is asked about one.

use core::ptr::without_provenance_mut;

use rustix::mm;

use crate::backend::contract::Advice;
use crate::backend::rustix_common::by_rustix;
use crate::error::Result;

#[inline]
pub(super) const fn to_rustix(advice: Advice) -> mm::Advice {
    match advice {
        Advice::DontDump => mm::Advice::LinuxDontDump,
        Advice::DoDump => mm::Advice::LinuxDoDump,
        Advice::WipeOnFork => mm::Advice::LinuxWipeOnFork,
        Advice::KeepOnFork => mm::Advice::LinuxKeepOnFork,
        Advice::DontFork => mm::Advice::LinuxDontFork,
        Advice::DoFork => mm::Advice::LinuxDoFork,
    }
}

/// Advises memory that no process has, so that nothing changes: EINVAL, unless the kernel
/// knows the advice.
///
/// That is one byte in the kernel's part of the address space: ENOMEM. Other processors,
/// and 32-bit processes, have no such place; there it is a length of 0, for which gVisor
/// and old versions of qemu return success whatever the advice.
#[inline(always)]
pub(super) fn ask_about(advice: Advice) -> Result<()> {
    let advice = to_rustix(advice);
    if cfg!(all(
        target_pointer_width = "64",
        any(
            target_arch = "x86_64",
            target_arch = "aarch64",
            target_arch = "riscv64"
        )
    )) {
        // SAFETY: the kernel lets nobody have memory there.
        by_rustix(move || unsafe { mm::madvise(without_provenance_mut(NOWHERE), 1, advice) })
    } else {
        advise_nothing(0, advice)
    }
}

/// Where a page begins, of any size up to 256 KiB, and not the last one: the end of the
/// last page wraps to 0, which is EINVAL for every advice.
pub(crate) const NOWHERE: usize = !0 << 20;

/// Gives the advice to no byte at this address.
#[inline(always)]
pub(super) fn advise_nothing(addr: usize, advice: mm::Advice) -> Result<()> {
    // SAFETY: a length of 0 names no memory.
    by_rustix(move || unsafe { mm::madvise(without_provenance_mut(addr), 0, advice) })
}
