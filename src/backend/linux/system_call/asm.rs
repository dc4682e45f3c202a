//! By assembly, so that no C library is needed.

use core::arch::asm;

use super::{Argument, result};
use crate::error::Result;

/// Never inlined on aarch64 and riscv64: with SVE and V the kernel clears vector
/// registers, which no function call preserves.
///
/// # Safety
/// The call with this number and these arguments is sound.
#[cfg_attr(any(target_arch = "aarch64", target_arch = "riscv64"), inline(never))]
#[cfg_attr(
    not(any(target_arch = "aarch64", target_arch = "riscv64")),
    inline(always)
)]
pub(crate) unsafe fn system_call(
    number: usize,
    a: Argument,
    b: Argument,
    c: Argument,
    d: Argument,
) -> Result<()> {
    let answer: isize;
    // SAFETY: the caller vouches for the call, which may write memory; hence neither
    // `readonly` nor `nomem`. Every operand is as wide as a register, since a filter may
    // compare all of it. What the kernel or the instruction overwrites besides the answer
    // is named, or is the caller's to save before any call.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        asm!(
            "syscall",
            inlateout("rax") number => answer,
            in("rdi") a,
            in("rsi") b,
            in("rdx") c,
            in("r10") d,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
        // LLVM keeps esi for itself, so that it is exchanged for the time of the call.
        #[cfg(target_arch = "x86")]
        asm!(
            "xchg esi, {d}",
            "int 0x80",
            "xchg esi, {d}",
            d = in(reg) d,
            inlateout("eax") number => answer,
            in("ebx") a,
            in("ecx") b,
            in("edx") c,
            options(nostack),
        );
        // Thumb code keeps r7 for itself, so that it is saved for the time of the call,
        // in a register that is no operand's: `out` and not `lateout`.
        #[cfg(target_arch = "arm")]
        asm!(
            "mov {saved}, r7",
            "mov r7, {number}",
            "svc 0",
            "mov r7, {saved}",
            number = in(reg) number,
            saved = out(reg) _,
            inlateout("r0") a => answer,
            in("r1") b,
            in("r2") c,
            in("r3") d,
            options(nostack),
        );
        #[cfg(target_arch = "aarch64")]
        asm!(
            "svc 0",
            in("x8") number,
            inlateout("x0") a => answer,
            in("x1") b,
            in("x2") c,
            in("x3") d,
            options(nostack),
        );
        #[cfg(target_arch = "riscv64")]
        asm!(
            "ecall",
            in("a7") number,
            inlateout("a0") a => answer,
            in("a1") b,
            in("a2") c,
            in("a3") d,
            options(nostack),
        );
    }
    result(answer)
}
