//! Good manners towards the machine: one test at a time changes a part of it, and
//! the part is put back whatever becomes of that test.

use core::ffi::c_int;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

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
        // SAFETY: the cases have one thread, so that the child may do what the parent may.
        let pid = unsafe { libc::fork() };
        assert!(pid >= 0, "{}", io::Error::last_os_error());
        if pid == 0 {
            drop(line);
            // SAFETY: no pointer is involved. Out of reach of the terminal's signals.
            unsafe { libc::setsid() };
            let _ = end.read(&mut [0]);
            let undone = catch_unwind(AssertUnwindSafe(undo));
            let code = undone.map_or(101, |undone| undone.map_or_else(failed, |()| 0));
            // SAFETY: ends the child without running what belongs to the parent.
            unsafe { libc::_exit(code) }
        }
        Self {
            pid,
            line: Some(line),
        }
    }
}

fn failed(error: io::Error) -> c_int {
    eprintln!("the machine could not be put back: {error}");
    1
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.line = None;
        let mut status = 0;
        // SAFETY: the pointer is to an int of this frame.
        let waited = unsafe { libc::waitpid(self.pid, &mut status, 0) };
        let undone = waited == self.pid && status == 0;
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
        let answer = unsafe { libc::flock(file.as_raw_fd(), kind) };
        assert_eq!(answer, 0, "{}", io::Error::last_os_error());
        Self { _file: file }
    }
}
