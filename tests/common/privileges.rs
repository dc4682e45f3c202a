//! What this process may do.
#![cfg(target_os = "linux")]

use std::io;

use super::proc::Proc;

/// Bits of a set of capabilities.
const IPC_LOCK: u64 = 1 << 14;
const SYS_RESOURCE: u64 = 1 << 24;

pub fn is_root() -> bool {
    // SAFETY: no pointer is involved.
    unsafe { libc::geteuid() == 0 }
}

/// A set of capabilities, by its name in /proc/self/status.
fn capabilities(set: &str) -> u64 {
    u64::from_str_radix(&Proc::own().line("status", set), 16).unwrap()
}

/// Whether the limit on locked memory does not bind this process.
pub fn has_ipc_lock() -> bool {
    capabilities("CapEff:") & IPC_LOCK != 0
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
