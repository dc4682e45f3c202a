//! macOS: as the other Unix systems, and the switch for core dumps.
//!
//! man page: [mlock(2)](https://developer.apple.com/library/archive/documentation/System/Conceptual/ManPages_iPhoneOS/man2/mlock.2.html).

use rustix::process::Resource;

use super::Posix;
use crate::support::Support;

pub(crate) enum Os {}

impl Posix for Os {
    const MEMLOCK: Option<Resource> = Some(Resource::Memlock);
    const CORE: Option<Resource> = Some(Resource::Core);
    const MORE: Support = Support::DISABLE_CORE_DUMPS;
}
