//! What an operating system must bring, and the one place that chooses it.
//!
//! A backend is as plain as its man page: it makes the call and hands on what
//! the kernel said. What is decided for every system alike stands above it, in
//! `raw` and `limits`.
#![allow(unsafe_code)]

use core::ffi::c_void;

use crate::raw::Result;
use crate::{Error, Limit, Resource, Support};

#[allow(
    dead_code,
    reason = "a target uses what its backend needs: POSIX, Windows or nothing"
)]
pub(crate) mod codes;
pub(crate) use codes::Codes;

/// The calls of one operating system.
///
/// What the callers in `raw` and `limits` promise to every method that takes a
/// range: `len` is from 1 to `isize::MAX`. What an implementation promises:
///
/// * It passes the arguments on as they are, and makes no other call that
///   changes anything.
/// * `Ok` only when the kernel said so.
/// * The code that the kernel gives is in the error. Where the code alone does not
///   tell whether the kernel knows the call, and the kernel can be asked without
///   changing anything, it is asked.
/// * It neither panics nor allocates, and keeps no state.
///
/// Every method defaults to "no such call"; an implementation overrides what its
/// system has, and [`SUPPORTED`](Self::SUPPORTED) names exactly that.
pub(crate) trait Backend {
    /// How the system's error codes read.
    const CODES: Codes;

    /// The methods that this backend overrides.
    const SUPPORTED: Support;

    /// # Safety
    /// As `raw::mlock`.
    unsafe fn mlock(_addr: *const c_void, _len: usize) -> Result<()> {
        Err(Error::NO_CALL)
    }

    /// # Safety
    /// As `raw::munlock`.
    unsafe fn munlock(_addr: *const c_void, _len: usize) -> Result<()> {
        Err(Error::NO_CALL)
    }

    /// # Safety
    /// As `raw::mlock_onfault`.
    unsafe fn mlock_onfault(_addr: *const c_void, _len: usize) -> Result<()> {
        Err(Error::NO_CALL)
    }

    /// # Safety
    /// As the function of `raw` that is named after the advice.
    unsafe fn madvise(_advice: Advice, _addr: *mut c_void, _len: usize) -> Result<()> {
        Err(Error::NO_CALL)
    }

    /// The limit as it is. An answer that was not given is never made up.
    fn limit(_resource: Resource) -> Result<Limit> {
        Err(Error::NO_CALL)
    }

    /// Sets the limit and returns what it was: what the call itself said, where
    /// it does, otherwise `before`, which the caller has just read.
    fn set_limit(_resource: Resource, _new: Limit, _before: Limit) -> Result<Limit> {
        Err(Error::NO_CALL)
    }

    /// Whether the kernel may write a core of this process.
    fn process_dumpable() -> Result<bool> {
        Err(Error::NO_CALL)
    }

    /// Lets the kernel write a core of this process, or forbids it.
    fn set_process_dumpable(_dumpable: bool) -> Result<()> {
        Err(Error::NO_CALL)
    }

    /// The page size: a power of two.
    fn page_size() -> Result<usize> {
        Err(Error::NO_CALL)
    }

    /// What of `ask` the running kernel grants, found without changing anything.
    fn probe(ask: Support) -> Support {
        Self::SUPPORTED & ask
    }
}

/// What a range of memory can be advised to be. One value a call: the kernel's
/// advice values are numbers, not flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    DontDump,
    DoDump,
    WipeOnFork,
    KeepOnFork,
    DontFork,
    DoFork,
}

impl Advice {
    /// The call that gives this advice.
    pub(crate) const fn flag(self) -> Support {
        match self {
            Self::DontDump => Support::DONTDUMP,
            Self::DoDump => Support::DODUMP,
            Self::WipeOnFork => Support::WIPEONFORK,
            Self::KeepOnFork => Support::KEEPONFORK,
            Self::DontFork => Support::DONTFORK,
            Self::DoFork => Support::DOFORK,
        }
    }
}

// The choice. Cargo.toml brings rustix in for the targets of the first four; where
// it does not build, there is no backend.
#[cfg_attr(
    all(
        any(target_os = "linux", target_os = "android"),
        not(any(
            target_arch = "hexagon",
            target_arch = "m68k",
            target_arch = "wasm32",
            all(target_env = "uclibc", target_arch = "mips"),
            all(target_env = "ohos", target_arch = "loongarch64"),
        )),
    ),
    path = "linux.rs"
)]
#[cfg_attr(any(target_os = "freebsd", target_os = "dragonfly"), path = "bsd.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
#[cfg_attr(
    any(
        target_os = "ios",
        target_os = "tvos",
        target_os = "watchos",
        target_os = "visionos",
        target_os = "openbsd",
        target_os = "netbsd",
        target_os = "illumos",
        target_os = "solaris",
        target_os = "aix",
        all(target_os = "nto", not(target_arch = "x86")),
        target_os = "hurd",
        target_os = "cygwin",
        target_os = "haiku",
    ),
    path = "unix.rs"
)]
#[cfg_attr(target_os = "windows", path = "windows.rs")]
#[cfg_attr(
    any(
        target_arch = "hexagon",
        target_arch = "m68k",
        target_arch = "wasm32",
        all(target_env = "uclibc", target_arch = "mips"),
        all(target_env = "ohos", target_arch = "loongarch64"),
        all(target_os = "nto", target_arch = "x86"),
        not(any(
            target_os = "linux",
            target_os = "android",
            target_os = "freebsd",
            target_os = "dragonfly",
            target_os = "macos",
            target_os = "ios",
            target_os = "tvos",
            target_os = "watchos",
            target_os = "visionos",
            target_os = "openbsd",
            target_os = "netbsd",
            target_os = "illumos",
            target_os = "solaris",
            target_os = "aix",
            target_os = "nto",
            target_os = "hurd",
            target_os = "cygwin",
            target_os = "haiku",
            target_os = "windows",
        )),
    ),
    path = "unsupported.rs"
)]
mod os;
pub(crate) use os::Os;

#[cfg(test)]
pub(crate) mod fake;
#[cfg(any(test, os_memlock_internal))]
pub(crate) mod systems;
#[cfg(test)]
pub(crate) mod unsupported;
