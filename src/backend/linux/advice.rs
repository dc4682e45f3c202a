//! rustix's names for the advices, and how the kernel is asked about one.

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

/// Gives the advice to no memory. The kernel still refuses, with EINVAL, an advice
/// that it does not know and an address that is not page-aligned.
#[inline(always)]
pub(super) fn give_to_nothing(addr: usize, advice: mm::Advice) -> Result<()> {
    // SAFETY: a length of 0 names no memory, wherever the address is.
    by_rustix(move || unsafe { mm::madvise(without_provenance_mut(addr), 0, advice) })
}
