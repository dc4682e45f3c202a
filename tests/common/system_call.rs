//! The system calls behind the functions of the crate, to be made directly, and to
//! be compared with those that a process was seen to make.
#![cfg(target_os = "linux")]

use core::ffi::{c_int, c_long};
use std::io::Error;

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
    /// prlimit64 without a limit to set.
    ReadLimit {
        pid: usize,
        resource: usize,
        /// Whether there is a place for the answer.
        old: bool,
    },
    /// prlimit64 with a limit to set, soft and hard.
    WriteLimit {
        pid: usize,
        resource: usize,
        new: [u64; 2],
        old: bool,
    },
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

/// A limit that no test sets: if it is still there after a read, nothing was read.
const UNWRITTEN: [u64; 2] = [u64::MAX - 1; 2];

impl SystemCall {
    /// Reads a limit of the calling process.
    pub const fn read_limit(resource: usize) -> Self {
        Self::ReadLimit {
            pid: 0,
            resource,
            old: true,
        }
    }

    /// Sets a limit of the calling process.
    pub const fn write_limit(resource: usize, soft: u64, hard: u64) -> Self {
        Self::WriteLimit {
            pid: 0,
            resource,
            new: [soft, hard],
            old: false,
        }
    }

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
            libc::SYS_prlimit64 if c == 0 => Self::ReadLimit {
                pid: a,
                resource: b,
                old: d != 0,
            },
            libc::SYS_prlimit64 => Self::WriteLimit {
                pid: a,
                resource: b,
                new: limit(c),
                old: d != 0,
            },
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
            Self::WriteLimit { .. } | Self::Setrlimit | Self::SetDumpable(_) | Self::OtherPrctl(_)
        )
    }

    /// Makes the call directly, and gives its answer or the errno. A read that succeeds
    /// without writing a limit is errno 0.
    pub fn make(self) -> Result<c_long, c_int> {
        let mut limit = UNWRITTEN;
        let (number, args) = self.registers(&mut limit);
        let [a, b, c, d, e] = args;
        // SAFETY: locks and advices change no byte of this process, and the one place that
        // the kernel reads or writes is `limit`.
        let answer = unsafe { libc::syscall(number, a, b, c, d, e) };
        match self {
            _ if answer < 0 => Err(Error::last_os_error().raw_os_error().unwrap()),
            Self::ReadLimit { old: true, .. } if limit == UNWRITTEN => Err(0),
            _ => Ok(answer),
        }
    }

    fn registers(self, limit: &mut [u64; 2]) -> (c_long, [usize; 5]) {
        let place = |limit: &mut [u64; 2], wanted| {
            if wanted {
                limit.as_mut_ptr().expose_provenance()
            } else {
                0
            }
        };
        match self {
            Self::Mlock(addr, len) => (libc::SYS_mlock, [addr, len, 0, 0, 0]),
            Self::Munlock(addr, len) => (libc::SYS_munlock, [addr, len, 0, 0, 0]),
            Self::Mlock2(addr, len, flags) => (libc::SYS_mlock2, [addr, len, flags, 0, 0]),
            Self::Madvise(addr, len, advice) => (libc::SYS_madvise, [addr, len, advice, 0, 0]),
            Self::ReadLimit { pid, resource, old } => (
                libc::SYS_prlimit64,
                [pid, resource, 0, place(limit, old), 0],
            ),
            Self::WriteLimit {
                pid,
                resource,
                new,
                old,
            } => {
                assert!(!old, "no test sets and reads in one call");
                *limit = new;
                (
                    libc::SYS_prlimit64,
                    [pid, resource, place(limit, true), 0, 0],
                )
            }
            Self::GetDumpable => (
                libc::SYS_prctl,
                [libc::PR_GET_DUMPABLE as usize, 0, 0, 0, 0],
            ),
            Self::SetDumpable(value) => (
                libc::SYS_prctl,
                [libc::PR_SET_DUMPABLE as usize, value, 0, 0, 0],
            ),
            Self::Getrlimit | Self::Setrlimit | Self::OtherPrctl(_) => {
                unreachable!("no test makes {self:?}")
            }
        }
    }
}
