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
    let crates = crates(&Dependent::new(subject, edition).write(scratch));
    let libc = crates.contains("libc").then_some("the crate libc");
    let libraries: Vec<_> = libc.into_iter().chain(subject.library).collect();
    Cell::whether(libraries.is_empty(), libraries.join(" and "))
}

pub fn how_many(scratch: &Path, subject: &Subject) -> Cell {
    let dependent = Dependent::new(subject, "2021");
    let count = |dependent: Dependent| crates(&dependent.write(scratch)).len();
    let remark = subject.lock_only.map_or_else(String::new, |dependency| {
        format!(
            "{} {WITHOUT_ALLOCATOR}",
            count(Dependent {
                dependency,
                ..dependent
            })
        )
    });
    Cell::fact(count(dependent), remark)
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
        let dependent = Dependent {
            dependency,
            program,
            ..Dependent::new(subject, "2021")
        };
        match run(&dependent.write(scratch)) {
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

/// A package that depends on a subject.
#[derive(Clone, Copy)]
struct Dependent<'a> {
    name: &'a str,
    edition: &'a str,
    dependency: &'a str,
    /// Of a binary; of a library where it is empty.
    program: &'a str,
}

impl<'a> Dependent<'a> {
    fn new(subject: &'a Subject, edition: &'a str) -> Self {
        let (name, dependency) = (subject.name, subject.dependency);
        let program = "";
        Self {
            name,
            edition,
            dependency,
            program,
        }
    }

    /// Writes it, with the versions of the benches.
    fn write(&self, scratch: &Path) -> PathBuf {
        let folder = scratch
            .join(self.name.replace("::", "-"))
            .join(self.edition);
        let source = folder.join("src");
        let _ = fs::remove_dir_all(&source);
        fs::create_dir_all(&source).unwrap();
        let manifest = format!(
            "[package]\nname = \"dependent\"\nversion = \"0.0.0\"\nedition = \"{}\"\n\
             [workspace]\n[profile.release]\npanic = \"abort\"\nlto = \"fat\"\n[dependencies]\n{}\n",
            self.edition,
            self.dependency.replace("ROOT", ROOT)
        );
        let file = if self.program.is_empty() {
            "lib.rs"
        } else {
            "main.rs"
        };
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::write(folder.join("Cargo.lock"), LOCK).unwrap();
        fs::write(source.join(file), self.program).unwrap();
        folder
    }
}

/// The crates that a dependent has built for it on this target, without itself.
fn crates(folder: &Path) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--quiet", "-e", "normal", "--prefix", "none"])
        .args(["--no-dedupe", "--format", "{p}"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names
        .filter(|it| *it != "dependent")
        .map(Into::into)
        .collect()
}

fn run(folder: &Path) -> Result<(), String> {
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--release", "--bin", "dependent"])
        .current_dir(folder)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    let error = text.lines().find(|line| line.starts_with("error"));
    match error {
        None if output.status.success() => Ok(()),
        Some(line) if line.contains("duplicate lang item") => Err("it brings std".into()),
        _ => Err(error.unwrap_or("it does not lock").into()),
    }
}
