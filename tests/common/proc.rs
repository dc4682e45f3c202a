//! What /proc says of a process. Parsed by hand: the procfs crate drops the flags it
//! does not know, `lf` among them.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::ops::Range;
use std::path::PathBuf;

use os_memlock::Resource;

/// The directory of a process.
pub struct Proc(PathBuf);

/// One mapping, as smaps describes it.
#[derive(Clone, Debug, Default)]
pub struct Mapping {
    pub range: Range<usize>,
    /// What is mapped: a path, `[heap]`, `[vdso]`, or nothing.
    pub name: String,
    /// `Locked:`, what is locked and in memory.
    pub locked_kib: u64,
    /// `Swap:`, what is on a swap device.
    pub swap_kib: u64,
    /// `VmFlags:`, each two letters.
    pub flags: String,
}

impl Mapping {
    pub fn has(&self, flag: &str) -> bool {
        self.flags.split(' ').any(|it| it == flag)
    }
}

impl Proc {
    /// This process.
    pub fn own() -> Self {
        Self("/proc/self".into())
    }

    pub fn of(pid: i32) -> Self {
        Self(format!("/proc/{pid}").into())
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// The rest of the line that begins with `name`.
    pub fn line(&self, file: &str, name: &str) -> String {
        let text = self.text(file);
        let mut values = text.lines().filter_map(|line| line.strip_prefix(name));
        let value = values.next();
        value
            .unwrap_or_else(|| panic!("no {name} in {file}"))
            .trim()
            .into()
    }

    /// `VmLck`: how much is marked locked, in KiB.
    pub fn vm_lck_kib(&self) -> u64 {
        kib(&self.line("status", "VmLck:"))
    }

    /// The soft and the hard value of a limit; `None` is unlimited.
    pub fn limit(&self, resource: Resource) -> [Option<u64>; 2] {
        let name = match resource {
            Resource::Core => "Max core file size",
            Resource::Memlock => "Max locked memory",
            other => panic!("no line for {other:?}"),
        };
        let line = self.line("limits", name);
        let mut words = line.split_whitespace();
        [(); 2].map(|()| match words.next().unwrap() {
            "unlimited" => None,
            number => Some(number.parse().unwrap()),
        })
    }

    /// Every mapping, in the order of addresses.
    pub fn mappings(&self) -> Vec<Mapping> {
        mappings_below(usize::MAX, self.text("smaps").lines())
    }

    /// Those that begin below an address. It takes the kernel long to describe them all.
    pub fn mappings_below(&self, limit: usize) -> Vec<Mapping> {
        let smaps = File::open(self.file("smaps")).unwrap();
        mappings_below(limit, BufReader::new(smaps).lines().map(Result::unwrap))
    }

    /// The mapping that holds the address, if there is one.
    pub fn mapping_at(&self, addr: usize) -> Option<Mapping> {
        let mut mappings = self.mappings().into_iter();
        mappings.find(|it| it.range.contains(&addr))
    }
}

fn mappings_below(limit: usize, smaps: impl Iterator<Item: AsRef<str>>) -> Vec<Mapping> {
    let mut all: Vec<Mapping> = Vec::new();
    for line in smaps {
        let line = line.as_ref();
        // qemu-user 10 writes nothing behind `VmFlags:` where there is no flag.
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if let Some((start, end)) = word.split_once('-') {
            let [start, end] = [start, end].map(|hex| usize::from_str_radix(hex, 16).unwrap());
            if start >= limit {
                break;
            }
            all.push(Mapping {
                range: start..end,
                name: rest.split_whitespace().nth(4).unwrap_or_default().into(),
                ..Mapping::default()
            });
            continue;
        }
        let last = all.last_mut().expect("a range comes first");
        match word {
            "Locked:" => last.locked_kib = kib(rest),
            "Swap:" => last.swap_kib = kib(rest),
            "VmFlags:" => last.flags = rest.trim().into(),
            _ => {}
        }
    }
    all
}

fn kib(value: &str) -> u64 {
    value.trim().trim_end_matches(" kB").parse().unwrap()
}
