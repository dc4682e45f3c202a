//! Memory and questions about it, on every system that the tests run on.

use core::ffi::c_void;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::*;
#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub use windows::*;

/// Panics unless the kernel finds these bytes' page locked, or not locked, where it can
/// be asked.
#[track_caller]
pub fn assert_locked(page: *mut c_void, expected: bool) {
    let found = is_locked(page);
    assert!(found.is_none_or(|it| it == expected), "locked: {found:?}");
}

/// The same for whether the page is in memory.
#[track_caller]
pub fn assert_in_memory(page: *mut c_void, expected: bool) {
    let found = is_in_memory(page);
    assert!(
        found.is_none_or(|it| it == expected),
        "in memory: {found:?}"
    );
}
