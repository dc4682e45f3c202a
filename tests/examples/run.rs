//! Runs an example to its end. Where it is about to print what the kernel says of it, or
//! to give up what protects its memory, it is stopped, and the kernel is asked.

use core::ffi::{c_int, c_long};
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::kernel::page_size;
use crate::common::proc::{Mapping, Proc};
use crate::common::ptrace::{follow, trace_me};

/// Cargo has built them for these tests, from the sources as they are.
pub(super) const AT_START: &str = env!("CARGO_BIN_EXE_example_at_start");
pub(super) const SIMPLE: &str = env!("CARGO_BIN_EXE_example_simple");
pub(super) const LOCKED_VEC: &str = env!("CARGO_BIN_EXE_example_locked_vec");
pub(super) const MANY_KEYS: &str = env!("CARGO_BIN_EXE_example_many_keys");
pub(super) const REPORT: &str = env!("CARGO_BIN_EXE_example_report");

#[derive(Clone, Copy, PartialEq)]
pub(super) enum User {
    /// Whoever runs the tests.
    Tester,
    /// An account without privileges, which owns nothing.
    Nobody,
}

pub(super) const NOBODY: u32 = 65534;

/// What an example did. Whatever it printed of the kernel, the kernel said as well.
pub(super) struct Run {
    process: Proc,
    code: c_int,
    pub(super) text: String,
    /// What it printed of the kernel and what it gave up, by name, each with the flags that
    /// its memory had then. After flags, the number of bytes there that were not 0.
    steps: Vec<String>,
    /// The address and the length of that memory: what it asked to lock last.
    memory: (usize, usize),
}

impl Run {
    /// It printed these words, however the lines are broken.
    #[track_caller]
    pub(super) fn says(&self, words: &str) {
        let text: Vec<_> = self.text.split_whitespace().collect();
        assert!(text.join(" ").contains(words), "{words} in {}", self.text);
    }

    /// It ended so, after these steps.
    #[track_caller]
    pub(super) fn ends(&self, code: c_int, steps: &str) {
        assert_eq!(self.steps.join(", "), steps, "{}", self.text);
        assert_eq!(self.code, code, "{}", self.text);
    }

    fn calls(&mut self, number: c_long, [first, second, third, ..]: [usize; 6]) {
        let memory = (first, second);
        match number {
            libc::SYS_write if first == 1 => {
                let line = String::from_utf8(self.read((second, third))).unwrap();
                self.prints(&line);
                self.text += &line;
            }
            libc::SYS_mlock if second != 0 => self.memory = memory,
            libc::SYS_munlock if second != 0 => {
                assert_eq!(memory, self.memory, "unlocks what it locked");
                self.step("to munlock");
            }
            libc::SYS_madvise if third == libc::MADV_DODUMP as usize && memory == self.memory => {
                self.step("to dodump");
            }
            libc::SYS_exit_group => assert_eq!(self.process.vm_lck_kib(), 0, "left locked"),
            _ => {}
        }
    }

    fn prints(&mut self, line: &str) {
        if let Some((_, addr)) = line.trim().split_once(" at 0x") {
            self.memory = (usize::from_str_radix(addr, 16).unwrap(), page_size());
        }
        let mapping = self.mapping();
        if let Some((name, said)) = line.split_once("VmLck:") {
            let count = said.split_whitespace().next().unwrap();
            assert_eq!(count, self.process.vm_lck_kib().to_string(), "{line}");
            self.step(name.trim().trim_end_matches(':'));
        }
        if let Some((_, flags)) = line.split_once("VmFlags: ") {
            assert_eq!(flags.trim(), mapping.flags, "{line}");
        }
        if let Some((_, fields)) = line.split_once("LockedVec { len: 32, ") {
            let (locked, hidden) = (mapping.has("lo"), mapping.has("dd"));
            let truth = format!("locked: {locked}, hidden: {hidden}, .. }} at 0x");
            assert!(fields.starts_with(&truth), "{line}");
        }
    }

    fn step(&mut self, name: &str) {
        let mapping = self.mapping();
        let locked = if mapping.has("lo") { self.memory.1 } else { 0 };
        assert_eq!(self.process.vm_lck_kib(), locked as u64 / 1024, "{name}");
        let mut step = name.to_owned();
        for flag in ["lo", "dd"].into_iter().filter(|it| mapping.has(it)) {
            step = step + " " + flag;
        }
        if step != name {
            let bytes = self.read(self.memory).into_iter();
            step += &format!(" {}", bytes.filter(|&byte| byte != 0).count());
        }
        self.steps.push(step);
    }

    fn mapping(&self) -> Mapping {
        self.process.mapping_at(self.memory.0).unwrap_or_default()
    }

    fn read(&self, (addr, len): (usize, usize)) -> Vec<u8> {
        let mut bytes = vec![0; len];
        let memory = File::open(self.process.file("mem")).unwrap();
        memory.read_exact_at(&mut bytes, addr as u64).unwrap();
        bytes
    }
}

/// What it prints where this is mounted; `$0` is the file.
pub(super) fn where_mounted(mount: &str, file: &Path, example: &str) -> String {
    let script = format!("mount {mount} && exec $1");
    let mut alone = Command::new("unshare");
    alone.args(["--mount", "sh", "-c", &script]);
    let output = alone.arg(file).arg(example).output().unwrap();
    assert!(output.status.success(), "{mount}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Runs the example. What it prints goes nowhere but into the text; its standard error is
/// that of the test.
pub(super) fn run(example: &str, arguments: &[&str], user: User) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(example);
    if user == User::Nobody {
        // The build folder may be out of that user's reach.
        let copy = folder.path().join("example");
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        fs::copy(example, &copy).unwrap();
        command = Command::new(copy);
        command.uid(NOBODY).gid(NOBODY).current_dir("/");
    }
    // With this, glibc overwrites what is freed.
    command.env("MALLOC_PERTURB_", "165").args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    // SAFETY: the closure makes one system call and touches no memory.
    unsafe { command.pre_exec(trace_me) };
    let pid = command.spawn().expect("a child that may be traced").id() as c_int;
    let mut run = Run {
        process: Proc::of(pid),
        code: 0,
        text: String::new(),
        steps: Vec::new(),
        memory: (0, 0),
    };
    // The first stop is the one after execve.
    let ended = follow(pid, libc::SIGTRAP, |number, arguments| {
        run.calls(number, arguments);
        true
    });
    run.code = ended.code().unwrap_or_else(|| panic!("{ended}"));
    run
}
