//! Child processes.
#![cfg(unix)]

use core::ffi::c_int;
use std::io;
use std::iter;
use std::os::unix::process::ExitStatusExt as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitStatus;

use super::faces::{FACES, Face};
#[cfg(target_os = "linux")]
use super::system::check;

/// Forks. The child runs `body` and exits with the code that it returns, or with 101
/// if it panics.
pub fn fork(body: impl FnOnce() -> u8) -> c_int {
    // SAFETY: the cases have one thread, so that the child may do what the parent may.
    let pid = unsafe { libc::fork() };
    assert!(pid >= 0, "{}", io::Error::last_os_error());
    if pid == 0 {
        let code = catch_unwind(AssertUnwindSafe(body)).map_or(101, c_int::from);
        // SAFETY: ends the child without running what belongs to the parent.
        unsafe { libc::_exit(code) }
    }
    pid
}

/// Waits for a child to end.
pub fn wait(pid: c_int) -> ExitStatus {
    let mut status = 0;
    // SAFETY: the pointer is to an int of this frame.
    let wait = || unsafe { libc::waitpid(pid, &raw mut status, 0) };
    // A fuzzer watches the time by signals.
    let interrupted = || io::Error::last_os_error().kind() == io::ErrorKind::Interrupted;
    let waited = iter::repeat_with(wait).find(|&waited| waited != -1 || !interrupted());
    assert_eq!(waited, Some(pid), "{}", io::Error::last_os_error());
    ExitStatus::from_raw(status)
}

/// Runs `body` in a forked child and returns how the child ended.
pub fn fork_and(body: impl FnOnce() -> u8) -> ExitStatus {
    wait(fork(|| {
        die_with_the_parent();
        body()
    }))
}

/// Runs `body` in a forked child, and panics if the child did.
pub fn in_child(body: impl FnOnce()) {
    let ended = fork_and(|| {
        body();
        0
    });
    assert!(ended.success(), "{ended}, see the child's panic above");
}

/// The same for each face of the crate.
pub fn each_face_in_child(body: impl Fn(&Face)) {
    for face in FACES {
        let ended = fork_and(|| {
            body(face);
            0
        });
        assert!(
            ended.success(),
            "{}: {ended}, see the child's panic above",
            face.name
        );
    }
}

/// Ends this process when its parent ends: killing the tests must leave none behind.
/// Done on Linux only.
pub fn die_with_the_parent() {
    #[cfg(target_os = "linux")]
    // SAFETY: the call takes a number and touches no memory.
    check(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) });
}
