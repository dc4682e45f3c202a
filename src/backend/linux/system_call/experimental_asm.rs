//! The same for the processors whose assembly rustix has under a compiler flag,
//! `--cfg rustix_use_experimental_asm`.

use core::arch::asm;

use super::{Argument, failure, result};
use crate::error::Result;

/// Never inlined, since on MIPS the kernel overwrites registers that assembly cannot
/// name and that no function call preserves.
///
/// # Safety
/// The call with this number and these arguments is sound.
#[inline(never)]
pub(crate) unsafe fn system_call(
    number: usize,
    a: Argument,
    b: Argument,
    c: Argument,
    d: Argument,
) -> Result<()> {
    let answer: isize;
    // Where a register apart tells whether the answer is an errno.
    #[allow(
        unused_mut,
        unused_assignments,
        reason = "MIPS has one, the others do not"
    )]
    let mut failed = 0_usize;
    // SAFETY: the caller vouches for the call, which may write memory; hence neither
    // `readonly` nor `nomem`. What the kernel overwrites besides the answer is named, or
    // is the caller's to save before any call.
    unsafe {
        #[cfg(target_arch = "s390x")]
        asm!(
            "svc 0",
            in("r1") number,
            inlateout("r2") a => answer,
            in("r3") b,
            in("r4") c,
            in("r5") d,
            options(nostack),
        );
        // A bit of cr0 tells whether the answer is an errno.
        #[cfg(any(target_arch = "powerpc", target_arch = "powerpc64"))]
        asm!(
            "sc",
            "bns 0f",
            "neg 3, 3",
            "0:",
            inlateout("r0") number => _,
            inlateout("r3") a => answer,
            inlateout("r4") b => _,
            inlateout("r5") c => _,
            inlateout("r6") d => _,
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
            inlateout("$2") number => answer,
            in("$4") a,
            in("$5") b,
            in("$6") c,
            inlateout("$7") d => failed,
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
    if failed == 0 {
        result(answer)
    } else {
        Err(failure(answer.wrapping_neg()))
    }
}
