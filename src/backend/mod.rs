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
    // The exceptions are targets that rustix does not build for, or only with its
    // feature `use-libc`, which would reach every other target.
    if #[cfg(all(
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
        mod linux;
        mod rustix_common;
        pub(crate) use linux::Os;
    } else if #[cfg(any(target_os = "freebsd", target_os = "dragonfly"))] {
        mod bsd;
        mod posix;
        mod rustix_common;
        pub(crate) use bsd::Os;
    } else if #[cfg(target_os = "macos")] {
        mod macos;
        mod posix;
        mod rustix_common;
        pub(crate) use macos::Os;
    } else if #[cfg(any(
        target_os = "ios",
        target_os = "tvos",
        target_os = "watchos",
        target_os = "visionos",
        target_os = "openbsd",
        target_os = "netbsd",
        target_os = "hurd",
        all(target_os = "nto", not(target_arch = "x86")),
    ))] {
        mod posix;
        mod rustix_common;
        mod unix;
        pub(crate) use unix::Os;
    } else if #[cfg(any(
        target_os = "illumos",
        target_os = "solaris",
        target_os = "aix",
        target_os = "cygwin",
    ))] {
        mod posix;
        mod rustix_common;
        mod unix_without_memlock;
        pub(crate) use unix_without_memlock::Os;
    } else if #[cfg(target_os = "haiku")] {
        mod haiku;
        mod posix;
        mod rustix_common;
        pub(crate) use haiku::Os;
    } else if #[cfg(target_os = "windows")] {
        mod windows;
        pub(crate) use windows::Os;
    } else {
        pub(crate) use unsupported::Os;
    }
}

#[cfg(any(test, os_memlock_internal))]
pub(crate) mod fake;
