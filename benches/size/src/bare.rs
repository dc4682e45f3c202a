//! Locks, keeps out of core dumps and unlocks a page, without a C library; the exit status
//! is the first errno. With feature `core` by os-memlock, otherwise by inline assembly.
#![no_std]
#![no_main]

use core::ffi::c_void;
use core::hint::black_box;
use core::mem::MaybeUninit;

#[path = "../../src/floor.rs"]
mod floor;

#[cfg(feature = "core")]
fn all(addr: *mut c_void, len: usize) -> i32 {
    use os_memlock::raw::{Result, madvise_dontdump, mlock, munlock};
    let three = || -> Result<()> {
        // SAFETY: the page is the program's own.
        unsafe { mlock(addr, len) }?;
        // SAFETY: as above.
        unsafe { madvise_dontdump(addr, len) }?;
        // SAFETY: as above.
        unsafe { munlock(addr, len) }
    };
    three().map_or_else(|error| error.raw_os_error().unwrap_or(255), |()| 0)
}

#[cfg(not(feature = "core"))]
fn all(addr: *mut c_void, len: usize) -> i32 {
    // Only the second looks at it.
    let dontdump = MaybeUninit::new(16);
    // mlock, madvise, munlock.
    for number in [149, 28, 150] {
        // SAFETY: the page is the program's own.
        let answer = unsafe { floor::call(number, addr, len, dontdump) };
        if answer != 0 {
            return -answer as i32;
        }
    }
    0
}

#[repr(align(4096))]
struct Page([u8; 4096]);

static PAGE: Page = Page([0; 4096]);

/// Where the kernel starts the program.
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    const EXIT: i64 = 60;
    let page = black_box((&raw const PAGE.0).cast_mut().cast());
    let status = core::ptr::without_provenance(all(page, black_box(4096)) as usize);
    loop {
        // SAFETY: exit, which does not return.
        unsafe { floor::call(EXIT, status, 0, MaybeUninit::uninit()) };
    }
}

/// For the compiler, which wants one; nothing here panics.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
