//! What the kernel says of another process, while that one stands still.

use core::ffi::c_int;
use std::fs::{self, File};
use std::os::unix::fs::{FileExt as _, MetadataExt as _};

use os_memlock::Resource;

use crate::common::proc::{Mapping, Proc};

/// A process that does nothing until it is told to go on.
pub(super) struct Stopped {
    proc: Proc,
}

impl Stopped {
    pub(super) fn new(pid: c_int) -> Self {
        Self {
            proc: Proc::of(pid),
        }
    }

    /// `VmLck` in KiB.
    pub(super) fn locked_kib(&self) -> u64 {
        self.proc.vm_lck_kib()
    }

    pub(super) fn limit(&self, resource: Resource) -> [Option<u64>; 2] {
        self.proc.limit(resource)
    }

    /// Whether the kernel may write a core: if not, root owns the process's files.
    /// A process of root is taken to be dumpable.
    pub(super) fn is_dumpable(&self) -> bool {
        let owner = fs::metadata(self.proc.file("environ")).unwrap().uid();
        let users = self.proc.line("status", "Uid:");
        let mut users = users.split_whitespace();
        users.all(|user| user == owner.to_string())
    }

    /// The mapping that holds the address.
    pub(super) fn mapping_at(&self, addr: usize) -> Mapping {
        self.proc
            .mapping_at(addr)
            .expect("a mapping at this address")
    }

    pub(super) fn read(&self, addr: usize, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        let memory = File::open(self.proc.file("mem")).unwrap();
        memory.read_exact_at(&mut bytes, addr as u64).unwrap();
        bytes
    }

    /// Whether the bytes are anywhere in the memory that the process may write.
    /// `AddressSanitizer` makes mappings for itself that are too large to read; the
    /// examples make no large one.
    pub(super) fn holds(&self, secret: &[u8]) -> bool {
        let most = match std::env::var_os("ASAN_OPTIONS") {
            Some(_) => 1 << 26,
            None => usize::MAX,
        };
        let mut mappings = self.proc.mappings();
        mappings.retain(|it| it.has("wr") && it.has("rd") && it.range.len() <= most);
        mappings.into_iter().any(|Mapping { range, .. }| {
            let bytes = self.read(range.start, range.len());
            bytes.windows(secret.len()).any(|window| window == secret)
        })
    }
}
