//! The two faces of the crate, from the table that its tests use.

use os_memlock::Resource;

use super::{NOTHING, Subject};
use crate::cell::{Answer, Fault};
use crate::common::faces::{FACES, Face, Refusal};
use crate::common::limits::numbers;

/// A subject from a face, named as a place since a function cannot capture.
macro_rules! face {
    ($face:expr) => {
        Subject {
            package: ("os-memlock", "0.3."),
            lock: Some(|addr, len| ($face.mlock)(addr, len).map_err(fault)),
            unlock: Some(|addr, len| ($face.munlock)(addr, len).map_err(fault)),
            hide: Some(|addr, len| ($face.madvise_dontdump)(addr, len).map_err(fault)),
            limit: Some(|| limit(&$face)),
            ..NOTHING
        }
    };
}

pub(super) const RAW: Subject = Subject {
    name: "os_memlock::raw",
    dependency: "os-memlock = { path = \"ROOT\", default-features = false }",
    locks: "os_memlock::raw::mlock(addr, len).is_ok()",
    ..face!(FACES[0])
};

pub(super) const STD: Subject = Subject {
    name: "os_memlock",
    dependency: "os-memlock = { path = \"ROOT\" }",
    locks: "os_memlock::mlock(addr, len).is_ok()",
    ..face!(FACES[1])
};

fn fault(refusal: Refusal) -> Fault {
    Fault::new(refusal.code, &refusal)
}

fn limit(face: &Face) -> Answer<[u64; 2]> {
    let (soft, hard) = numbers((face.limit)(Resource::Memlock).map_err(fault)?);
    Ok([soft, hard])
}
