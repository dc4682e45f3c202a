//! libsodium's allocator, through secrets.

use super::{NOTHING, Subject};

pub(super) const SUBJECT: Subject = Subject {
    name: "secrets",
    package: ("secrets", "1."),
    dependency: "secrets = \"1\"",
    library: Some("libsodium"),
    locks: "{ core::mem::forget(secrets::SecretBox::<[u8; 16]>::zero()); true }",
    disables_core_files: true,
    #[cfg(feature = "libsodium")]
    allocate: Some(|len, fill| {
        let mut addr = core::ptr::null_mut();
        let secret = secrets::SecretVec::<u8>::new(len, |bytes| {
            addr = bytes.as_mut_ptr().cast();
            fill(addr);
        });
        let free = Box::new(|| drop(secret));
        Ok(super::Kept { addr, free })
    }),
    ..NOTHING
};
