//! The process itself: its privileges, its limits, its children.

use core::ffi::c_int;
use std::os::unix::process::CommandExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;

use super::kernel::page_size;

const CAP_IPC_LOCK: u32 = 14;
const STAGE: &str = "OS_MEMLOCK_TEST_STAGE";

/// How a forked child ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Code(c_int),
    Signal(c_int),
}

/// Starts a child that has all that this process has in memory, runs `body` there
/// and ends with the exit code that it gives; a panic is 101.
pub fn fork(body: impl FnOnce() -> u8) -> c_int {
    // SAFETY: the cases have one thread, so that the child may do what the parent may.
    let pid = unsafe { libc::fork() };
    assert!(pid >= 0, "{}", std::io::Error::last_os_error());
    if pid == 0 {
        let code = catch_unwind(AssertUnwindSafe(body)).map_or(101, c_int::from);
        // SAFETY: ends the child without running what belongs to the parent.
        unsafe { libc::_exit(code) }
    }
    pid
}

/// Runs `body` in a forked child, and tells how that ended.
pub fn fork_and(body: impl FnOnce() -> u8) -> Ended {
    let pid = fork(body);
    let mut status = 0;
    // SAFETY: the pointer is to an int of this frame.
    let waited = unsafe { libc::waitpid(pid, &mut status, 0) };
    assert_eq!(waited, pid, "{}", std::io::Error::last_os_error());
    if libc::WIFEXITED(status) {
        Ended::Code(libc::WEXITSTATUS(status))
    } else {
        Ended::Signal(libc::WTERMSIG(status))
    }
}

/// Runs `body` in a forked child, which must end without a panic.
pub fn in_child(body: impl FnOnce()) {
    let ended = fork_and(|| {
        body();
        0
    });
    assert_eq!(ended, Ended::Code(0), "see the child's panic above");
}

/// How often this case has executed itself.
pub fn stage() -> u32 {
    std::env::var(STAGE).map_or(0, |text| text.parse().unwrap())
}

/// Executes a program, this one, in this process and for the same case. A process
/// that is not dumpable cannot ask for its own path, hence the argument.
pub fn exec_again(itself: &Path) -> ! {
    let error = Command::new(itself)
        .env(STAGE, (stage() + 1).to_string())
        .exec();
    panic!("execve: {error}");
}

pub fn is_root() -> bool {
    // SAFETY: no pointer is involved.
    unsafe { libc::geteuid() == 0 }
}

/// The version of the running kernel.
pub fn linux_version() -> (u32, u32) {
    let text = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .map_while(|word| word.parse().ok());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// How many pages the process may lock, all in all.
pub fn lockable_pages() -> u64 {
    if has_ipc_lock() {
        return u64::MAX;
    }
    get_rlimit(libc::RLIMIT_MEMLOCK as c_int).0 / page_size() as u64
}

/// The lower of the two hard limits that the tests work under.
pub fn lowest_hard_limit() -> u64 {
    let numbers = [libc::RLIMIT_MEMLOCK, libc::RLIMIT_CORE];
    let hard = numbers.map(|number| get_rlimit(number as c_int).1);
    hard[0].min(hard[1])
}

/// The header and the data of capget and capset, as <linux/capability.h> has them.
#[repr(C)]
struct CapHeader {
    version: u32,
    pid: c_int,
}

#[repr(C)]
#[derive(Clone, Copy, Default)]
struct CapData {
    effective: u32,
    permitted: u32,
    inheritable: u32,
}

fn capabilities(call: libc::c_long, data: &mut [CapData; 2]) {
    let mut header = CapHeader {
        version: 0x2008_0522,
        pid: 0,
    };
    // SAFETY: version 3 of the interface has one header and two sets of data.
    let answer = unsafe { libc::syscall(call, &raw mut header, data.as_mut_ptr()) };
    assert_eq!(answer, 0, "{}", std::io::Error::last_os_error());
}

/// Whether the limit on locked memory does not bind this process.
pub fn has_ipc_lock() -> bool {
    let mut data = [CapData::default(); 2];
    capabilities(libc::SYS_capget, &mut data);
    data[0].effective & 1 << CAP_IPC_LOCK != 0
}

/// Gives up `CAP_IPC_LOCK`, so that the limit binds.
pub fn drop_ipc_lock() {
    let mut data = [CapData::default(); 2];
    capabilities(libc::SYS_capget, &mut data);
    for set in [
        &mut data[0].effective,
        &mut data[0].permitted,
        &mut data[0].inheritable,
    ] {
        *set &= !(1 << CAP_IPC_LOCK);
    }
    capabilities(libc::SYS_capset, &mut data);
    assert!(!has_ipc_lock());
}

/// A limit as the C library reads it: soft and hard; `RLIM_INFINITY` is `u64::MAX`.
pub fn get_rlimit(resource: c_int) -> (u64, u64) {
    let mut limit = libc::rlimit64 {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the pointer is to a struct of this frame.
    let answer = unsafe { libc::getrlimit64(resource as _, &mut limit) };
    assert_eq!(answer, 0, "{}", std::io::Error::last_os_error());
    (limit.rlim_cur, limit.rlim_max)
}

/// Sets a limit through the C library.
pub fn set_rlimit(resource: c_int, soft: u64, hard: u64) {
    let limit = libc::rlimit64 {
        rlim_cur: soft,
        rlim_max: hard,
    };
    // SAFETY: the pointer is to a struct of this frame.
    let answer = unsafe { libc::setrlimit64(resource as _, &limit) };
    assert_eq!(answer, 0, "{}", std::io::Error::last_os_error());
}

/// Makes the limit on locked memory bind, at so many bytes, soft and hard.
pub fn limit_locks_to(bytes: u64) {
    drop_ipc_lock();
    set_rlimit(libc::RLIMIT_MEMLOCK as c_int, bytes, bytes);
}
