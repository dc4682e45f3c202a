//! What Linux does beyond the model: what a call that fails has done, and what one that
//! succeeds has not.
#![cfg(target_os = "linux")]

use core::ffi::c_void;
use core::ptr::without_provenance_mut;

use libc::{EAGAIN, ENOMEM};

use crate::common::case::cases;
use crate::common::faces::{FACES, RangeCall, refused};
use crate::common::kernel::{
    Mapping, has_flag, mappings, max_mappings, msync_says_locked, page_size, pages_kib, vm_lck_kib,
};
use crate::common::pages::{Kind, Pages, Rights};
use crate::common::process::{each_face_in_child, in_child};

cases![
    /// An earlier lock goes too.
    #[needs(Pages(6))]
    fn munlock_after_failed_mlock_leaves_nothing_locked() {
        each_lock(|lock, on_fault| {
            let hole = Pages::new(5);
            hole.unmap(2, 1);
            let behind_the_end = Pages::of_file(2, page_size());
            let no_access = Pages::new(2);
            no_access.protect(1, 1);
            for (pages, is_hole) in [(hole, true), (behind_the_end, false), (no_access, false)] {
                let before = vm_lck_kib();
                (FACES[0].mlock)(pages.addr(), page_size()).unwrap();
                let expected = if on_fault && !is_hole {
                    Ok(())
                } else {
                    refused(ENOMEM)
                };
                assert_eq!(lock(pages.addr(), pages.len()), expected);
                assert_eq!(vm_lck_kib(), before + pages_kib(2));
                FACES
                    .iter()
                    .for_each(|face| (face.munlock_after_failed_mlock)(pages.addr(), pages.len()));
                assert_eq!(vm_lck_kib(), before);
                assert!(!has_flag(pages.addr(), "lo"));
            }
        });
    },

    #[needs(Pages(4), MappingsAtMost(1 << 20))]
    fn mlock_without_a_mapping_to_spare_leaves_the_mappings_before_it_locked() {
        each_lock(|lock, _| {
            in_child(|| {
                // Two mappings, of two pages and of three.
                let pages = Pages::new(5);
                pages.replace(0..2, Kind::Shared, Rights::ReadWrite);
                let before = vm_lck_kib();
                without_a_mapping_to_spare(|| {
                    assert_eq!(lock(pages.ptr(3), page_size()), refused(ENOMEM));
                    assert_eq!(lock(pages.addr(), 4 * page_size()), refused(ENOMEM));
                });
                let locked = [0, 1, 2, 3, 4].map(|page| has_flag(pages.ptr(page), "lo"));
                assert_eq!(locked, [true, true, false, false, false]);
                assert_eq!(vm_lck_kib(), before + pages_kib(2));
            });
        });
    },

    #[needs(MappingsAtMost(1 << 20))]
    fn advice_without_a_mapping_to_spare_is_eagain() {
        each_face_in_child(|face| {
            let pages = Pages::new(3);
            without_a_mapping_to_spare(|| {
                let answer = (face.madvise_dontdump)(pages.ptr(1), page_size());
                assert_eq!(answer, refused(EAGAIN));
            });
            let hidden = [0, 1, 2].map(|page| has_flag(pages.ptr(page), "dd"));
            assert_eq!(hidden, [false; 3]);
        });
    },

    #[needs(Pages(16))]
    fn mlock_of_vdso_and_vvar_answers_success_and_locks_nothing() {
        let special = |name: &str| name == "[vdso]" || name.starts_with("[vvar");
        let mut found = mappings();
        found.retain(|it| special(&it.name));
        assert!(!found.is_empty(), "a process without a vdso");
        for Mapping { range, .. } in found {
            locks_nothing(without_provenance_mut(range.start), range.len());
        }
    },

    /// The kernel may take such pages away at any time.
    #[needs(Linux(6, 11), Pages(2))]
    fn mlock_of_droppable_pages_answers_success_and_locks_nothing() {
        let pages = Pages::droppable(2);
        locks_nothing(pages.addr(), pages.len());
        assert!(!msync_says_locked(pages.addr()));
    }
];

/// Runs the body with each call that locks, and whether it locks on fault.
fn each_lock(body: impl Fn(RangeCall, bool)) {
    for face in FACES {
        body(face.mlock, false);
        body(face.mlock_onfault, true);
    }
}

fn locks_nothing(addr: *mut c_void, len: usize) {
    each_lock(|lock, _| {
        let before = vm_lck_kib();
        assert_eq!(lock(addr, len), Ok(()));
        assert_eq!((vm_lck_kib(), has_flag(addr, "lo")), (before, false));
    });
}

/// Takes every second page its right to be read, which is one mapping more each
/// time, until the kernel grants no more of them; calls; and gives them back. Nothing is
/// asked of /proc before that: it takes memory to read of so many.
fn without_a_mapping_to_spare(body: impl Fn()) {
    let most = usize::try_from(max_mappings()).unwrap();
    let pages = Pages::shared(most + 2);
    let mut odd = (1..=most).step_by(2);
    let refused = odd.find_map(|page| pages.try_protect(page, 1).err());
    assert_eq!(refused, Some(ENOMEM), "the mappings are used up");
    body();
}
