//! The resource limits of this process, from the C library and from /proc.
#![cfg(unix)]

use core::ffi::c_int;
use std::io::Error;

use os_memlock::{Limit, Resource};

#[cfg(target_os = "linux")]
use super::privileges::drop_privileges;
#[cfg(target_os = "linux")]
use super::proc::Proc;

#[cfg(not(target_os = "linux"))]
use libc::{getrlimit, rlimit, setrlimit};
#[cfg(target_os = "linux")]
use libc::{getrlimit64 as getrlimit, rlimit64 as rlimit, setrlimit64 as setrlimit};

pub const RESOURCES: [Resource; 2] = [Resource::Memlock, Resource::Core];

#[cfg(target_os = "linux")]
const INFINITY: u64 = u64::MAX;
#[cfg(not(target_os = "linux"))]
const INFINITY: libc::rlim_t = libc::RLIM_INFINITY;

/// The C library's number of a resource.
pub fn number(resource: Resource) -> c_int {
    match resource {
        Resource::Core => libc::RLIMIT_CORE as c_int,
        Resource::Memlock => libc::RLIMIT_MEMLOCK as c_int,
        other => panic!("no number for {other:?}"),
    }
}

/// A limit as the C library reads it: soft and hard; `RLIM_INFINITY` is `u64::MAX`.
pub fn get_rlimit(resource: Resource) -> (u64, u64) {
    let mut limit = rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the pointer is to a struct of this frame.
    let answer = unsafe { getrlimit(number(resource) as _, &raw mut limit) };
    assert_eq!(answer, 0, "{}", Error::last_os_error());
    #[allow(clippy::unnecessary_cast, reason = "FreeBSD's numbers are signed")]
    let or_max = |value| match value {
        INFINITY => u64::MAX,
        value => value as u64,
    };
    (or_max(limit.rlim_cur), or_max(limit.rlim_max))
}

/// Sets a limit through the C library.
pub fn set_rlimit(resource: Resource, soft: u64, hard: u64) {
    let or_infinity = |value| match value {
        u64::MAX => INFINITY,
        value => value as _,
    };
    let limit = rlimit {
        rlim_cur: or_infinity(soft),
        rlim_max: or_infinity(hard),
    };
    // SAFETY: the pointer is to a struct of this frame.
    let answer = unsafe { setrlimit(number(resource) as _, &raw const limit) };
    assert_eq!(answer, 0, "{}", Error::last_os_error());
}

/// Sets the soft value through the C library, to at most the hard one.
pub fn set_soft_rlimit(resource: Resource, soft: u64) {
    let (_, hard) = get_rlimit(resource);
    set_rlimit(resource, soft.min(hard), hard);
}

/// The two values of a [`Limit`] as the C library gives them.
pub fn numbers(limit: Limit) -> (u64, u64) {
    let number = |value: Option<u64>| value.unwrap_or(u64::MAX);
    (number(limit.soft), number(limit.hard))
}

/// The limit in /proc, which no filter on system calls hides.
#[cfg(target_os = "linux")]
pub fn limit_by_proc(resource: Resource) -> Limit {
    let [soft, hard] = Proc::own().limit(resource);
    Limit::new(soft, hard)
}

/// Sets both limits on locked memory to `bytes`, and gives up the privilege to exceed
/// them, which only Linux has.
pub fn limit_locks_to(bytes: u64) {
    set_rlimit(Resource::Memlock, bytes, bytes);
    #[cfg(target_os = "linux")]
    drop_privileges();
}

/// Runs the body while the soft limit on locked memory is so many bytes.
#[cfg(any(target_os = "macos", target_os = "openbsd"))]
pub fn at_soft_limit<T>(bytes: u64, body: impl FnOnce() -> T) -> T {
    let (soft, hard) = get_rlimit(Resource::Memlock);
    set_rlimit(Resource::Memlock, bytes, hard);
    let result = body();
    set_rlimit(Resource::Memlock, soft, hard);
    result
}
