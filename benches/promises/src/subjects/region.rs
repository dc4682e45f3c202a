//! region, which locks pages of the caller, and excludes nothing from core dumps.

use core::mem::forget;

use super::{NOTHING, Subject, range};
use crate::cell::Fault;

pub(super) const SUBJECT: Subject = Subject {
    name: "region",
    package: ("region", "4."),
    dependency: "region = { version = \"4\", default-features = false }",
    locks: "region::lock(addr, len).map(core::mem::forget).is_ok()",
    lock: range!(|addr, len| region::lock(addr, len).map(forget)),
    unlock: range!(|addr, len| region::unlock(addr, len)),
    ..NOTHING
};

impl From<region::Error> for Fault {
    fn from(error: region::Error) -> Self {
        Self::new(error.raw_os_error(), &error)
    }
}
