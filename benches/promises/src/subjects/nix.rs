//! nix: the C library, with types.

use core::ffi::c_void;
use core::ptr::NonNull;

use nix::errno::Errno;
use nix::sys::mman::{MmapAdvise, madvise, mlock, munlock};
use nix::sys::resource::{Resource, getrlimit};

use super::{NOTHING, Subject, range};
use crate::cell::Fault;

pub(super) const SUBJECT: Subject = Subject {
    name: "nix",
    package: ("nix", "0.31."),
    dependency: "nix = { version = \"0.31\", default-features = false, features = [\"mman\", \"resource\"] }",
    locks: "nix::sys::mman::mlock(core::ptr::NonNull::new_unchecked(addr), len).is_ok()",
    lock: range!(|addr, len| mlock(place(addr), len)),
    unlock: range!(|addr, len| munlock(place(addr), len)),
    hide: range!(|addr, len| madvise(place(addr), len, MmapAdvise::MADV_DONTDUMP)),
    limit: Some(|| {
        let (soft, hard) = getrlimit(Resource::RLIMIT_MEMLOCK)?;
        Ok([soft, hard])
    }),
    ..NOTHING
};

fn place(addr: *mut c_void) -> NonNull<c_void> {
    NonNull::new(addr).expect("no case has a null pointer")
}

impl From<Errno> for Fault {
    fn from(error: Errno) -> Self {
        Self::new(Some(error as i32), &error)
    }
}
