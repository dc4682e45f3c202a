//! Children to look at or to kill, and this program executed again.
#![cfg(target_os = "linux")]

use core::ffi::c_int;
use std::env;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use super::process::{die_with_the_parent, fork, wait};

const EXECUTED: &str = "OS_MEMLOCK_TEST_EXECUTED";

/// A child that waits in the state in which it is to be examined. Dropping this kills
/// it with SIGKILL, so that it cannot clean up.
pub struct Hanging {
    pub pid: c_int,
    /// What the child passed to [`hang`].
    pub message: String,
}

impl Hanging {
    /// `body` must end in [`hang`].
    pub fn start(body: impl FnOnce(UnixStream)) -> Self {
        let (line, end) = UnixStream::pair().unwrap();
        let pid = fork(move || {
            die_with_the_parent();
            body(end);
            0
        });
        let mut child = Self {
            pid,
            message: String::new(),
        };
        BufReader::new(line).read_line(&mut child.message).unwrap();
        assert_eq!(child.message.pop(), Some('\n'), "the child ended early");
        child
    }
}

/// In a child: sends `message` to the parent and waits to be killed.
pub fn hang(mut line: UnixStream, message: &str) -> ! {
    line.write_all(format!("{message}\n").as_bytes()).unwrap();
    loop {
        std::thread::park();
    }
}

impl Drop for Hanging {
    fn drop(&mut self) {
        // SAFETY: no pointer is involved, and the child has not been waited for.
        unsafe { libc::kill(self.pid, libc::SIGKILL) };
        wait(self.pid);
    }
}

/// Whether the case has called [`exec_again`].
pub fn is_executed_again() -> bool {
    env::var_os(EXECUTED).is_some()
}

/// Executes this program again, in this process and for the same case. A process
/// that is not dumpable cannot find its own path, hence the argument.
pub fn exec_again(itself: &Path) -> ! {
    let error = Command::new(itself).env(EXECUTED, "1").exec();
    panic!("execve: {error}");
}
