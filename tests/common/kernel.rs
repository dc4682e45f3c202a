//! What the kernel says of this process, and of itself.
#![cfg(target_os = "linux")]

use core::ffi::{c_int, c_void};
use std::fs;
use std::io;
use std::ops::Range;

pub use super::proc::Mapping;
use super::proc::Proc;

/// `VmLck` of /proc/self/status: how much is marked locked, in KiB.
pub fn vm_lck_kib() -> u64 {
    Proc::own().vm_lck_kib()
}

/// Every mapping of this process, in the order of addresses.
pub fn mappings() -> Vec<Mapping> {
    Proc::own().mappings()
}

/// The mapping that holds the address, if there is one.
pub fn mapping_at(addr: *const c_void) -> Option<Mapping> {
    Proc::own().mapping_at(addr.addr())
}

/// The `VmFlags` at a mapped address.
pub fn flags_at(addr: *const c_void) -> String {
    mapping_at(addr).expect("a mapped address").flags
}

/// Whether the mapping that holds the address has the flag.
pub fn has_flag(addr: *const c_void, flag: &str) -> bool {
    mapping_at(addr).expect("a mapped address").has(flag)
}

/// How many mappings are marked locked.
pub fn locked_mappings() -> usize {
    mappings().iter().filter(|it| it.has("lo")).count()
}

/// `Locked:` of the mappings that begin in a range, in KiB.
pub fn locked_kib(mappings: &[Mapping], range: &Range<usize>) -> u64 {
    let within = mappings.iter().filter(|it| range.contains(&it.range.start));
    within.map(|it| it.locked_kib).sum()
}

/// Asks with msync whether the page at the address is locked: the kernel will
/// not invalidate a locked page.
pub fn msync_says_locked(page: *mut c_void) -> bool {
    // SAFETY: MS_ASYNC | MS_INVALIDATE writes nothing and drops no page.
    let answer = unsafe { libc::msync(page, page_size(), libc::MS_ASYNC | libc::MS_INVALIDATE) };
    match answered(answer) {
        Ok(()) => false,
        Err(libc::EBUSY) => true,
        Err(errno) => panic!("msync at {page:p}: errno {errno}"),
    }
}

/// The page size by the C library.
pub fn page_size() -> usize {
    // SAFETY: no pointer is involved.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap()
}

/// So many pages in KiB, as /proc counts them.
pub fn pages_kib(count: usize) -> u64 {
    (count * page_size()) as u64 / 1024
}

/// The answer of a call that says failure by another number than 0: its errno.
pub fn answered(answer: c_int) -> Result<(), c_int> {
    match answer {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error().raw_os_error().unwrap()),
    }
}

/// Panics when such a call has failed.
#[track_caller]
pub fn done(answer: c_int) {
    answered(answer).unwrap_or_else(|errno| panic!("{}", io::Error::from_raw_os_error(errno)));
}

/// How many mappings a process can have.
pub fn max_mappings() -> u64 {
    let text = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap();
    text.trim().parse().unwrap()
}

/// The version of the running kernel.
pub fn version() -> (u32, u32) {
    let text = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .map_while(|word| word.parse().ok());
    (numbers.next().unwrap(), numbers.next().unwrap())
}
