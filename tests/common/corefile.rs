//! Processes that crash with secrets in memory, and what the kernel wrote of them.
#![cfg(target_os = "linux")]

use std::env;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use os_memlock::Resource;
use tempfile::TempDir;

use super::case::system_allowed;
use super::keeper::{Keeper, Turn};
use super::kernel::page_size;
use super::limits::{get_rlimit, set_soft_rlimit};
use super::pages::Pages;
use super::process::{fork, is_root, wait};
use super::secret::{Found, Secret, new_seed, search};

pub const PATTERN: &str = "/proc/sys/kernel/core_pattern";

/// More than the core of such a process needs.
const ROOM: u64 = 256 << 20;

/// The memory of a process that is to crash: a control, which is never hidden, and
/// three pages.
pub struct Memory {
    control: Pages,
    pub pages: Pages,
}

/// How the process ended.
pub struct Crash {
    /// The kernel says that it dumped a core (WCOREDUMP).
    pub dumped: bool,
    /// The file in its folder, if there is one.
    pub core: Option<Vec<u8>>,
    pid: i32,
    seed: u64,
}

/// The control's secret, then one a page.
fn secrets(seed: u64) -> [Secret; 4] {
    [0, 1, 2, 3].map(|nth| Secret::new(seed.wrapping_add(nth << 32), page_size()))
}

/// Writes the secrets, calls `protect`, and crashes.
fn die(seed: u64, protect: impl FnOnce(&Memory)) -> ! {
    // The soft limit is 0 on most machines, and what is shown may need it so.
    set_soft_rlimit(Resource::Core, u64::MAX);
    let memory = Memory {
        control: Pages::new(1),
        pages: Pages::new(3),
    };
    let places = [memory.control.ptr(0)]
        .into_iter()
        .chain((0..3).map(|at| memory.pages.ptr(at)));
    for (place, secret) in places.zip(secrets(seed)) {
        // SAFETY: the place is a page that was just mapped to be written.
        unsafe { secret.write(place) }
    }
    protect(&memory);
    std::process::abort()
}

/// Crashes a child, in a folder of its own, after it has called `protect`. The seed
/// is new, so that nothing that the child inherits can be taken for its secrets.
pub fn crash(protect: impl FnOnce(&Memory)) -> Crash {
    let folder = tempfile::tempdir().unwrap();
    let seed = new_seed();
    let pid = fork(|| {
        env::set_current_dir(&folder).unwrap();
        die(seed, protect)
    });
    let status = wait(pid);
    assert_eq!(status.signal(), Some(libc::SIGABRT), "{status}");
    Crash {
        dumped: status.core_dumped(),
        core: only_file(folder.path()),
        pid,
        seed,
    }
}

fn only_file(folder: &Path) -> Option<Vec<u8>> {
    let files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(files.len() < 2, "{files:?}");
    files.first().map(|file| fs::read(file).unwrap())
}

impl Crash {
    /// How much of each page is in a core, which must hold all of the control.
    pub fn pages_in(&self, core: &[u8]) -> [Found; 3] {
        let [control, pages @ ..] = search(core, secrets(self.seed));
        assert!(
            control.all(),
            "{control} pieces of the control: the search proves nothing"
        );
        pages
    }
}

/// `core_pattern`, held or changed until this is dropped.
pub struct CorePattern {
    _keeper: Option<Keeper>,
    _turn: Turn,
}

impl CorePattern {
    /// A core goes to a file in the working directory of the process that crashed.
    pub fn plain() -> Self {
        let turn = Turn::shared(PATTERN);
        if is_plain(&core_pattern()) {
            return Self {
                _keeper: None,
                _turn: turn,
            };
        }
        drop(turn);
        Self::set("core")
    }

    pub fn set(pattern: &str) -> Self {
        let turn = Turn::exclusive(PATTERN);
        let before = core_pattern();
        let keeper = Keeper::start(move || fs::write(PATTERN, before));
        fs::write(PATTERN, pattern).unwrap();
        assert_eq!(core_pattern(), pattern);
        Self {
            _keeper: Some(keeper),
            _turn: turn,
        }
    }
}

pub fn core_pattern() -> String {
    fs::read_to_string(PATTERN)
        .unwrap()
        .trim_end_matches('\n')
        .into()
}

fn is_plain(pattern: &str) -> bool {
    !pattern.starts_with(['|', '@']) && !pattern.contains('/')
}

/// Why no core file can be had here, if so.
pub fn obstacle() -> Option<String> {
    let pattern = core_pattern();
    if get_rlimit(Resource::Core).1 < ROOM {
        Some("the hard limit leaves no room for a core file, see ulimit -Hc".into())
    } else if is_plain(&pattern) || (is_root() && system_allowed()) {
        None
    } else {
        Some(format!(
            "core files do not go to the working directory, core_pattern is {pattern:?}"
        ))
    }
}

/// A program that the kernel pipes cores to, until this is dropped.
pub struct Handler {
    _pattern: CorePattern,
    folder: TempDir,
}

impl Handler {
    pub fn install() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("handler");
        let script = "#!/bin/sh\ncd \"${0%/*}\" && cat >part.$1 && mv part.$1 core.$1\n";
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, Permissions::from_mode(0o700)).unwrap();
        let pattern = CorePattern::set(&format!("|{} %p", program.display()));
        Self {
            _pattern: pattern,
            folder,
        }
    }

    /// The core of a crash, which the kernel does not wait for.
    pub fn core_of(&self, crash: &Crash) -> Vec<u8> {
        let core = self.folder.path().join(format!("core.{}", crash.pid));
        let start = Instant::now();
        while !core.exists() {
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "no core was piped"
            );
            thread::sleep(Duration::from_millis(5));
        }
        fs::read(core).unwrap()
    }

    /// How many times the kernel has started the program.
    pub fn runs(&self) -> usize {
        fs::read_dir(self.folder.path()).unwrap().count() - 1
    }
}
