//! The examples as programs: where cargo puts them, and who runs them.

use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use tempfile::TempDir;

use crate::common::process::{get_rlimit, set_rlimit};

const EXAMPLES: [&str; 3] = ["simple", "locked_vec", "report"];

/// An account without privileges, which owns nothing.
pub(crate) const NOBODY: u32 = 65534;

/// A program, ready to be run, and the folder that holds a copy made for it.
pub(crate) struct Program {
    pub(crate) command: Command,
    _folder: Option<TempDir>,
}

impl Program {
    pub(crate) fn arg(mut self, arg: &str) -> Self {
        self.command.arg(arg);
        self
    }
}

/// The example, for whoever runs the tests.
pub(crate) fn as_is(name: &str) -> Program {
    Program {
        command: Command::new(path(name)),
        _folder: None,
    }
}

/// The example, for a user without privileges who may lock so many bytes.
pub(crate) fn as_nobody(name: &str, limit: u64) -> Program {
    copy_for_nobody(name, limit, 0o755)
}

/// The same from a file that the user may run but not read, for which reason the
/// kernel writes no core of it.
pub(crate) fn unreadable(name: &str, limit: u64) -> Program {
    copy_for_nobody(name, limit, 0o711)
}

fn copy_for_nobody(name: &str, limit: u64, mode: u32) -> Program {
    let (_, hard) = get_rlimit(libc::RLIMIT_MEMLOCK as _);
    set_rlimit(libc::RLIMIT_MEMLOCK as _, limit, hard);
    // The build folder may be out of that user's reach.
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join(name);
    fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    fs::copy(path(name), &copy).unwrap();
    fs::set_permissions(&copy, Permissions::from_mode(mode)).unwrap();
    let mut command = Command::new(copy);
    command.uid(NOBODY).gid(NOBODY).current_dir("/");
    Program {
        command,
        _folder: Some(folder),
    }
}

/// Where `cargo test` puts the example: beside the folder of this test.
fn path(name: &str) -> PathBuf {
    profile_folder().join("examples").join(name)
}

fn profile_folder() -> PathBuf {
    let itself = std::env::current_exe().unwrap();
    itself
        .ancestors()
        .nth(2)
        .expect("TARGET/PROFILE/deps/TEST")
        .to_owned()
}

/// Builds the examples where cargo did not: it does not for `--test examples`,
/// nor without the feature std, which they need.
pub(crate) fn build_what_is_stale() {
    if !EXAMPLES.into_iter().any(stale) {
        return;
    }
    let profile_folder = profile_folder();
    let profile = match profile_folder.file_name().and_then(OsStr::to_str) {
        Some("debug") => "dev",
        name => name.expect("a name"),
    };
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo.args([
        "build",
        "--quiet",
        "--examples",
        "--profile",
        profile,
        "--manifest-path",
    ]);
    cargo.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"));
    let above = profile_folder.parent().unwrap();
    if above.join(".rustc_info.json").exists() {
        cargo.arg("--target-dir").arg(above);
    } else {
        cargo.arg("--target").arg(above.file_name().unwrap());
        cargo.arg("--target-dir").arg(above.parent().unwrap());
    }
    assert!(
        cargo.status().unwrap().success(),
        "the examples can be built"
    );
}

/// Whether the program is missing, or older than a file that it was made from.
fn stale(name: &str) -> bool {
    let program = path(name);
    let (Some(built), Ok(rule)) = (
        changed(&program),
        fs::read_to_string(program.with_extension("d")),
    ) else {
        return true;
    };
    let sources = rule.split_once(": ").map_or("", |(_, sources)| sources);
    sources
        .split_whitespace()
        .any(|source| changed(Path::new(source)) > Some(built))
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|it| it.modified()).ok()
}
