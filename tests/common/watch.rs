//! The system calls that a piece of code makes.
#![cfg(target_os = "linux")]

use core::ffi::{c_int, c_long};
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::process::ExitStatus;

use super::process::fork;
use super::ptrace::{follow, trace_me};
use super::system_call::SystemCall;

/// What a child did.
#[derive(Debug, PartialEq, Eq)]
pub struct Watched {
    /// Its calls of the kinds that [`SystemCall`] knows.
    pub calls: Vec<SystemCall>,
    pub ended: ExitStatus,
}

/// Runs the three, one after another, in a forked child, and watches the second.
/// The third, which is told what came of it, gives the exit code.
pub fn watch<T>(
    before: impl FnOnce(),
    body: impl FnOnce() -> T,
    after: impl FnOnce(T) -> u8,
) -> Watched {
    let mut calls = Vec::new();
    let ended = watch_each(before, body, after, |pid, number, args| {
        calls.extend(SystemCall::seen(number, args, |addr| limit_at(pid, addr)));
    });
    Watched { calls, ended }
}

/// The calls of a body that has to succeed.
pub fn calls(body: impl FnOnce()) -> Vec<SystemCall> {
    let watched = watch(|| {}, body, |()| 0);
    assert!(watched.ended.success(), "see the child's panic above");
    watched.calls
}

/// As [`watch`], with every system call of the second given to `at`: the child's number, the
/// call's, and its arguments.
pub fn watch_each<T>(
    before: impl FnOnce(),
    body: impl FnOnce() -> T,
    after: impl FnOnce(T) -> u8,
    mut at: impl FnMut(c_int, c_long, [usize; 6]),
) -> ExitStatus {
    let pid = fork(|| {
        trace_me().unwrap();
        // SAFETY: the tracer goes on from this stop.
        unsafe { libc::raise(libc::SIGSTOP) };
        before();
        mark();
        let outcome = body();
        mark();
        after(outcome)
    });
    let mut marks = 0;
    follow(pid, libc::SIGSTOP, |number, args| {
        if number == libc::SYS_getppid {
            marks += 1;
        } else if marks == 1 {
            at(pid, number, args);
        }
        marks < 2
    })
}

/// A call that nothing else makes, and that no test forbids.
fn mark() {
    // SAFETY: no pointer is involved.
    unsafe { libc::syscall(libc::SYS_getppid) };
}

/// The limit that the stopped process has at an address.
fn limit_at(pid: c_int, addr: usize) -> [u64; 2] {
    let memory = File::open(format!("/proc/{pid}/mem")).unwrap();
    [0, 8].map(|offset| {
        let mut bytes = [0; 8];
        memory
            .read_exact_at(&mut bytes, addr as u64 + offset)
            .unwrap();
        u64::from_ne_bytes(bytes)
    })
}
