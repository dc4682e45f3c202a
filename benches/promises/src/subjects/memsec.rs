//! memsec: a lock, and an allocator, which excludes from core dumps too. Its lock does
//! that as well, but is not documented to.

use core::ffi::c_int;

use super::{Kept, NOTHING, Subject, range};
use crate::cell::Fault;

pub(super) const SUBJECT: Subject = Subject {
    name: "memsec",
    package: ("memsec", "0.7."),
    dependency: "memsec = \"0.7\"",
    lock_only: Some(
        "memsec = { version = \"0.7\", default-features = false, features = [\"use_os\"] }",
    ),
    locks: "memsec::mlock(addr.cast(), len)",
    // Each ends in the call of the C library.
    lock: range!(|addr, len| c_int::from(!memsec::mlock(addr.cast(), len))),
    unlock: range!(|addr, len| c_int::from(!memsec::munlock(addr.cast(), len))),
    allocate: Some(|len, fill| {
        // SAFETY: the memory is used as bytes, and freed at most once.
        let memory = unsafe { memsec::malloc_sized(len) };
        let memory = memory.ok_or_else(|| Fault::new(None, &memory))?;
        let addr = memory.as_ptr().cast();
        fill(addr);
        // SAFETY: it was allocated above, and nobody else frees it.
        let free = Box::new(move || unsafe { memsec::free(memory) });
        Ok(Kept { addr, free })
    }),
    ..NOTHING
};
