//! Whole pages of the tests' own.

mod every_system;
#[cfg(target_os = "linux")]
mod linux;

pub use every_system::Pages;
#[cfg(target_os = "linux")]
pub use linux::*;
