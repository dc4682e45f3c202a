//! region, which locks pages of the caller, and excludes nothing from core dumps.

use region::Error;

use super::{NOTHING, Subject};
use crate::cell::Fault;

pub(super) const SUBJECT: Subject = Subject {
    name: "region",
    package: ("region", "4."),
    dependency: "region = { version = \"4\", default-features = false }",
    locks: "region::lock(addr, len).map(core::mem::forget).is_ok()",
    lock: Some(|addr, len| {
        let guard = region::lock(addr, len);
        guard.map(core::mem::forget).map_err(fault)
    }),
    unlock: Some(|addr, len| {
        // SAFETY: the cases unlock what is theirs.
        unsafe { region::unlock(addr, len) }.map_err(fault)
    }),
    ..NOTHING
};

fn fault(error: Error) -> Fault {
    Fault::new(error.raw_os_error(), &error)
}
