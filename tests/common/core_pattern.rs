//! Where Linux writes cores: `core_pattern`, set for a while.
#![cfg(target_os = "linux")]

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::keeper::{Keeper, Turn};
use super::privileges::{is_root, system_allowed};

const PATTERN: &str = "/proc/sys/kernel/core_pattern";

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

fn core_pattern() -> String {
    fs::read_to_string(PATTERN)
        .unwrap()
        .trim_end_matches('\n')
        .into()
}

fn is_plain(pattern: &str) -> bool {
    !pattern.starts_with(['|', '@']) && !pattern.contains('/')
}

/// Why no core goes to the working directory, if so.
pub fn elsewhere() -> Option<String> {
    let pattern = core_pattern();
    let plain = is_plain(&pattern) || (is_root() && system_allowed());
    (!plain).then(|| {
        format!("core files do not go to the working directory, core_pattern is {pattern:?}")
    })
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

    /// The core of a process that crashed, which the kernel does not wait for.
    pub fn core_of(&self, pid: i32) -> Vec<u8> {
        let core = self.folder.path().join(format!("core.{pid}"));
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

    /// Whether the kernel has started the program for that process.
    pub fn ran_for(&self, pid: i32) -> bool {
        let file = |name| self.folder.path().join(format!("{name}.{pid}"));
        file("part").exists() || file("core").exists()
    }
}
