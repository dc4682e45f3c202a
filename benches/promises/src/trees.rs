//! Packages that depend on a subject: what is in their tree, and whether they work.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cell::Cell;
use crate::subjects::{self, Subject};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const LOCK: &str = include_str!("../../Cargo.lock");

/// The version that the table is about.
pub fn version(subject: &Subject) -> &'static str {
    let (package, beginning) = subject.package;
    let name = format!("name = \"{package}\"\nversion = \"");
    let mut versions = LOCK
        .split(&name)
        .skip(1)
        .filter_map(|it| it.split('"').next());
    let version = versions.find(|it| it.starts_with(beginning));
    version.unwrap_or_else(|| panic!("no {package} {beginning} in Cargo.lock"))
}

/// The lines of the manifests.
pub fn dependencies() -> String {
    let lines = subjects::ALL.iter().map(|it| it.dependency);
    let lines = lines.collect::<Vec<_>>().join("\n");
    let lines = lines.replace("path = \"ROOT\"", "version = \"0.3\"");
    format!("The trees are those of dependents with one of these lines:\n\n```toml\n{lines}\n```")
}

/// Whether the tree of a dependent is without a C library.
pub fn no_c_library(scratch: &Path, subject: &Subject, edition: &str) -> Cell {
    let crates = crates(&dependent(scratch, edition, subject.dependency, ""));
    let libc = crates.contains("libc").then_some("the crate libc");
    let libraries: Vec<_> = libc.into_iter().chain(subject.library).collect();
    Cell::whether(libraries.is_empty(), libraries.join(" and "))
}

pub fn how_many(scratch: &Path, subject: &Subject) -> Cell {
    let count = |dependency| crates(&dependent(scratch, "2021", dependency, "")).len();
    let leaner = subject.lock_only.map(count);
    let remark = leaner.map(|it| format!("{it} {WITHOUT_ALLOCATOR}"));
    Cell::fact(count(subject.dependency), remark.unwrap_or_default())
}

const WITHOUT_ALLOCATOR: &str = "without the feature for its allocator";

/// Builds and runs a program without std that locks a page: as it is, with an allocator,
/// with a leaner dependency.
pub fn no_std(scratch: &Path, subject: &Subject) -> Cell {
    let source = PROGRAM.replace("LOCKS", subject.locks);
    let with_allocator = source.clone() + ALLOCATOR;
    let full = subject.dependency;
    let lean = subject.lock_only.unwrap_or(full);
    let mut why = None;
    for (dependency, program, remark) in [
        (full, &source, ""),
        (full, &with_allocator, "with a global allocator"),
        (lean, &source, WITHOUT_ALLOCATOR),
    ] {
        match run(&dependent(scratch, "2021", dependency, program)) {
            Ok(()) => return Cell::fact("yes", remark),
            Err(message) => why.get_or_insert(message),
        };
    }
    Cell::no(why.unwrap_or_default())
}

const PROGRAM: &str = r#"#![no_std]
#![no_main]

#[repr(align(4096))]
struct Page(#[allow(dead_code)] [u8; 4096]);
static mut PAGE: Page = Page([0; 4096]);

#[link(name = "c")]
extern "C" {}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

#[no_mangle]
extern "C" fn main() -> core::ffi::c_int {
    let addr = core::ptr::addr_of_mut!(PAGE).cast::<core::ffi::c_void>();
    let len = 4096;
    let _ = (addr, len);
    #[allow(unused_unsafe)]
    let locked = unsafe { LOCKS };
    core::ffi::c_int::from(!locked)
}
"#;

const ALLOCATOR: &str = "
struct None;
unsafe impl core::alloc::GlobalAlloc for None {
    unsafe fn alloc(&self, _: core::alloc::Layout) -> *mut u8 {
        core::ptr::null_mut()
    }
    unsafe fn dealloc(&self, _: *mut u8, _: core::alloc::Layout) {}
}
#[global_allocator]
static ALLOCATOR: None = None;
";

/// Writes a package that depends on a subject, with the versions of the benches: a
/// program, or a library where that is empty.
fn dependent(scratch: &Path, edition: &str, dependency: &str, program: &str) -> PathBuf {
    let source = scratch.join("src");
    let _ = fs::remove_dir_all(&source);
    fs::create_dir_all(&source).unwrap();
    let manifest = format!(
        "[package]\nname = \"dependent\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\
         [workspace]\n[profile.release]\npanic = \"abort\"\nlto = \"fat\"\n[dependencies]\n{}\n",
        dependency.replace("ROOT", ROOT)
    );
    let file = if program.is_empty() {
        "lib.rs"
    } else {
        "main.rs"
    };
    fs::write(scratch.join("Cargo.toml"), manifest).unwrap();
    fs::write(scratch.join("Cargo.lock"), LOCK).unwrap();
    fs::write(source.join(file), program).unwrap();
    scratch.to_path_buf()
}

/// The crates that a dependent has built for it on this target, without itself.
fn crates(folder: &Path) -> BTreeSet<String> {
    let mut cargo = cargo(folder, "tree");
    cargo.args(["-e", "normal", "--prefix", "none", "--format", "{p}"]);
    let output = cargo.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8_lossy(&output.stdout);
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names
        .filter(|it| *it != "dependent")
        .map(Into::into)
        .collect()
}

fn run(folder: &Path) -> Result<(), String> {
    let mut cargo = cargo(folder, "run");
    // A folder of its own: cargo does not look at the age of sources within its folder.
    cargo.args(["--release", "--target-dir", "target"]);
    let output = cargo.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    match text.lines().find(|line| line.starts_with("error")) {
        None if output.status.success() => Ok(()),
        Some(line) if line.contains("duplicate lang item") => Err("it brings std".into()),
        error => Err(error.unwrap_or("it does not lock").into()),
    }
}

fn cargo(folder: &Path, command: &str) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([command, "--quiet"]).current_dir(folder);
    cargo
}
