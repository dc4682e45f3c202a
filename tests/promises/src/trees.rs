//! Packages that depend on a subject: what is in their tree, and whether they work.

use std::{collections::BTreeSet, process::Command};

use crate::cell::{Cell, fact, whether};
use crate::subjects::Subject;

/// The crates that a dependent has built on this target, with their versions. The first
/// is the dependency.
pub fn tree(edition: &str, dependency: &str) -> Vec<String> {
    let words = "tree -e normal --prefix none --no-dedupe --format '{p}'";
    let text = cargo(words, edition, dependency, "").unwrap();
    text.lines().skip(1).map(String::from).collect()
}

pub fn c_libraries(who: &Subject) -> Cell {
    let mut editions = Vec::from(["2018", "2021"].map(|edition| {
        let tree = tree(edition, who.dependency);
        let libc = tree.iter().any(|it| it.starts_with("libc v"));
        let libc = ["none", "`libc`"][usize::from(libc)];
        Vec::from_iter([libc].into_iter().chain(who.library)).join(", ")
    }));
    editions.dedup();
    fact(editions.join(" and "), "")
}

pub fn crates(who: &Subject) -> Cell {
    let count = |dependency| BTreeSet::from_iter(tree("2021", dependency)).len();
    let lean = |it| format!("{} {WITHOUT_ALLOCATOR}", count(it));
    let lean = who.lock_only.map_or(String::new(), lean);
    fact(count(who.dependency), lean)
}

const WITHOUT_ALLOCATOR: &str = "without the feature for its allocator";

/// Builds and runs a program without std that locks memory: as it is, with an allocator,
/// with a leaner dependency.
pub fn no_std(who: &Subject) -> Cell {
    // What the compiler says where std is needed, or an allocator.
    let needs = ["duplicate lang item", "no global memory allocator"];
    let program = PROGRAM.replace("LOCK", who.source);
    let with_allocator = program.clone() + ALLOCATOR;
    let (full, lean) = (who.dependency, who.lock_only.unwrap_or(who.dependency));
    for (dependency, program, remark) in [
        (full, &program, ""),
        (full, &with_allocator, "with a global allocator"),
        (lean, &program, WITHOUT_ALLOCATOR),
    ] {
        // A folder of its own: cargo does not look at the age of sources within its folder.
        let words = "run --release --target-dir target";
        match cargo(words, "2021", dependency, program) {
            Ok(_) => return fact("yes", remark),
            Err(errors) => assert!(needs.iter().any(|it| errors.contains(it)), "{errors}"),
        }
    }
    whether(false, "needs `std`")
}

const PROGRAM: &str = r#"#![no_std] #![no_main] use core::{alloc::*, ffi::*, ptr::*};
#[link(name = "c")] extern "C" {}
#[panic_handler] fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
fn done(success: bool) -> Result<(), ()> { success.then_some(()).ok_or(()) }
#[no_mangle] extern "C" fn main() -> c_int {
    let mut page = [0_u8; 4096];
    let (addr, len) = (page.as_mut_ptr().cast::<c_void>(), page.len());
    unsafe { LOCK }.is_err().into() }"#;

const ALLOCATOR: &str = "
struct None; #[global_allocator] static ALLOCATOR: None = None;
unsafe impl GlobalAlloc for None {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 { null_mut() }
    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {} }";

/// What cargo prints in a package that depends on a subject, with the versions of this
/// program's own lock file.
fn cargo(words: &str, edition: &str, dependency: &str, program: &str) -> Result<String, String> {
    shell(&format!(
        r#"mkdir -p '{HERE}/target/dependent/src' && cd '{HERE}/target/dependent' &&
cp ../../Cargo.lock . && cat >src/main.rs <<'END' && cat >Cargo.toml <<END && cargo {words} --quiet
{program}
END
package = {{ name = "dependent", edition = "{edition}" }}
workspace = {{}}
profile.release = {{ panic = "abort", lto = "fat" }}
patch.crates-io.os-memlock.path = "{HERE}/../.."
[dependencies]
{dependency}
END
"#
    ))
}

pub const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// What a command prints, errors included.
pub fn shell(command: &str) -> Result<String, String> {
    let command = format!("exec 2>&1; {command}");
    let output = Command::new("sh").args(["-c", &command]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let success = output.status.success();
    success.then(|| text.clone()).ok_or(text)
}
