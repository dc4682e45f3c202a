//! Child processes, and the privileges of this one.
#![cfg(target_os = "linux")]

use core::ffi::c_int;
use std::env;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::{Command, ExitStatus};

use super::faces::{FACES, Face};
use super::kernel::check;
use super::proc::Proc;

/// Bits of a set of capabilities.
const IPC_LOCK: u64 = 1 << 14;
const SYS_RESOURCE: u64 = 1 << 24;

const EXECUTED: &str = "OS_MEMLOCK_TEST_EXECUTED";

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
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    assert_eq!(waited, pid, "{}", io::Error::last_os_error());
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

/// Ends this process when its parent ends: killing the tests must leave none behind.
pub fn die_with_the_parent() {
    // SAFETY: the call takes a number and touches no memory.
    check(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) });
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

pub fn is_root() -> bool {
    // SAFETY: no pointer is involved.
    unsafe { libc::geteuid() == 0 }
}

/// A set of capabilities, by its name in /proc/self/status.
fn capabilities(set: &str) -> u64 {
    u64::from_str_radix(&Proc::own().line("status", set), 16).unwrap()
}

/// Whether the limit on locked memory does not bind this process.
pub fn has_ipc_lock() -> bool {
    capabilities("CapEff:") & IPC_LOCK != 0
}

/// Gives up `CAP_IPC_LOCK`, which lifts the limit on locked memory, and
/// `CAP_SYS_RESOURCE`, which lifts hard limits.
pub fn drop_privileges() {
    let dropped = IPC_LOCK | SYS_RESOURCE;
    let sets = ["CapEff:", "CapPrm:", "CapInh:"].map(|set| capabilities(set) & !dropped);
    // As <linux/capability.h> has them: the version of the interface and this
    // process, then the lower and the upper half of each set.
    let header = [0x2008_0522_u32, 0];
    let data = [0, 32].map(|shift| sets.map(|set| (set >> shift) as u32));
    // SAFETY: the two are of the layout that this version has, and live on.
    let answer = unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), data.as_ptr()) };
    assert_eq!(answer, 0, "{}", io::Error::last_os_error());
    assert!(!has_ipc_lock());
}
