//! Runs a program and stops it where it prints a line or unlocks memory, so that the
//! kernel can be asked about it at that very moment.

use core::ffi::c_int;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use super::stopped::Stopped;
use crate::common::ptrace::{follow, trace_me};

/// What the program is about to do.
pub(super) enum Event {
    /// It prints this to its standard output, one line as a rule.
    Prints(String),
    /// It calls munlock for a range that is not empty.
    Unlocks { addr: usize, len: usize },
}

/// Runs the command to its end and gives its exit code. What it prints goes
/// nowhere but to `at`; its standard error is that of the test.
#[expect(
    clippy::zombie_processes,
    reason = "waited for by its number, as a tracer has to"
)]
pub(super) fn run(mut command: Command, mut at: impl FnMut(&Stopped, Event)) -> c_int {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    // SAFETY: the closure makes one system call and touches no memory.
    unsafe { command.pre_exec(trace_me) };
    let child = command.spawn().expect("a child that may be traced");
    let pid = c_int::try_from(child.id()).unwrap();
    let process = Stopped::new(pid);
    // The first stop is the one after execve.
    let ended = follow(pid, libc::SIGTRAP, |number, [first, second, third, ..]| {
        match number {
            libc::SYS_write if first == 1 => {
                let text = String::from_utf8(process.read(second, third)).expect("text");
                at(&process, Event::Prints(text));
            }
            libc::SYS_munlock if second != 0 => at(
                &process,
                Event::Unlocks {
                    addr: first,
                    len: second,
                },
            ),
            _ => {}
        }
        true
    });
    ended.code().unwrap_or_else(|| panic!("{ended}"))
}
