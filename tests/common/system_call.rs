//! The system calls behind the functions of the crate, to be compared with those that a
//! process was seen to make.
#![cfg(target_os = "linux")]

use core::ffi::c_long;

/// One call, with its arguments as the registers hold them. In place of a pointer
/// stands what it points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SystemCall {
    Mlock(usize, usize),
    Munlock(usize, usize),
    /// With the flags.
    Mlock2(usize, usize, usize),
    /// With the advice.
    Madvise(usize, usize, usize),
    /// prlimit64 without a limit to set: of which process, which one, and whether there is
    /// a place for the answer.
    ReadLimit(usize, usize, bool),
    /// The same with a limit to set, soft and hard.
    WriteLimit(usize, usize, bool, [u64; 2]),
    /// The older calls, which the crate does not use.
    Getrlimit,
    Setrlimit,
    GetDumpable,
    SetDumpable(usize),
    /// prctl with an option that the crate does not use.
    OtherPrctl(usize),
}

/// The older call that reads a limit; 32-bit Arm has it under another name.
#[cfg(not(target_arch = "arm"))]
pub const SYS_GETRLIMIT: c_long = libc::SYS_getrlimit;
#[cfg(target_arch = "arm")]
pub const SYS_GETRLIMIT: c_long = libc::SYS_ugetrlimit;

impl SystemCall {
    /// The call with this number and these arguments, if it is one of these. `limit`
    /// fetches a limit from the memory of the process that makes it.
    pub fn seen(
        number: c_long,
        args: [usize; 6],
        limit: impl Fn(usize) -> [u64; 2],
    ) -> Option<Self> {
        let [a, b, c, d, ..] = args;
        Some(match number {
            libc::SYS_mlock => Self::Mlock(a, b),
            libc::SYS_munlock => Self::Munlock(a, b),
            libc::SYS_mlock2 => Self::Mlock2(a, b, c),
            libc::SYS_madvise => Self::Madvise(a, b, c),
            libc::SYS_prlimit64 if c == 0 => Self::ReadLimit(a, b, d != 0),
            libc::SYS_prlimit64 => Self::WriteLimit(a, b, d != 0, limit(c)),
            SYS_GETRLIMIT => Self::Getrlimit,
            libc::SYS_setrlimit => Self::Setrlimit,
            libc::SYS_prctl if a == libc::PR_GET_DUMPABLE as usize => Self::GetDumpable,
            libc::SYS_prctl if a == libc::PR_SET_DUMPABLE as usize => Self::SetDumpable(b),
            libc::SYS_prctl => Self::OtherPrctl(a),
            _ => return None,
        })
    }

    /// Whether the call can set anything.
    pub const fn sets(self) -> bool {
        matches!(
            self,
            Self::WriteLimit(..) | Self::Setrlimit | Self::SetDumpable(_) | Self::OtherPrctl(_)
        )
    }
}
