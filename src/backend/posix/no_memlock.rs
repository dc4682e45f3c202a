//! illumos, Solaris, AIX and Cygwin: the locks, and no `RLIMIT_MEMLOCK`.
//!
//! man pages: [illumos](https://illumos.org/man/3C/mlock),
//! [POSIX](https://pubs.opengroup.org/onlinepubs/9799919799/functions/mlock.html).

use rustix::process::Resource;

use super::Posix;

pub(crate) enum Os {}

impl Posix for Os {
    const MEMLOCK: Option<Resource> = None;
    const CORE: Option<Resource> = Some(Resource::Core);
}
