//! What the benchmarks share: inline assembly as the floor, pages to lock, and the
//! functions that are counted.

#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
compile_error!("the floor is written for Linux on x86_64 and aarch64");

pub mod counted;
pub mod floor;

use core::ffi::c_void;
use std::alloc::{Layout, alloc_zeroed};

/// Address and length of pages that nobody else uses, and that are never freed.
///
/// # Panics
/// When there is no memory.
#[must_use]
pub fn pages(count: usize) -> (*mut c_void, usize) {
    let page = os_memlock::raw::page_size().expect("the kernel tells its page size");
    let layout = Layout::from_size_align(count * page, page).expect("not too many");
    // SAFETY: the size is not 0.
    let pages = unsafe { alloc_zeroed(layout) };
    assert!(!pages.is_null(), "no room for {count} pages");
    (pages.cast(), layout.size())
}
