//! Link arguments for the program only: as RUSTFLAGS they would reach this script too.

fn main() {
    for arg in ["-nostdlib", "-static", "-no-pie"] {
        println!("cargo:rustc-link-arg-bins={arg}");
    }
}
