//! Every system on one host: its numbers, and for the tests a scripted kernel that
//! answers with them.

#[cfg_attr(
    not(test),
    allow(
        dead_code,
        unused_imports,
        reason = "only compared with the target's own"
    )
)]
mod numbers;

#[cfg(test)]
mod kernel;
#[cfg(test)]
pub(crate) use kernel::{Fake, SystemCall, script};
#[cfg(test)]
pub(crate) use numbers::{HOST, MACOS_ROW, NO_SYSTEM_ROW, TARGETS, each_row};
