//! memsec: a lock that excludes from core dumps too, and an allocator.

use super::{Kept, NOTHING, RangeCall, Subject};
use crate::cell::{Answer, Fault};

pub(super) const SUBJECT: Subject = Subject {
    name: "memsec",
    package: ("memsec", "0.7."),
    dependency: "memsec = \"0.7\"",
    lock_only: Some(
        "memsec = { version = \"0.7\", default-features = false, features = [\"use_os\"] }",
    ),
    locks: "memsec::mlock(addr.cast(), len)",
    lock: Some(LOCK),
    unlock: Some(|addr, len| {
        // SAFETY: the cases unlock what is theirs and may be written, or no call that
        // could be reached is made with it.
        said(unsafe { memsec::munlock(addr.cast(), len) })
    }),
    hide: Some(LOCK),
    allocate: Some(|len, fill| {
        // SAFETY: the memory is used as bytes, and freed once.
        let Some(memory) = (unsafe { memsec::malloc_sized(len) }) else {
            return Err(Fault::new(None, &"None"));
        };
        let addr = memory.as_ptr().cast();
        fill(addr);
        let free = move || {
            // SAFETY: it was allocated above, and nobody frees it elsewhere.
            unsafe { memsec::free(memory) }
        };
        let free = Box::new(free);
        Ok(Kept { addr, free })
    }),
    ..NOTHING
};

const LOCK: RangeCall = |addr, len| {
    // SAFETY: a lock and an advice change no byte, whatever the range.
    said(unsafe { memsec::mlock(addr.cast(), len) })
};

fn said(done: bool) -> Answer<()> {
    if done {
        Ok(())
    } else {
        Err(Fault::new(None, &done))
    }
}
