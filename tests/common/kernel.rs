//! What the kernel says of this process.

use core::ffi::c_void;
use std::collections::BTreeSet;
use std::fs;

use procfs::process::Process;

/// `VmLck` of /proc/self/status: how much is marked locked, in KiB.
pub fn vm_lck_kib() -> u64 {
    Process::myself()
        .unwrap()
        .status()
        .unwrap()
        .vmlck
        .expect("a VmLck line")
}

/// A limit by its name in /proc/self/limits, soft and hard; `None` is unlimited. No
/// filter on prlimit64 is in its way.
pub fn limit_by_proc(name: &str) -> [Option<u64>; 2] {
    let text = fs::read_to_string("/proc/self/limits").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let mut words = line.expect("a limit of this name").split_whitespace();
    [(); 2].map(|()| match words.next().unwrap() {
        "unlimited" => None,
        number => Some(number.parse().unwrap()),
    })
}

/// One mapping, as /proc/self/smaps describes it.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    pub start: usize,
    pub end: usize,
    /// What is mapped: a path, `[heap]`, `[vdso]`, or nothing.
    pub name: String,
    /// `Locked:`, what is locked and in memory.
    pub locked_kib: u64,
    /// `VmFlags:`, each two letters.
    pub flags: BTreeSet<String>,
}

/// Every mapping of this process, in the order of addresses. Read by hand, since
/// procfs drops the flags that it does not know, `lf` among them.
pub fn mappings() -> Vec<Mapping> {
    let mut all: Vec<Mapping> = Vec::new();
    for line in fs::read_to_string("/proc/self/smaps").unwrap().lines() {
        let (word, rest) = line.split_once(' ').expect("a line of two words");
        if let Some((start, end)) = word.split_once('-') {
            let [start, end] = [start, end].map(|hex| usize::from_str_radix(hex, 16).unwrap());
            all.push(Mapping {
                start,
                end,
                name: rest.split_whitespace().nth(4).unwrap_or_default().into(),
                ..Mapping::default()
            });
        } else if word == "Locked:" {
            all.last_mut().unwrap().locked_kib =
                rest.trim().trim_end_matches(" kB").parse().unwrap();
        } else if word == "VmFlags:" {
            all.last_mut().unwrap().flags = rest.split_whitespace().map(Into::into).collect();
        }
    }
    all
}

/// The mapping that holds the address, if there is one.
pub fn mapping_at(addr: *const c_void) -> Option<Mapping> {
    mappings()
        .into_iter()
        .find(|it| (it.start..it.end).contains(&addr.addr()))
}

/// The `VmFlags` at a mapped address.
pub fn flags_at(addr: *const c_void) -> BTreeSet<String> {
    mapping_at(addr)
        .unwrap_or_else(|| panic!("nothing is mapped at {addr:p}"))
        .flags
}

/// Whether the mapping that holds the address has the flag.
pub fn has_flag(addr: *const c_void, flag: &str) -> bool {
    flags_at(addr).contains(flag)
}

/// `Locked:` of the mappings that begin in a range, in KiB.
pub fn locked_kib(range: std::ops::Range<usize>) -> u64 {
    mappings()
        .iter()
        .filter(|it| range.contains(&it.start))
        .map(|it| it.locked_kib)
        .sum()
}

/// Asks with msync whether the page at the address is locked: the kernel will
/// not invalidate a locked page.
pub fn msync_says_locked(page: *mut c_void) -> bool {
    // SAFETY: MS_ASYNC | MS_INVALIDATE writes nothing and drops no page.
    let answer = unsafe { libc::msync(page, page_size(), libc::MS_ASYNC | libc::MS_INVALIDATE) };
    match (answer, std::io::Error::last_os_error().raw_os_error()) {
        (0, _) => false,
        (_, Some(libc::EBUSY)) => true,
        (_, error) => panic!("msync at {page:p}: {error:?}"),
    }
}

/// The page size by the C library.
pub fn page_size() -> usize {
    // SAFETY: no pointer is involved.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap()
}

/// How many mappings a process can have.
pub fn max_mappings() -> u64 {
    let text = fs::read_to_string("/proc/sys/vm/max_map_count").unwrap();
    text.trim().parse().unwrap()
}
