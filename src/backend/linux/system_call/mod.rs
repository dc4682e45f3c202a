//! A system call by number, for the two that rustix does not make as this crate
//! promises:
//!
//! * `prlimit64`: rustix's `getrlimit` cannot report a failure, and its `prlimit`
//!   believes a success that wrote nothing.
//! * `mlock2`: over the C library, rustix looks it up by `dlsym`, which can allocate and
//!   wait for another thread's `dlopen`, and keeps the answer.
//!
//! This folder goes when rustix does better. Each way to make the call returns `Ok` for
//! the answer 0 and for no other.

use core::ffi::c_void;
use core::mem::MaybeUninit;

use crate::error::Result;

cfg_if! {
    if #[cfg(all(
        target_endian = "little",
        any(
            target_arch = "x86",
            target_arch = "arm",
            all(
                target_pointer_width = "64",
                any(
                    target_arch = "x86_64",
                    target_arch = "aarch64",
                    target_arch = "riscv64",
                ),
            ),
        ),
    ))] {
        mod asm;
        pub(super) use asm::system_call;
    } else if #[cfg(all(
        rustix_use_experimental_asm,
        any(
            target_arch = "s390x",
            target_arch = "powerpc",
            all(
                target_endian = "little",
                any(
                    target_arch = "powerpc64",
                    target_arch = "mips",
                    target_arch = "mips32r6",
                    target_arch = "mips64",
                    target_arch = "mips64r6",
                ),
            ),
        ),
    ))] {
        mod experimental_asm;
        pub(super) use experimental_asm::system_call;
    } else {
        pub(super) use c_library::system_call;
    }
}

#[allow(
    dead_code,
    reason = "the way of the last branch, tested on every processor"
)]
pub(crate) mod c_library;

/// An argument, which fills a register. A pointer keeps its provenance, and on x32 has
/// zeros in the upper half of the register; one that the call does not take stays
/// uninitialised and costs no instruction.
pub(crate) type Argument = MaybeUninit<*mut c_void>;

/// A way to make the call: its number and four arguments. They are no array, which on
/// aarch64 and riscv64 would go through memory.
pub(crate) type SystemCall = unsafe fn(usize, Argument, Argument, Argument, Argument) -> Result<()>;

pub(super) const PRLIMIT64: usize = NUMBERS.0;
pub(super) const MLOCK2: usize = NUMBERS.1;

const NUMBERS: (usize, usize) = if cfg!(target_arch = "x86_64") {
    // x32 has the same numbers, marked by a bit.
    let x32 = if cfg!(target_pointer_width = "32") {
        0x4000_0000
    } else {
        0
    };
    (x32 + 302, x32 + 325)
} else if cfg!(target_arch = "x86") {
    (340, 376)
} else if cfg!(target_arch = "arm") {
    (369, 390)
} else if cfg!(target_arch = "s390x") {
    (334, 374)
} else if cfg!(any(target_arch = "powerpc", target_arch = "powerpc64")) {
    (325, 378)
} else if cfg!(any(target_arch = "mips", target_arch = "mips32r6")) {
    (4338, 4359)
} else if cfg!(any(target_arch = "mips64", target_arch = "mips64r6")) {
    (5297, 5319)
} else if cfg!(any(target_arch = "sparc", target_arch = "sparc64")) {
    (331, 356)
} else {
    (261, 284) // the same for all processors that Linux was ported to later
};

#[cfg(test)]
const _: () =
    assert!(PRLIMIT64 == libc::SYS_prlimit64 as usize && MLOCK2 == libc::SYS_mlock2 as usize);

/// What the register with the answer says: 0, or a negated errno.
#[allow(dead_code, reason = "the C library has its own way to say so")]
#[inline(always)]
fn result(answer: isize) -> Result<()> {
    if answer == 0 {
        Ok(())
    } else {
        Err(failure(answer))
    }
}

/// An answer that is neither is a false one, of a filter or an emulator.
///
/// Cold and inlined for the reasons that `rustix_common` gives.
#[allow(dead_code, reason = "as above")]
#[cold]
#[inline]
pub(crate) const fn failure(answer: isize) -> crate::error::Error {
    use crate::error::Error;
    match answer {
        -4095..=-1 => Error::from_raw_os_error(-answer as i32),
        _ => Error::ZERO,
    }
}
