//! Everybody who can lock pages, as pairs of functions that panic on failure.

use core::ffi::c_void;

use crate::{floor, pages};

/// One way to lock pages and to unlock them.
#[derive(Clone, Copy)]
pub struct Subject {
    pub name: &'static str,
    /// Conditions: as mlock and munlock, and the memory is nobody else's.
    pub lock: unsafe fn(*mut c_void, usize),
    pub unlock: unsafe fn(*mut c_void, usize),
}

/// The name, then what is done to `addr` and `len`: one expression to lock and
/// one to unlock, each true on success.
macro_rules! subject {
    ($name:literal, |$addr:ident, $len:ident| $lock:expr, $unlock:expr) => {{
        #[allow(unused_unsafe, reason = "one of them has a safe function")]
        unsafe fn lock($addr: *mut c_void, $len: usize) {
            // SAFETY: forwarded; the caller vouches for the range.
            let done = unsafe { $lock };
            assert!(done, concat!($name, " did not lock"));
        }
        #[allow(unused_unsafe, reason = "one of them has a safe function")]
        unsafe fn unlock($addr: *mut c_void, $len: usize) {
            // SAFETY: forwarded; the caller vouches for the range.
            let done = unsafe { $unlock };
            assert!(done, concat!($name, " did not unlock"));
        }
        Subject {
            name: $name,
            lock,
            unlock,
        }
    }};
}

/// The floor itself, against which all others are measured.
pub const FLOOR: Subject = subject!(
    "inline assembly",
    |addr, len| floor::mlock(addr, len) == 0,
    floor::munlock(addr, len) == 0
);

pub const RAW: Subject = subject!(
    "os_memlock::raw",
    |addr, len| os_memlock::raw::mlock(addr, len).is_ok(),
    os_memlock::raw::munlock(addr, len).is_ok()
);

pub const STD: Subject = subject!(
    "os_memlock",
    |addr, len| os_memlock::mlock(addr, len).is_ok(),
    os_memlock::munlock(addr, len).is_ok()
);

/// Those that do the same as the floor.
pub const SAME: [Subject; 7] = [
    FLOOR,
    RAW,
    STD,
    subject!(
        "rustix",
        |addr, len| rustix::mm::mlock(addr, len).is_ok(),
        rustix::mm::munlock(addr, len).is_ok()
    ),
    subject!(
        "libc",
        |addr, len| libc::mlock(addr, len) == 0,
        libc::munlock(addr, len) == 0
    ),
    subject!(
        "os-memlock 0.2.0",
        |addr, len| os_memlock_0_2::mlock(addr, len).is_ok(),
        os_memlock_0_2::munlock(addr, len).is_ok()
    ),
    subject!(
        "region 4",
        |addr, len| region::lock(addr, len).map(core::mem::forget).is_ok(),
        region::unlock(addr, len).is_ok()
    ),
];

/// Those that do something else, for which the ratio tells the price.
pub const OTHER: [Subject; 3] = [
    // Advises about dumps too, and its munlock zeroes the memory.
    subject!(
        "memsec 0.7",
        |addr, len| memsec::mlock(addr.cast(), len),
        memsec::munlock(addr.cast(), len)
    ),
    subject!(
        "mlock_onfault",
        |addr, len| os_memlock::raw::mlock_onfault(addr, len).is_ok(),
        os_memlock::raw::munlock(addr, len).is_ok()
    ),
    subject!(
        "mlock_onfault + touch",
        |addr, len| os_memlock::raw::mlock_onfault(addr, len).is_ok() && touch(addr, len),
        os_memlock::raw::munlock(addr, len).is_ok()
    ),
];

/// Writes to each page of the range.
///
/// # Safety
/// The range can be written and is nobody else's.
unsafe fn touch(addr: *mut c_void, len: usize) -> bool {
    for at in (0..len).step_by(pages::size()) {
        // SAFETY: `at` is below `len`, and the caller vouches for the range.
        unsafe { addr.wrapping_byte_add(at).cast::<u8>().write_volatile(1) };
    }
    true
}
