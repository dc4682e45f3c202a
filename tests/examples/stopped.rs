//! What the kernel says of another process, while that one stands still.

use core::ffi::c_int;
use std::fs::{self, File};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};

/// A process that does nothing until it is told to go on.
pub(crate) struct Stopped {
    pub(crate) pid: c_int,
}

impl Stopped {
    fn proc(&self, name: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{name}", self.pid)).unwrap()
    }

    /// `VmLck` in KiB.
    pub(crate) fn locked_kib(&self) -> u64 {
        let status = self.proc("status");
        let count = status.lines().find_map(|line| line.strip_prefix("VmLck:"));
        count
            .expect("a VmLck line")
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap()
    }

    /// Soft and hard value of a line of the limits; `None` is unlimited.
    pub(crate) fn limit(&self, name: &str) -> [Option<u64>; 2] {
        let limits = self.proc("limits");
        let line = limits
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .expect("this limit");
        let mut values = line.split_whitespace().map(|word| word.parse().ok());
        [values.next().unwrap(), values.next().unwrap()]
    }

    /// Whether the kernel may write a core: if not, root owns the process's files.
    /// A process of root is taken to be dumpable.
    pub(crate) fn is_dumpable(&self) -> bool {
        let status = self.proc("status");
        let users = status
            .lines()
            .find_map(|line| line.strip_prefix("Uid:"))
            .expect("a Uid line");
        let owner = fs::metadata(format!("/proc/{}/environ", self.pid))
            .unwrap()
            .uid();
        users
            .split_whitespace()
            .all(|user| user == owner.to_string())
    }

    /// The `VmFlags` of the mapping that holds the address.
    pub(crate) fn flags_at(&self, addr: usize) -> String {
        let smaps = self.proc("smaps");
        let from = smaps
            .lines()
            .skip_while(|line| !range(line).is_some_and(|it| it.contains(&addr)));
        let flags = from.filter_map(|line| line.strip_prefix("VmFlags:")).next();
        flags.expect("a mapping at this address").trim().to_owned()
    }

    pub(crate) fn has_flag(&self, addr: usize, flag: &str) -> bool {
        self.flags_at(addr).split(' ').any(|it| it == flag)
    }

    pub(crate) fn read(&self, addr: usize, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        let memory = File::open(format!("/proc/{}/mem", self.pid)).unwrap();
        memory.read_exact_at(&mut bytes, addr as u64).unwrap();
        bytes
    }

    /// Whether the bytes are anywhere in the memory that the process may write.
    /// `AddressSanitizer` makes mappings for itself that are too large to read; the
    /// examples make no large one.
    pub(crate) fn holds(&self, secret: &[u8]) -> bool {
        let maps = self.proc("maps");
        let most = match std::env::var_os("ASAN_OPTIONS") {
            Some(_) => 1 << 26,
            None => usize::MAX,
        };
        let writable = maps
            .lines()
            .filter(|line| line.contains(" rw"))
            .filter_map(range)
            .filter(|range| range.len() <= most);
        writable.into_iter().any(|range| {
            let bytes = self.read(range.start, range.len());
            bytes.windows(secret.len()).any(|window| window == secret)
        })
    }
}

/// The addresses with which the first line of a mapping begins.
fn range(line: &str) -> Option<core::ops::Range<usize>> {
    let (start, end) = line.split(' ').next()?.split_once('-')?;
    let hex = |digits| usize::from_str_radix(digits, 16).ok();
    Some(hex(start)?..hex(end)?)
}
