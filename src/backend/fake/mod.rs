//! Every system on one host: its numbers, and for the tests a scripted kernel that
//! answers with them.

mod numbers;
#[cfg(test)]
pub(crate) use numbers::{HOST, MACOS_ROW, NO_SYSTEM_ROW};
pub(crate) use numbers::{TARGETS, each_row};

#[cfg(test)]
mod kernel;
#[cfg(test)]
pub(crate) use kernel::{Fake, SystemCall, script};
