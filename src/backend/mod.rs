//! The operating systems, and the one place that chooses among them.
//!
//! Cargo.toml names the systems that rustix serves once more, since only there can
//! a dependency be asked for. A disagreement does not compile: rustix is missing, or
//! `unused_crate_dependencies` finds it idle.
#![allow(unsafe_code)]

pub(crate) mod contract;

#[allow(
    dead_code,
    reason = "the backend of the last branch, tested on every host"
)]
pub(crate) mod unsupported;

cfg_if! {
    // No call can be made there, so that none is tried.
    if #[cfg(miri)] {
        pub(crate) use unsupported::Os;
    // The exceptions are targets that rustix does not build for, or only with its
    // feature `use-libc`, which would reach every other target.
    } else if #[cfg(all(
        any(target_os = "linux", target_os = "android"),
        not(any(
            target_arch = "hexagon",
            target_arch = "m68k",
            target_arch = "wasm32",
            all(target_arch = "mips", target_env = "uclibc"),
            all(target_arch = "loongarch64", target_env = "ohos"),
            all(any(target_arch = "arm", target_arch = "aarch64"), target_endian = "big"),
        )),
    ))] {
        pub(crate) mod c_errno;
        #[cfg(test)]
        pub(crate) mod getrlimit;
        pub(crate) mod limit_answer;
        mod linux;
        mod rustix_common;
        pub(crate) use linux::Os;
    } else if #[cfg(any(
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
        all(target_os = "nto", not(target_arch = "x86")),
        target_os = "hurd",
        target_os = "cygwin",
        target_os = "haiku",
    ))] {
        // Haiku has no limits.
        #[cfg(not(target_os = "haiku"))]
        mod c_errno;
        #[cfg(not(target_os = "haiku"))]
        pub(crate) mod getrlimit;
        #[cfg(not(target_os = "haiku"))]
        mod limit_answer;
        mod posix;
        mod rustix_common;
        pub(crate) use posix::Os;
    } else if #[cfg(target_os = "windows")] {
        mod windows;
        pub(crate) use windows::Os;
    } else {
        pub(crate) use unsupported::Os;
    }
}

#[cfg(any(test, os_memlock_internal))]
pub(crate) mod fake;
