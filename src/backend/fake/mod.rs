//! Every system on one host: its numbers, and for the tests a scripted kernel that
//! answers with them.

mod numbers;
pub(crate) use numbers::TARGETS;
#[cfg(test)]
pub(crate) use numbers::{HOST, MACOS_ROW, NO_SYSTEM_ROW};

#[cfg(test)]
mod kernel;
#[cfg(test)]
pub(crate) use kernel::{Fake, SystemCall, script};
