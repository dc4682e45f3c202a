//! The resource limits of this process, from the C library and from /proc.
#![cfg(target_os = "linux")]

use core::ffi::c_int;

use os_memlock::{Limit, Resource};

use super::kernel::{check, page_size};
use super::proc::Proc;
use super::process::{drop_privileges, has_ipc_lock};

pub const RESOURCES: [Resource; 2] = [Resource::Memlock, Resource::Core];

/// The C library's number of a resource.
pub fn number(resource: Resource) -> c_int {
    match resource {
        Resource::Core => libc::RLIMIT_CORE as c_int,
        _ => libc::RLIMIT_MEMLOCK as c_int,
    }
}

/// A limit as the C library reads it: soft and hard; `RLIM_INFINITY` is `u64::MAX`.
pub fn get_rlimit(resource: Resource) -> (u64, u64) {
    let mut limit = libc::rlimit64 {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the pointer is to a struct of this frame.
    check(unsafe { libc::getrlimit64(number(resource) as _, &raw mut limit) });
    (limit.rlim_cur, limit.rlim_max)
}

/// Sets a limit through the C library.
pub fn set_rlimit(resource: Resource, soft: u64, hard: u64) {
    let limit = libc::rlimit64 {
        rlim_cur: soft,
        rlim_max: hard,
    };
    // SAFETY: the pointer is to a struct of this frame.
    check(unsafe { libc::setrlimit64(number(resource) as _, &raw const limit) });
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
pub fn limit_by_proc(resource: Resource) -> Limit {
    let [soft, hard] = Proc::own().limit(resource);
    Limit::new(soft, hard)
}

/// Sets both limits on locked memory to `bytes`, and gives up the privilege to exceed them.
pub fn limit_locks_to(bytes: u64) {
    set_rlimit(Resource::Memlock, bytes, bytes);
    drop_privileges();
}

/// How many pages the process may lock in total.
pub fn lockable_pages() -> u64 {
    if has_ipc_lock() {
        return u64::MAX;
    }
    get_rlimit(Resource::Memlock).0 / page_size() as u64
}

/// The lower of the two hard limits.
pub fn lowest_hard_limit() -> u64 {
    let [memlock, core] = RESOURCES.map(|resource| get_rlimit(resource).1);
    memlock.min(core)
}
