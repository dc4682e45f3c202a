//! What the benchmarks share: inline assembly as the floor, pages to lock, and the
//! functions that are counted.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

pub mod counted;
pub mod floor;

use core::ffi::c_void;

/// Address and length of pages that nobody else uses, and that are never freed.
#[must_use]
pub fn pages(count: usize) -> (*mut c_void, usize) {
    let page = os_memlock::raw::page_size().expect("the kernel tells its page size");
    let memory = vec![0_u8; (count + 1) * page].leak().as_mut_ptr();
    let start = memory.wrapping_add(memory.align_offset(page));
    (start.cast(), count * page)
}
