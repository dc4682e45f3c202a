//! Tests that change the machine take turns, and what they change is restored even
//! when they are killed.
#![cfg(target_os = "linux")]

use core::ffi::c_int;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::thread;

use super::kernel::check;
use super::process::{fork, wait};

/// A process that waits for its parent to end, in whatever way, and then undoes what
/// the parent did to the machine. Dropping this takes the same path, so that each run
/// tests it. Several keepers undo in reverse order: each holds the lines of those
/// started before it.
pub struct Keeper {
    pid: c_int,
    /// The keeper reads the other end, and gets nothing but the end of file.
    line: Option<UnixStream>,
}

impl Keeper {
    /// Must be called before the change; `undo` must work where nothing was changed, too.
    pub fn start(undo: impl FnOnce() -> io::Result<()>) -> Self {
        let (line, mut end) = UnixStream::pair().unwrap();
        let mut line = Some(line);
        let pid = fork(|| {
            line = None;
            // SAFETY: no pointer is involved. Out of reach of the terminal's signals.
            unsafe { libc::setsid() };
            let _ = end.read(&mut [0]);
            undo().map_or_else(failed, |()| 0)
        });
        Self { pid, line }
    }
}

fn failed(error: io::Error) -> u8 {
    eprintln!("the machine could not be restored: {error}");
    1
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.line = None;
        let undone = wait(self.pid).success();
        assert!(
            undone || thread::panicking(),
            "the machine was not restored, see above"
        );
    }
}

/// A turn at a part of the machine. It lasts until this is dropped and the keepers
/// started meanwhile have ended. It is a lock on the file that stands for the part,
/// so that tests of another build wait as well.
pub struct Turn {
    _file: File,
}

impl Turn {
    /// For those that do not change the part.
    pub fn shared(path: &str) -> Self {
        Self::take(path, libc::LOCK_SH)
    }

    /// For one that changes the part.
    pub fn exclusive(path: &str) -> Self {
        Self::take(path, libc::LOCK_EX)
    }

    fn take(path: &str, kind: c_int) -> Self {
        let file = File::open(path).unwrap();
        // SAFETY: no pointer is involved.
        check(unsafe { libc::flock(file.as_raw_fd(), kind) });
        Self { _file: file }
    }
}
