//! Questions to the kernel about this process, and about itself.
#![cfg(target_os = "linux")]

use core::ffi::c_void;
use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;

use super::pages::Pages;
pub use super::proc::Mapping;
use super::proc::Proc;
use super::system::is_locked;
pub use super::system::{check, page_size, result_of};

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

/// Flags of smaps: locked, locked on fault, not dumped, wiped and not copied on fork.
const FLAGS: [&str; 5] = ["lo", "lf", "dd", "wf", "dc"];

pub type Flags = BTreeSet<&'static str>;

/// What smaps says of each page; of locks, msync has to say the same.
pub fn account(pages: &Pages, mappings: &[Mapping]) -> Vec<Option<Flags>> {
    let account = |page| {
        let mut mappings = mappings.iter();
        let mapping = mappings.find(|it| it.range.contains(&pages.ptr(page).addr()))?;
        assert_eq!(msync_says_locked(pages.ptr(page)), mapping.has("lo"));
        let flags = FLAGS.into_iter().filter(|flag| mapping.has(flag));
        Some(flags.collect())
    };
    (0..pages.count()).map(account).collect()
}

/// Whether the page is locked, by msync.
pub fn msync_says_locked(page: *mut c_void) -> bool {
    is_locked(page).unwrap()
}

/// The size of `count` pages in KiB, the unit of /proc.
pub fn pages_kib(count: usize) -> u64 {
    (count * page_size()) as u64 / 1024
}

/// How many mappings a process may have.
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

/// The kernel's own mlock, as a system call: `AddressSanitizer` replaces the C library's
/// function by one that does nothing.
pub fn kernel_mlock(addr: *mut c_void, len: usize) -> Result<(), i32> {
    // SAFETY: locking changes no byte, whatever the range.
    result_of(unsafe { libc::syscall(libc::SYS_mlock, addr, len) } as i32)
}
