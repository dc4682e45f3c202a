//! Reads a resource limit by `prlimit64(0, resource, NULL, &old)`, which sets nothing.

use core::mem::MaybeUninit;
use core::ptr::{null_mut, without_provenance_mut};

use rustix::process::Resource;

use super::system_call::{PRLIMIT64, SystemCall, system_call};
use crate::backend::limit_answer::{UNWRITTEN, believed};
use crate::error::Result;
use crate::limits::Limit;

pub(super) fn read(resource: Resource) -> Result<Limit> {
    // SAFETY: it makes the very call.
    unsafe { read_by(system_call, resource) }
}

/// # Safety
/// `call` makes the system call, or does no more than that one does.
pub(crate) unsafe fn read_by(call: SystemCall, resource: Resource) -> Result<Limit> {
    let mut old = UNWRITTEN;
    let this_process = null_mut();
    let resource = without_provenance_mut(resource as u32 as usize);
    let set_nothing = null_mut();
    let [a, b, c, d] =
        [this_process, resource, set_nothing, (&raw mut old).cast()].map(MaybeUninit::new);
    // SAFETY: the call writes to `old` and nowhere else: two words of 64 bits, on every
    // processor.
    unsafe { call(PRLIMIT64, a, b, c, d) }?;
    believed(old, UNWRITTEN, u64::MAX)
}
