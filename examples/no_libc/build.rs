//! Link arguments for the binaries, and only for them: as RUSTFLAGS they would
//! reach build scripts too, which cannot run without a C library.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // Words that a C compiler as linker and a linker by itself both understand.
    // The start-up code goes with -nostdlib; a position-independent executable
    // would have a dynamic section; the entry point is named, since it may lie in
    // an archive, and MIPS linkers look for another name.
    for argument in ["-nostdlib", "-static", "-no-pie", "-e", "_start"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
}
