//! What the benchmarks share: inline assembly as the floor, pages to lock, and
//! one list of everybody who can lock them.

#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
)))]
compile_error!("the floor is written for Linux on x86_64 and aarch64");

pub mod counted;
pub mod floor;
pub mod pages;
pub mod subjects;
