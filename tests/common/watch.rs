//! The system calls that a piece of code makes, seen by ptrace. A call that a filter
//! answers, or kills for, is seen as well: the stop comes before the filter.

use core::ffi::{c_int, c_long};
use std::fs::File;
use std::io::{Error, Result};
use std::os::unix::fs::FileExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use super::process::fork;
use super::system_call::SystemCall;

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
    let pid = fork(|| {
        ptrace(libc::PTRACE_TRACEME as c_int, 0, 0, 0).unwrap();
        // SAFETY: the tracer goes on from this stop.
        unsafe { libc::raise(libc::SIGSTOP) };
        before();
        mark();
        let outcome = body();
        mark();
        after(outcome)
    });
    assert_eq!(wait(pid), Wait::Signal(libc::SIGSTOP));
    let options = libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_EXITKILL;
    ptrace(libc::PTRACE_SETOPTIONS as c_int, pid, 0, options as usize).unwrap();
    follow(pid)
}

/// A call that nothing else makes, and that no test forbids.
fn mark() {
    // SAFETY: no pointer is involved.
    unsafe { libc::syscall(libc::SYS_getppid) };
}

fn follow(pid: c_int) -> Watched {
    let (mut calls, mut marks, mut signal) = (Vec::new(), 0, 0);
    loop {
        let go_on = if marks < 2 {
            libc::PTRACE_SYSCALL
        } else {
            libc::PTRACE_CONT
        };
        ptrace(go_on as c_int, pid, 0, signal).unwrap();
        signal = 0;
        match wait(pid) {
            Wait::Ended(ended) => return Watched { calls, ended },
            Wait::Signal(number) => signal = number as usize,
            Wait::Call => match entered(pid) {
                Some((libc::SYS_getppid, _)) => marks += 1,
                Some((number, args)) if marks == 1 => {
                    calls.extend(SystemCall::seen(number, args, |addr| limit_at(pid, addr)));
                }
                _ => {}
            },
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

#[derive(Debug, PartialEq)]
enum Wait {
    Call,
    Signal(c_int),
    Ended(ExitStatus),
}

fn wait(pid: c_int) -> Wait {
    let mut status = 0;
    // SAFETY: the pointer is to an int of this frame.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    assert_eq!(waited, pid, "{}", Error::last_os_error());
    if !libc::WIFSTOPPED(status) {
        return Wait::Ended(ExitStatus::from_raw(status));
    }
    match libc::WSTOPSIG(status) {
        signal if signal == libc::SIGTRAP | 0x80 => Wait::Call,
        signal => Wait::Signal(signal),
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
