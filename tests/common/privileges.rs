//! What this process may do.
#![cfg(target_os = "linux")]

use std::io;

use super::proc::Proc;

/// Bits of a set of capabilities.
const SETGID: u64 = 1 << 6;
const SETUID: u64 = 1 << 7;
const IPC_LOCK: u64 = 1 << 14;
const SYS_PTRACE: u64 = 1 << 19;
const SYS_ADMIN: u64 = 1 << 21;
const SYS_RESOURCE: u64 = 1 << 24;

/// A set of capabilities, by its name in /proc/self/status.
fn capabilities(set: &str) -> u64 {
    u64::from_str_radix(&Proc::own().line("status", set), 16).unwrap()
}

/// Whether the process has them where they count: in a user namespace of its own it has
/// all of them, and may do with them what any user may.
fn has(wanted: u64) -> bool {
    let map = Proc::own().text("uid_map");
    let whole = ["0", "0", "4294967295"];
    map.split_whitespace().eq(whole) && capabilities("CapEff:") & wanted == wanted
}

/// Whether the process may become another user, and look into that user's processes.
pub fn is_root() -> bool {
    // SAFETY: no pointer is involved.
    let is_root = unsafe { libc::geteuid() == 0 };
    is_root && has(SETUID | SETGID | SYS_PTRACE)
}

/// Whether the process may change the machine: swap, mounts, `core_pattern`.
pub fn is_admin() -> bool {
    is_root() && has(SYS_ADMIN)
}

/// Whether the tests may change the machine while they run.
pub fn system_allowed() -> bool {
    std::env::var("OS_MEMLOCK_TEST_SYSTEM").is_ok_and(|value| value == "1")
}

/// Whether the limit on locked memory does not bind this process.
pub fn has_ipc_lock() -> bool {
    has(IPC_LOCK)
}

/// Gives up `CAP_IPC_LOCK`, which lifts the limit on locked memory, and
/// `CAP_SYS_RESOURCE`, which lifts hard limits.
pub fn drop_privileges() {
    let dropped = IPC_LOCK | SYS_RESOURCE;
    let sets = ["CapEff:", "CapPrm:", "CapInh:"].map(|set| capabilities(set) & !dropped);
    // As <linux/capability.h> has them: the version of the interface and this
    // process, then the lower and the upper half of each set.
    let header = [0x2008_0522_u32, 0];
    let data = [0, 32].map(|shift| sets.map(|set| (set >> shift) as u32));
    // SAFETY: the two are of the layout that this version has, and live on.
    let answer = unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), data.as_ptr()) };
    assert_eq!(answer, 0, "{}", io::Error::last_os_error());
    assert!(!has_ipc_lock());
}
