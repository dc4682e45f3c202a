//! The floor: a system call in inline assembly, with no check of anything.

use core::arch::asm;
use core::ffi::c_void;
use core::mem::MaybeUninit;

/// Makes a call; returns what the kernel left in the register. What the call does not look
/// at is not set either.
///
/// # Safety
/// As the call with this number, which returns and writes to no memory.
#[inline(always)]
pub unsafe fn call(
    number: i64,
    addr: *const c_void,
    len: usize,
    third: MaybeUninit<usize>,
) -> isize {
    let answer;
    // SAFETY: the caller vouches for the call; the kernel changes no register but those
    // that are named.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => answer,
            in("rdi") addr,
            in("rsi") len,
            in("rdx") third,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack, preserves_flags)
        );
    }
    answer
}
