//! The two faces of the crate, from the table that its tests use.

use os_memlock::Resource;

use super::{NOTHING, Said as _, Subject};
use crate::cell::{Answer, Fault};
use crate::common::faces::{FACES, Face, Refusal};
use crate::common::limits::numbers;

macro_rules! face {
    ($face:expr) => {
        Subject {
            package: ("os-memlock", "0.3."),
            lock: Some(|addr, len| ($face.mlock)(addr, len).said()),
            unlock: Some(|addr, len| ($face.munlock)(addr, len).said()),
            hide: Some(|addr, len| ($face.madvise_dontdump)(addr, len).said()),
            limit: Some(|| limit(&$face)),
            ..NOTHING
        }
    };
}

pub(super) const RAW: Subject = Subject {
    name: "raw",
    dependency: "os-memlock = { path = \"ROOT\", default-features = false }",
    locks: "os_memlock::raw::mlock(addr, len).is_ok()",
    ..face!(FACES[0])
};

pub(super) const STD: Subject = Subject {
    name: "std",
    dependency: "os-memlock = { path = \"ROOT\" }",
    locks: "os_memlock::mlock(addr, len).is_ok()",
    ..face!(FACES[1])
};

fn limit(face: &Face) -> Answer<[u64; 2]> {
    let (soft, hard) = numbers((face.limit)(Resource::Memlock)?);
    Ok([soft, hard])
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::new(refusal.code, &refusal)
    }
}
