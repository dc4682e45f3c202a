//! The systems that have the locks, both limits and no advice.
//!
//! man pages: [OpenBSD](https://man.openbsd.org/mlock.2),
//! [NetBSD](https://man.netbsd.org/mlock.2),
//! [POSIX](https://pubs.opengroup.org/onlinepubs/9799919799/functions/mlock.html).

use rustix::process::Resource;

use super::Posix;

pub(crate) enum Os {}

impl Posix for Os {
    const MEMLOCK: Option<Resource> = Some(Resource::Memlock);
    const CORE: Option<Resource> = Some(Resource::Core);
}
