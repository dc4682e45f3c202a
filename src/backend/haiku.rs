//! Haiku: the locks, and no limit.
//!
//! man page: [POSIX](https://pubs.opengroup.org/onlinepubs/9799919799/functions/mlock.html).

use rustix::process::Resource;

use super::posix::{LOCKS, Posix};
use crate::support::Support;

pub(crate) enum Os {}

impl Posix for Os {
    const SUPPORTED: Support = LOCKS;
    const MEMLOCK: Option<Resource> = None;
    const CORE: Option<Resource> = None;
}
