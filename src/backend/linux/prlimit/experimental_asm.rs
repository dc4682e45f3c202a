//! The same for the processors whose assembly rustix has under a compiler flag,
//! `--cfg rustix_use_experimental_asm`.

use core::arch::asm;

const NUMBER: usize = if cfg!(target_arch = "s390x") {
    334
} else if cfg!(any(target_arch = "powerpc", target_arch = "powerpc64")) {
    325
} else if cfg!(target_pointer_width = "64") {
    5297
} else {
    4338
};

#[cfg(test)]
const _: () = assert!(NUMBER == libc::SYS_prlimit64 as usize);

/// Never inlined, since on MIPS the kernel overwrites registers that assembly cannot
/// name and that no function call preserves.
///
/// # Safety
/// `old` points to memory that the kernel may write.
#[inline(never)]
pub(crate) unsafe fn prlimit64(resource: usize, old: *mut [u64; 2]) -> isize {
    let answer: isize;
    // Where a register apart tells whether the answer is an errno.
    #[allow(
        unused_mut,
        unused_assignments,
        reason = "MIPS has one, the others do not"
    )]
    let mut failed = 0_usize;
    // SAFETY: the call writes to `old` and nowhere else; hence neither `readonly` nor
    // `nomem`. What the kernel overwrites besides the answer is named, or is the caller's
    // to save before any call.
    unsafe {
        #[cfg(target_arch = "s390x")]
        asm!(
            "svc 0",
            in("r1") NUMBER,
            inlateout("r2") 0_usize => answer,
            in("r3") resource,
            in("r4") 0_usize,
            in("r5") old,
            options(nostack),
        );
        // A bit of cr0 tells whether the answer is an errno.
        #[cfg(any(target_arch = "powerpc", target_arch = "powerpc64"))]
        asm!(
            "sc",
            "bns 0f",
            "neg 3, 3",
            "0:",
            inlateout("r0") NUMBER => _,
            inlateout("r3") 0_usize => answer,
            inlateout("r4") resource => _,
            inlateout("r5") 0_usize => _,
            inlateout("r6") old => _,
            lateout("r7") _,
            lateout("r8") _,
            lateout("r9") _,
            lateout("r10") _,
            lateout("r11") _,
            lateout("r12") _,
            lateout("cr0") _,
            lateout("ctr") _,
            lateout("xer") _,
            options(nostack),
        );
        #[cfg(not(any(
            target_arch = "s390x",
            target_arch = "powerpc",
            target_arch = "powerpc64"
        )))]
        asm!(
            "syscall",
            inlateout("$2") NUMBER => answer,
            in("$4") 0_usize,
            in("$5") resource,
            in("$6") 0_usize,
            inlateout("$7") old => failed,
            lateout("$8") _,
            lateout("$9") _,
            lateout("$10") _,
            lateout("$11") _,
            lateout("$12") _,
            lateout("$13") _,
            lateout("$14") _,
            lateout("$15") _,
            lateout("$24") _,
            lateout("$25") _,
            options(nostack),
        );
    }
    if failed == 0 { answer } else { -answer }
}
