//! The examples, run as a user runs them: each line that they print is compared
//! with what the kernel says of the process while it prints that line.

#[macro_use]
mod common;
#[cfg(target_os = "linux")]
mod examples {
    mod binary;
    pub(crate) mod cases;
    mod locked_vec;
    mod report;
    mod simple;
    mod stopped;
    mod trace;
}

linux_main!(examples::cases::prepared());
