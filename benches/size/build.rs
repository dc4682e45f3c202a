//! Link arguments of the one program that has no C library.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    for argument in ["-nostdlib", "-static", "-no-pie"] {
        println!("cargo:rustc-link-arg-bin=bare={argument}");
    }
}
