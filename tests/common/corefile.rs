//! Processes that crash with secrets in memory, and what the kernel wrote of them.
#![cfg(any(target_os = "linux", target_os = "freebsd"))]

use std::env;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;

use os_memlock::Resource;

use super::limits::{get_rlimit, set_soft_rlimit};
use super::pages::Pages;
use super::process::{fork, wait};
use super::secret::{Found, Secret, new_seed, search};
use super::system::page_size;

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
    pub pid: i32,
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

/// Why no core file can be had here, if so.
pub fn obstacle() -> Option<String> {
    if get_rlimit(Resource::Core).1 < ROOM {
        return Some("the hard limit leaves no room for a core file, see ulimit -Hc".into());
    }
    elsewhere()
}

#[cfg(target_os = "linux")]
use super::core_pattern::elsewhere;

/// Why no core goes to the working directory, if so.
#[cfg(target_os = "freebsd")]
fn elsewhere() -> Option<String> {
    let mut sysctl = std::process::Command::new("sysctl");
    let output = sysctl
        .args([
            "-n",
            "kern.coredump",
            "kern.compress_user_cores",
            "kern.corefile",
        ])
        .output();
    let text = String::from_utf8(output.unwrap().stdout).unwrap();
    let plain = text.starts_with("1\n0\n") && !text.contains('/');
    (!plain).then(|| format!("core files do not go to the working directory: {text:?}"))
}
