//! Packages that depend on a subject: what is in their tree, and whether they work.

use std::collections::BTreeSet;
use std::process::Command;
use std::{env, fs};

use crate::cell::{Cell, NO, NOT_RUN, YES};
use crate::subjects::Subject;

/// The crates that a dependent has built for it on this target, with their versions.
pub fn crates(edition: &str, dependency: &str) -> BTreeSet<String> {
    let words = "tree -e normal --prefix none --no-dedupe --format '{p}'";
    let text = cargo(words, edition, dependency, "").unwrap();
    text.lines().skip(1).map(String::from).collect()
}

pub fn c_libraries(subject: &Subject) -> Cell {
    let mut editions = Vec::from(["2018", "2021"].map(|edition| {
        let crates = crates(edition, subject.dependency);
        let libc = crates.iter().any(|it| it.starts_with("libc v"));
        let libc = libc.then_some("`libc`").into_iter();
        match &libc.chain(subject.library).collect::<Vec<_>>()[..] {
            [] => "none".into(),
            all => all.join(", "),
        }
    }));
    editions.dedup();
    Cell::fact(editions.join(" and "), "")
}

pub fn how_many(subject: &Subject) -> Cell {
    let count = |dependency| crates("2021", dependency).len();
    let leaner = |it| format!("{} {WITHOUT_ALLOCATOR}", count(it));
    let leaner = subject.lock_only.map(leaner).unwrap_or_default();
    Cell::fact(count(subject.dependency), leaner)
}

const WITHOUT_ALLOCATOR: &str = "without the feature for its allocator";

/// Builds and runs a program without std that locks a page: as it is, with an allocator,
/// with a leaner dependency.
pub fn no_std(subject: &Subject) -> Cell {
    // What the compiler says where std is needed, or an allocator.
    const NEEDS: [&str; 2] = ["duplicate lang item", "no global memory allocator"];
    let source = PROGRAM.replace("LOCKS", subject.locks);
    let with_allocator = source.clone() + ALLOCATOR;
    let full = subject.dependency;
    let lean = subject.lock_only.unwrap_or(full);
    for (dependency, program, remark) in [
        (full, &source, ""),
        (full, &with_allocator, "with a global allocator"),
        (lean, &source, WITHOUT_ALLOCATOR),
    ] {
        // A folder of its own: cargo does not look at the age of sources within its folder.
        let words = "run --release --target-dir target";
        match cargo(words, "2021", dependency, program) {
            Ok(_) => return Cell::fact(YES, remark),
            Err(errors) if NEEDS.iter().any(|it| errors.contains(it)) => {}
            Err(errors) => return Cell::fact(NOT_RUN, errors),
        }
    }
    Cell::fact(NO, "needs `std`")
}

const PROGRAM: &str = r#"#![no_std] #![no_main]
#[repr(align(4096))] struct Page([u8; 4096]); static mut PAGE: Page = Page([0; 4096]);
#[link(name = "c")] extern "C" {}
#[panic_handler] fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
#[no_mangle] extern "C" fn main() -> core::ffi::c_int {
    let (addr, len) = (core::ptr::addr_of_mut!(PAGE).cast::<core::ffi::c_void>(), 4096);
    core::ffi::c_int::from(!unsafe { LOCKS }) }"#;

const ALLOCATOR: &str = "
struct None; #[global_allocator] static ALLOCATOR: None = None;
unsafe impl core::alloc::GlobalAlloc for None {
    unsafe fn alloc(&self, _: core::alloc::Layout) -> *mut u8 { core::ptr::null_mut() }
    unsafe fn dealloc(&self, _: *mut u8, _: core::alloc::Layout) {} }";

/// What cargo prints in a package that depends on a subject, with the versions of this
/// program's own lock file.
fn cargo(words: &str, edition: &str, dependency: &str, program: &str) -> Result<String, String> {
    let manifest = format!(
        "[package]\nname = \"dependent\"\nversion = \"0.0.0\"\nedition = \"{edition}\"\n\
         [workspace]\n[profile.release]\npanic = \"abort\"\nlto = \"fat\"\n\
         [patch.crates-io]\nos-memlock.path = \"{HERE}/../..\"\n[dependencies]\n{dependency}\n"
    );
    let folder = env::current_exe().unwrap().with_file_name("dependent");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    fs::write(folder.join("src/main.rs"), program).unwrap();
    fs::copy(format!("{HERE}/Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let folder = folder.display();
    shell(&format!("cd '{folder}' && cargo {words} --quiet"))
}

pub const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// What a command prints; where it fails, its errors.
pub fn shell(command: &str) -> Result<String, String> {
    let output = Command::new("sh").args(["-c", command]).output().unwrap();
    let [said, errors] = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
    output.status.success().then_some(said).ok_or(errors)
}
