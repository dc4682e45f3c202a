//! Runs a program under ptrace and stops it where it prints a line or unlocks
//! memory, so that the kernel can be asked about it at that very moment.

use core::ffi::{c_int, c_long};
use std::io::{Error, Result};
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};

use super::stopped::Stopped;

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
    unsafe { command.pre_exec(|| ptrace(libc::PTRACE_TRACEME as c_int, 0, 0, 0)) };
    let child = command.spawn().expect("a child that may be traced");
    let pid = c_int::try_from(child.id()).unwrap();
    let go_on = |signal| ptrace(libc::PTRACE_SYSCALL as c_int, pid, 0, signal).unwrap();

    assert_eq!(
        wait(pid),
        Wait::Signal(libc::SIGTRAP),
        "the stop after execve"
    );
    let options = libc::PTRACE_O_TRACESYSGOOD | libc::PTRACE_O_EXITKILL;
    ptrace(libc::PTRACE_SETOPTIONS as c_int, pid, 0, options as usize).unwrap();
    go_on(0);
    loop {
        match wait(pid) {
            Wait::Exit(code) => return code,
            Wait::Signal(signal) => go_on(signal as usize),
            Wait::Call => {
                let stopped = Stopped::new(pid);
                if let Some(event) = event(&stopped) {
                    at(&stopped, event);
                }
                go_on(0);
            }
        }
    }
}

fn event(process: &Stopped) -> Option<Event> {
    let mut info = SyscallInfo::default();
    let size = size_of::<SyscallInfo>();
    ptrace(
        GET_SYSCALL_INFO,
        process.pid,
        size,
        (&raw mut info).expose_provenance(),
    )
    .unwrap();
    let [first, second, third, ..] = info.args.map(|argument| argument as usize);
    match info.number as c_long {
        _ if info.op != ENTRY => None,
        libc::SYS_write if first == 1 => {
            let text = process.read(second, third);
            Some(Event::Prints(String::from_utf8(text).expect("text")))
        }
        libc::SYS_munlock if second != 0 => Some(Event::Unlocks {
            addr: first,
            len: second,
        }),
        _ => None,
    }
}

#[derive(Debug, PartialEq)]
enum Wait {
    Call,
    Signal(c_int),
    Exit(c_int),
}

fn wait(pid: c_int) -> Wait {
    let mut status = 0;
    // SAFETY: the pointer is to an int of this frame.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    assert_eq!(waited, pid, "{}", Error::last_os_error());
    if libc::WIFEXITED(status) {
        return Wait::Exit(libc::WEXITSTATUS(status));
    }
    assert!(
        libc::WIFSTOPPED(status),
        "killed by signal {}",
        libc::WTERMSIG(status)
    );
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
