//! By assembly, so that no C library is needed.

use core::arch::asm;

const NUMBER: usize = if cfg!(target_arch = "x86_64") {
    302
} else if cfg!(target_arch = "x86") {
    340
} else if cfg!(target_arch = "arm") {
    369
} else {
    261 // one number for all processors that Linux was ported to later
};

#[cfg(test)]
const _: () = assert!(NUMBER == libc::SYS_prlimit64 as usize);

/// Never inlined, since on aarch64 with SVE and riscv64 with V the kernel clears vector
/// registers, which no function call preserves.
///
/// # Safety
/// `old` points to memory that the kernel may write.
#[inline(never)]
pub(crate) unsafe fn prlimit64(resource: usize, old: *mut [u64; 2]) -> isize {
    let answer;
    // SAFETY: the call writes to `old` and nowhere else; hence neither `readonly` nor
    // `nomem`. Every operand is as wide as a register, since a filter may compare all
    // of it. What the kernel or the instruction overwrites besides the answer is named,
    // or is the caller's to save before any call.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        asm!(
            "syscall",
            inlateout("rax") NUMBER => answer,
            in("rdi") 0_usize,
            in("rsi") resource,
            in("rdx") 0_usize,
            in("r10") old,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
        // LLVM keeps esi for itself, so that it is exchanged for the time of the call.
        #[cfg(target_arch = "x86")]
        asm!(
            "xchg esi, {old}",
            "int 0x80",
            "xchg esi, {old}",
            old = in(reg) old,
            inlateout("eax") NUMBER => answer,
            in("ebx") 0_usize,
            in("ecx") resource,
            in("edx") 0_usize,
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
            number = in(reg) NUMBER,
            saved = out(reg) _,
            inlateout("r0") 0_usize => answer,
            in("r1") resource,
            in("r2") 0_usize,
            in("r3") old,
            options(nostack),
        );
        #[cfg(target_arch = "aarch64")]
        asm!(
            "svc 0",
            in("x8") NUMBER,
            inlateout("x0") 0_usize => answer,
            in("x1") resource,
            in("x2") 0_usize,
            in("x3") old,
            options(nostack),
        );
        #[cfg(target_arch = "riscv64")]
        asm!(
            "ecall",
            in("a7") NUMBER,
            inlateout("a0") 0_usize => answer,
            in("a1") resource,
            in("a2") 0_usize,
            in("a3") old,
            options(nostack),
        );
    }
    answer
}
