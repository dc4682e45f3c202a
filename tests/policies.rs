//! What becomes of every function of the crate under the seccomp policies of programs
//! that are in use, and that no function does more than the policy was asked for.

#[macro_use]
mod common;

#[cfg(target_os = "linux")]
mod policies {
    pub(crate) mod cases;
    mod facts;
    mod functions;
    mod policy;
    mod table;
}

linux_main!(policies::cases::CASES);
