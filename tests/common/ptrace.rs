//! Another process, stopped by ptrace at each system call that it is about to make.
//! A call that a filter answers, or kills for, is seen as well: the stop comes before
//! the filter.
#![cfg(target_os = "linux")]

use core::ffi::{c_int, c_long};
use std::io::{Error, Result};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

/// `PTRACE_GET_SYSCALL_INFO` of <linux/ptrace.h>, with what it fills in; not
/// every C library has it.
const GET_SYSCALL_INFO: c_int = 0x420e;
const ENTRY: u8 = 1;

#[repr(C)]
#[derive(Default)]
struct SyscallInfo {
    op: u8,
    arch: u32,
    instruction_pointer: u64,
    stack_pointer: u64,
    number: u64,
    args: [u64; 6],
}

/// Has the parent trace this process, which then has to come to a signal.
pub fn trace_me() -> Result<()> {
    ptrace(libc::PTRACE_TRACEME as c_int, 0, 0, 0)
}

/// Waits for the signal at which the child stops first, and lets it run to its end.
/// `at` gets the number and the arguments of each system call, and says whether it
/// wants any more of them.
pub fn follow(
    pid: c_int,
    first: c_int,
    mut at: impl FnMut(c_long, [usize; 6]) -> bool,
) -> ExitStatus {
    assert_eq!(wait(pid), Stop::Signal(first));
    let options = libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_EXITKILL;
    ptrace(libc::PTRACE_SETOPTIONS as c_int, pid, 0, options as usize).unwrap();
    let (mut go_on, mut signal) = (libc::PTRACE_SYSCALL, 0);
    loop {
        ptrace(go_on as c_int, pid, 0, signal).unwrap();
        signal = 0;
        match wait(pid) {
            Stop::Ended(status) => return status,
            Stop::Signal(number) => signal = number as usize,
            Stop::Call => {
                if entered(pid).is_some_and(|(number, args)| !at(number, args)) {
                    go_on = libc::PTRACE_CONT;
                }
            }
        }
    }
}

/// The call that the stopped process is about to make; none when it has made one.
fn entered(pid: c_int) -> Option<(c_long, [usize; 6])> {
    let mut info = SyscallInfo::default();
    let place = (&raw mut info).expose_provenance();
    ptrace(GET_SYSCALL_INFO, pid, size_of::<SyscallInfo>(), place).unwrap();
    let args = info.args.map(|argument| usize::try_from(argument).unwrap());
    (info.op == ENTRY).then_some((info.number as c_long, args))
}

#[derive(Debug, PartialEq)]
enum Stop {
    Call,
    Signal(c_int),
    Ended(ExitStatus),
}

fn wait(pid: c_int) -> Stop {
    let mut status = 0;
    // SAFETY: the pointer is to an int of this frame.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    assert_eq!(waited, pid, "{}", Error::last_os_error());
    let status = ExitStatus::from_raw(status);
    match status.stopped_signal() {
        None => Stop::Ended(status),
        Some(signal) if signal == libc::SIGTRAP | 0x80 => Stop::Call,
        Some(signal) => Stop::Signal(signal),
    }
}

/// The system call and not the function of the C library, whose types differ.
fn ptrace(request: c_int, pid: c_int, addr: usize, data: usize) -> Result<()> {
    // SAFETY: the only request of this file that writes to this process is
    // GET_SYSCALL_INFO, to a live struct of the size that it is told.
    let answer = unsafe { libc::syscall(libc::SYS_ptrace, request, pid, addr, data) };
    if answer < 0 {
        Err(Error::last_os_error())
    } else {
        Ok(())
    }
}
