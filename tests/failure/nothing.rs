//! Mappings of which the kernel locks nothing, and says success.

use core::ffi::c_void;

use crate::common::faces::FACES;
use crate::common::kernel::{has_flag, mappings, msync_says_locked, vm_lck_kib};
use crate::common::pages::Pages;

pub(crate) fn mlock_of_vdso_and_vvar_locks_nothing() {
    let special = |name: &str| name == "[vdso]" || name.starts_with("[vvar");
    let found: Vec<_> = mappings()
        .into_iter()
        .filter(|it| special(&it.name))
        .collect();
    assert!(!found.is_empty(), "a process without a vdso");
    let before = vm_lck_kib();
    for face in FACES {
        for mapping in &found {
            let addr = core::ptr::without_provenance_mut::<c_void>(mapping.start);
            for lock in [face.mlock, face.mlock_onfault] {
                assert_eq!(
                    lock(addr, mapping.end - mapping.start),
                    Ok(()),
                    "{}",
                    mapping.name
                );
                assert!(!has_flag(addr, "lo"), "{}", mapping.name);
            }
        }
    }
    assert_eq!(vm_lck_kib(), before);
}

pub(crate) fn mlock_of_droppable_pages_locks_nothing() {
    for face in FACES {
        let pages = Pages::droppable(2);
        let before = vm_lck_kib();
        for lock in [face.mlock, face.mlock_onfault] {
            assert_eq!(lock(pages.addr(), pages.len()), Ok(()));
            assert!(!has_flag(pages.addr(), "lo"));
            assert!(!msync_says_locked(pages.addr()));
        }
        assert_eq!(vm_lck_kib(), before);
    }
}
