//! As in `examples/no_libc`. The entry point is named, since it lies in an archive, and
//! MIPS linkers look for another name.

fn main() {
    for argument in ["-nostdlib", "-static", "-no-pie", "-e", "_start"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
}
