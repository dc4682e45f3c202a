//! The examples as programs: who runs them, and what they get to see.

use core::ptr;
use std::ffi::CString;
use std::fs::{self, Permissions};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use os_memlock::Resource;
use tempfile::TempDir;

use crate::common::kernel::check;
use crate::common::limits::set_soft_rlimit;

/// Cargo has built them for these tests, from the sources as they are.
pub(super) const SIMPLE: &str = env!("CARGO_BIN_EXE_example_simple");
pub(super) const LOCKED_VEC: &str = env!("CARGO_BIN_EXE_example_locked_vec");
pub(super) const REPORT: &str = env!("CARGO_BIN_EXE_example_report");
pub(super) const AT_START: &str = env!("CARGO_BIN_EXE_example_at_start");
pub(super) const MANY_KEYS: &str = env!("CARGO_BIN_EXE_example_many_keys");

/// An account without privileges, which owns nothing.
const NOBODY: u32 = 65534;

/// A program, ready to be run, and the folder that holds a copy made for it.
pub(super) struct Program {
    pub(super) command: Command,
    _folder: Option<TempDir>,
}

impl Program {
    pub(super) fn arg(mut self, arg: &str) -> Self {
        self.command.arg(arg);
        self
    }

    /// What it prints, and its exit code.
    pub(super) fn output(mut self) -> (String, Option<i32>) {
        let output = self.command.output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (text, output.status.code())
    }
}

/// The example, for whoever runs the tests.
pub(super) fn as_is(path: &str) -> Program {
    Program {
        command: Command::new(path),
        _folder: None,
    }
}

/// The example, for a user without privileges who may lock so many bytes.
pub(super) fn as_nobody(path: &str, limit: u64) -> Program {
    copy_for_nobody(path, limit, 0o755)
}

/// The same from a file that the user may run but not read, for which reason the
/// kernel writes no core of it.
pub(super) fn unreadable(path: &str, limit: u64) -> Program {
    copy_for_nobody(path, limit, 0o711)
}

fn copy_for_nobody(path: &str, limit: u64, mode: u32) -> Program {
    set_soft_rlimit(Resource::Memlock, limit);
    // The build folder may be out of that user's reach.
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("program");
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    fs::copy(path, &copy).unwrap();
    fs::set_permissions(&copy, Permissions::from_mode(mode)).unwrap();
    let mut command = Command::new(copy);
    command.uid(NOBODY).gid(NOBODY).current_dir("/");
    Program {
        command,
        _folder: Some(folder),
    }
}

/// Shows this process, its children and nobody else another content of a file:
/// in a mount namespace of its own, which ends with it.
pub(super) fn show(path: &str, content: &str) {
    // SAFETY: no pointer is involved, and the case has one thread.
    check(unsafe { libc::unshare(libc::CLONE_NEWNS) });
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    fs::set_permissions(file.path(), Permissions::from_mode(0o444)).unwrap();
    mount("none", "/", libc::MS_REC | libc::MS_PRIVATE);
    mount(file.path().to_str().unwrap(), path, libc::MS_BIND);
}

fn mount(source: &str, target: &str, flags: libc::c_ulong) {
    let names = [source, target].map(|it| CString::new(it).unwrap());
    let [source, target] = names.each_ref().map(|it| it.as_ptr());
    // SAFETY: both are C strings that live on, and no data goes with these flags.
    check(unsafe { libc::mount(source, target, ptr::null(), flags, ptr::null()) });
}
