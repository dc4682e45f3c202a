//! Reads a resource limit: `prlimit64(0, resource, NULL, &old)`.
//!
//! A call of this crate's own, since rustix's `getrlimit` cannot report a failure and
//! reads uninitialised memory after one, and its `prlimit` believes a success that
//! wrote nothing. A seccomp filter can give either answer. This file and its folder go when
//! rustix can report the failure.

use rustix::process::Resource;

use crate::error::{Error, Result};
use crate::limits::Limit;

cfg_if! {
    if #[cfg(all(
        not(miri),
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
        pub(crate) mod asm;
        pub(crate) use asm::prlimit64;
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
        pub(crate) mod experimental_asm;
        pub(crate) use experimental_asm::prlimit64;
    } else {
        pub(crate) use c_library::prlimit64_by_c as prlimit64;
    }
}

#[allow(
    dead_code,
    reason = "the way of the last branch, tested where there is a C library"
)]
pub(crate) mod c_library;

/// The soft and the hard limit as the kernel writes them, `u64::MAX` for no limit;
/// here with a soft limit above the hard one, which no kernel holds. What still stands
/// here after the call was not written by it.
pub(crate) const UNWRITTEN: [u64; 2] = [1, 0];

/// A way to read: takes the resource and where to write, gives 0 or a negated errno.
pub(crate) type Prlimit64 = unsafe fn(usize, *mut [u64; 2]) -> isize;

pub(super) fn read(resource: Resource) -> Result<Limit> {
    read_by(prlimit64, resource)
}

pub(crate) fn read_by(call: Prlimit64, resource: Resource) -> Result<Limit> {
    let mut old = UNWRITTEN;
    // SAFETY: the pointer is to two words of this frame, which the call may write.
    let answer = unsafe { call(resource as u32 as usize, &raw mut old) };
    limit_from(answer, old)
}

/// The limit, where the call succeeded and wrote one.
pub(crate) const fn limit_from(answer: isize, [soft, hard]: [u64; 2]) -> Result<Limit> {
    match answer {
        0 if soft != UNWRITTEN[0] || hard != UNWRITTEN[1] => {
            Ok(Limit::new(finite(soft), finite(hard)))
        }
        -4095..=-1 => Err(Error::from_raw_os_error(-answer as i32)),
        // A filter or an emulator claims a success that is none.
        _ => Err(Error::ZERO),
    }
}

const fn finite(value: u64) -> Option<u64> {
    if value == u64::MAX { None } else { Some(value) }
}
