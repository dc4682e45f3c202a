//! Haiku: the locks, and no limit.
//!
//! man page: [POSIX](https://pubs.opengroup.org/onlinepubs/9799919799/functions/mlock.html).

use rustix::process::Resource;

use super::Posix;

pub(crate) enum Os {}

impl Posix for Os {
    const MEMLOCK: Option<Resource> = None;
    const CORE: Option<Resource> = None;
}
