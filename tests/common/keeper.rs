//! Good manners towards the machine: one test at a time changes a part of it, and
//! the part is put back whatever becomes of that test.
#![cfg(target_os = "linux")]

use core::ffi::c_int;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::thread;

use super::kernel::done;
use super::process::{fork, wait};

/// A process that waits for the end of the one that started it, however that
/// comes, and then undoes what that one did to the machine. A normal end goes the
/// same way, so that the way is tested each time. Of several keepers the last one
/// goes first: it holds the lines of those before it.
pub struct Keeper {
    pid: c_int,
    /// Its other end is the keeper's, which reads nothing but the end of it.
    line: Option<UnixStream>,
}

impl Keeper {
    /// To be called before the change: `undo` must also do where nothing was changed.
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
    eprintln!("the machine could not be put back: {error}");
    1
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.line = None;
        let undone = wait(self.pid).success();
        assert!(
            undone || thread::panicking(),
            "the machine is not as it was, see above"
        );
    }
}

/// A turn at a part of the machine, for as long as it lives and as the keepers
/// live that were started meanwhile. It is a lock on the very file that stands for
/// the part, so that tests of another build wait for it too.
pub struct Turn {
    _file: File,
}

impl Turn {
    /// Others may have the same turn: the part will not be changed.
    pub fn shared(path: &str) -> Self {
        Self::take(path, libc::LOCK_SH)
    }

    /// Nobody else has a turn.
    pub fn exclusive(path: &str) -> Self {
        Self::take(path, libc::LOCK_EX)
    }

    fn take(path: &str, kind: c_int) -> Self {
        let file = File::open(path).unwrap();
        // SAFETY: no pointer is involved.
        done(unsafe { libc::flock(file.as_raw_fd(), kind) });
        Self { _file: file }
    }
}
