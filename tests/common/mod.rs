//! What the cases share: the two faces of the crate as one table, and questions to the
//! kernel. A file that asks Linux says so in its first line of code.

pub mod case;
pub mod cgroup;
pub mod core_pattern;
pub mod corefile;
pub mod faces;
pub mod hanging;
pub mod keeper;
pub mod kernel;
pub mod limits;
pub mod model;
pub mod pages;
pub mod privileges;
pub mod proc;
pub mod process;
pub mod ptrace;
pub mod seccomp;
pub mod secret;
pub mod swapfile;
pub mod system;
pub mod system_call;
pub mod watch;
