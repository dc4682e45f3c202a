//! Locks, keeps out of core dumps and unlocks, without a C library; the exit
//! status is the first errno. With feature `core` by os-memlock, otherwise by
//! inline assembly.
#![no_std]
#![no_main]

use core::arch::asm;
use core::ffi::c_void;
use core::hint::black_box;
use core::panic::PanicInfo;

#[cfg(feature = "core")]
mod calls {
    use core::ffi::c_void;
    use os_memlock::raw::{self, Result};

    /// # Safety
    /// As the three calls that it makes.
    pub(crate) unsafe fn all(addr: *mut c_void, len: usize) -> i32 {
        // SAFETY: forwarded; the caller vouches for the range.
        let done = unsafe { three(addr, len) };
        done.map_or_else(|error| error.raw_os_error().unwrap_or(255), |()| 0)
    }

    /// # Safety
    /// As the three calls that it makes.
    unsafe fn three(addr: *mut c_void, len: usize) -> Result<()> {
        // SAFETY: forwarded; the caller vouches for the range.
        unsafe { raw::mlock(addr, len) }?;
        // SAFETY: the same range.
        unsafe { raw::madvise_dontdump(addr, len) }?;
        // SAFETY: the same range.
        unsafe { raw::munlock(addr, len) }
    }
}

#[cfg(not(feature = "core"))]
mod calls {
    use core::ffi::c_void;

    /// mlock, madvise, munlock; the advice means something to the second only.
    const NUMBERS: [usize; 3] = [149, 28, 150];
    const MADV_DONTDUMP: usize = 16;

    /// # Safety
    /// As the three calls that it makes.
    pub(crate) unsafe fn all(addr: *mut c_void, len: usize) -> i32 {
        for number in NUMBERS {
            // SAFETY: the caller vouches for the range.
            let answer = unsafe { super::call(number, addr, len, MADV_DONTDUMP) };
            if answer != 0 {
                return -answer as i32;
            }
        }
        0
    }
}

/// # Safety
/// As the call with this number.
#[inline(always)]
unsafe fn call(number: usize, addr: *mut c_void, len: usize, third: usize) -> isize {
    let answer;
    // SAFETY: the caller vouches for the call; the kernel changes no register
    // but those that are named.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number => answer,
            in("rdi") addr,
            in("rsi") len,
            in("rdx") third,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack)
        );
    }
    answer
}

#[repr(align(4096))]
struct Page([u8; 4096]);

static PAGE: Page = Page([0; 4096]);

/// Where the kernel starts the program.
#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    let page = black_box((&raw const PAGE.0).cast_mut().cast());
    // SAFETY: the page is the program's own for as long as it runs.
    let status = unsafe { calls::all(page, black_box(4096)) };
    loop {
        // SAFETY: exit, which does not return.
        unsafe { call(60, core::ptr::without_provenance_mut(status as usize), 0, 0) };
    }
}

/// For the compiler, which wants one; nothing here panics.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}
