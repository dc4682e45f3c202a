//! Locks, keeps out of core dumps and unlocks a page, and prints the result.
//! With feature `std` by os-memlock, with `v0_2` by its version 0.2.0, otherwise
//! not at all.

use std::ffi::c_void;
use std::hint::black_box;
use std::io;

#[cfg(feature = "std")]
use os_memlock as calls;
#[cfg(all(feature = "v0_2", not(feature = "std")))]
use os_memlock_0_2 as calls;

#[cfg(any(feature = "std", feature = "v0_2"))]
fn all(addr: *mut c_void, len: usize) -> io::Result<()> {
    // SAFETY: `main` owns the range, and nothing else locks it.
    unsafe { calls::mlock(addr, len) }?;
    // SAFETY: the same range.
    unsafe { calls::madvise_dontdump(addr, len) }?;
    // SAFETY: the same range.
    unsafe { calls::munlock(addr, len) }
}

#[cfg(not(any(feature = "std", feature = "v0_2")))]
fn all(_: *mut c_void, len: usize) -> io::Result<()> {
    if len == 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

#[repr(align(4096))]
struct Page([u8; 4096]);

fn main() {
    let mut page = Box::new(Page([0; 4096]));
    let addr = (&raw mut page.0).cast();
    println!("{:?}", all(black_box(addr), black_box(4096)));
}
