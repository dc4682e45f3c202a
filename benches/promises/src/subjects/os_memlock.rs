//! This crate, both faces of it.

use os_memlock::{Error, Resource, raw};

use super::{NOTHING, Subject, range};
use crate::cell::Fault;
use crate::common::limits::numbers;

macro_rules! face {
    ($face:ident) => {
        Subject {
            package: ("os-memlock", "0.3."),
            lock: range!(|addr, len| $face::mlock(addr, len)),
            unlock: range!(|addr, len| $face::munlock(addr, len)),
            hide: range!(|addr, len| $face::madvise_dontdump(addr, len)),
            limit: Some(|| {
                let (soft, hard) = numbers($face::limit(Resource::Memlock)?);
                Ok([soft, hard])
            }),
            ..NOTHING
        }
    };
}

pub(super) const RAW: Subject = Subject {
    name: "raw",
    dependency: "os-memlock = { path = \"ROOT\", default-features = false }",
    locks: "os_memlock::raw::mlock(addr, len).is_ok()",
    ..face!(raw)
};

pub(super) const STD: Subject = Subject {
    name: "std",
    dependency: "os-memlock = { path = \"ROOT\" }",
    locks: "os_memlock::mlock(addr, len).is_ok()",
    ..face!(os_memlock)
};

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::new(error.raw_os_error(), &error)
    }
}
