//! Children: what kills one does not end the program.

use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

/// Runs `body` in a child, and returns how the child ended.
pub(crate) fn fork(body: impl FnOnce() -> u8) -> ExitStatus {
    // SAFETY: the program has one thread, so that the child may do what it may.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        let code = body();
        // SAFETY: ends the child without running what belongs to its parent.
        unsafe { libc::_exit(code.into()) }
    }
    let mut status = 0;
    // SAFETY: the pointer is to an int of this frame.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    assert!(pid > 0 && waited == pid, "fork or waitpid failed");
    ExitStatus::from_raw(status)
}
