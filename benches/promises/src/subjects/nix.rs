//! nix: the C library, with types.

use core::ffi::c_void;
use core::ptr::NonNull;

use nix::errno::Errno;
use nix::sys::mman::{MmapAdvise, madvise, mlock, munlock};
use nix::sys::resource::{Resource, getrlimit};

use super::{NOTHING, Subject};
use crate::cell::Fault;

pub(super) const SUBJECT: Subject = Subject {
    name: "nix",
    package: ("nix", "0.31."),
    dependency: "nix = { version = \"0.31\", default-features = false, features = [\"mman\", \"resource\"] }",
    locks: "nix::sys::mman::mlock(core::ptr::NonNull::new_unchecked(addr), len).is_ok()",
    lock: Some(|addr, len| {
        // SAFETY: a lock changes no byte, whatever the range.
        unsafe { mlock(place(addr), len) }.map_err(fault)
    }),
    unlock: Some(|addr, len| {
        // SAFETY: as above; the cases unlock what is theirs.
        unsafe { munlock(place(addr), len) }.map_err(fault)
    }),
    hide: Some(|addr, len| {
        // SAFETY: the advice changes no byte.
        unsafe { madvise(place(addr), len, MmapAdvise::MADV_DONTDUMP) }.map_err(fault)
    }),
    limit: Some(|| {
        let (soft, hard) = getrlimit(Resource::RLIMIT_MEMLOCK).map_err(fault)?;
        Ok([soft, hard])
    }),
    ..NOTHING
};

fn place(addr: *mut c_void) -> NonNull<c_void> {
    NonNull::new(addr).expect("no case has a null pointer")
}

fn fault(error: Errno) -> Fault {
    Fault::new(Some(error as i32), &error)
}
