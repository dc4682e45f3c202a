//! The floor: a system call in inline assembly, with no check of anything.

use core::arch::asm;
use core::ffi::c_void;

/// mlock; returns what the kernel left in the register.
///
/// # Safety
/// As mlock.
#[inline(always)]
pub unsafe fn mlock(addr: *const c_void, len: usize) -> isize {
    // SAFETY: forwarded; the caller vouches for the range.
    unsafe { call(libc::SYS_mlock, addr, len) }
}

/// munlock; returns what the kernel left in the register.
///
/// # Safety
/// As munlock.
#[inline(always)]
pub unsafe fn munlock(addr: *const c_void, len: usize) -> isize {
    // SAFETY: forwarded; the caller vouches for the range.
    unsafe { call(libc::SYS_munlock, addr, len) }
}

/// # Safety
/// `number` is mlock or munlock, the range as these ask.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn call(number: i64, addr: *const c_void, len: usize) -> isize {
    let answer;
    // SAFETY: the two calls change no memory of the program, and the kernel
    // changes no register but those that are named.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => answer,
            in("rdi") addr,
            in("rsi") len,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack, preserves_flags)
        );
    }
    answer
}

/// # Safety
/// `number` is mlock or munlock, the range as these ask.
#[cfg(target_arch = "aarch64")]
#[inline(always)]
unsafe fn call(number: i64, addr: *const c_void, len: usize) -> isize {
    let answer;
    // SAFETY: the two calls change no memory of the program, and the kernel
    // changes no register but the one with its answer.
    unsafe {
        asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") addr => answer,
            in("x1") len,
            options(nostack, preserves_flags)
        );
    }
    answer
}
