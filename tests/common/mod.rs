//! What the tests share: a harness that gives each case a process of its own, the
//! two faces of the crate as one table, and questions to the kernel.
// Each test binary compiles this module and uses a part of it.
#![allow(dead_code, unreachable_pub)]

pub mod faces;
#[macro_use]
pub mod harness;
#[cfg(target_os = "linux")]
pub mod cgroup;
#[cfg(target_os = "linux")]
pub mod claims;
#[cfg(target_os = "linux")]
pub mod corefile;
#[cfg(target_os = "linux")]
pub mod keeper;
#[cfg(target_os = "linux")]
pub mod kernel;
#[cfg(target_os = "linux")]
pub mod pages;
#[cfg(target_os = "linux")]
pub mod process;
#[cfg(target_os = "linux")]
pub mod seccomp;
#[cfg(target_os = "linux")]
pub mod secret;
#[cfg(target_os = "linux")]
pub mod swapfile;
#[cfg(target_os = "linux")]
pub mod system_call;
#[cfg(target_os = "linux")]
pub mod victim;
#[cfg(target_os = "linux")]
pub mod watch;
