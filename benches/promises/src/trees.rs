//! Packages that depend on a subject: what is in their tree, and whether they work.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cell::Cell;
use crate::subjects::{self, Subject};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const LOCK: &str = include_str!("../../Cargo.lock");

/// The head of a column.
pub fn head(subject: &Subject) -> String {
    match (subject.name, version(subject)) {
        (name, version) if name == version => format!("`{name}`"),
        (name, version) => format!("`{name}` {version}"),
    }
}

/// The version that the table is about.
fn version(subject: &Subject) -> &'static str {
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

pub fn c_libraries(scratch: &Path, subject: &Subject) -> Cell {
    let editions = ["2018", "2021"].map(|edition| {
        let dependent = dependent(scratch, edition, subject.dependency, "");
        let mut crates = crates(&dependent, subject).into_iter();
        let libc = crates.find(|it| it.0 == "libc").map(|_| "`libc`");
        let libraries: Vec<_> = libc.into_iter().chain(subject.library).collect();
        libraries.join(", ")
    });
    let mut editions = editions
        .map(|it| if it.is_empty() { "none".into() } else { it })
        .to_vec();
    editions.dedup();
    Cell::fact(editions.join(" and "), "")
}

pub fn how_many(scratch: &Path, subject: &Subject) -> Cell {
    let count = |it| crates(&dependent(scratch, "2021", it, ""), subject).len();
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
    for (dependency, program, remark) in [
        (full, &source, ""),
        (full, &with_allocator, "with a global allocator"),
        (lean, &source, WITHOUT_ALLOCATOR),
    ] {
        match locks(&dependent(scratch, "2021", dependency, program)) {
            Ok(true) => return Cell::yes("").with(remark),
            Ok(false) => return Cell::no("it does not lock"),
            Err(message) if NEEDS.iter().any(|it| message.contains(it)) => {}
            Err(message) => return Cell::not_run(message),
        }
    }
    Cell::no("needs `std`")
}

/// What the compiler says of a program without std that needs it, or an allocator.
const NEEDS: [&str; 2] = ["duplicate lang item", "no global memory allocator"];

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

/// The crates that a dependent has built for it on this target, without itself: name
/// and version.
fn crates(folder: &Path, subject: &Subject) -> BTreeSet<(String, String)> {
    let mut cargo = cargo(folder, "tree");
    cargo.args(["-e", "normal", "--prefix", "none", "--format", "{p}"]);
    let output = cargo.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8_lossy(&output.stdout);
    let crates = text.lines().skip(1).filter_map(|line| {
        let (name, rest) = line.split_once(" v")?;
        Some((name.into(), rest.split(' ').next()?.into()))
    });
    let crates: BTreeSet<_> = crates.collect();
    let itself = (subject.package.0.into(), version(subject).into());
    assert!(crates.contains(&itself), "{itself:?} is not in {crates:?}");
    crates
}

/// Whether a program says that it has locked its page; an error is the compiler's.
fn locks(folder: &Path) -> Result<bool, String> {
    let mut cargo = cargo(folder, "build");
    // A folder of its own: cargo does not look at the age of sources within its folder.
    cargo.args(["--release", "--target-dir", "target"]);
    let output = cargo.output().unwrap();
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        let error = text.lines().find(|it| it.starts_with("error"));
        return Err(error.unwrap_or(&text).into());
    }
    let mut program = Command::new(folder.join("target/release/dependent"));
    Ok(program.status().unwrap().success())
}

fn cargo(folder: &Path, command: &str) -> Command {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([command, "--quiet"]).current_dir(folder);
    cargo
}
