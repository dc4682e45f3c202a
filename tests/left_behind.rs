//! What Linux really does when a call fails, or succeeds without an effect.
#![cfg(target_os = "linux")]

use core::ffi::c_void;
use core::ptr::without_provenance_mut;

use libc::{EINVAL, ENOMEM, EPERM};
use os_memlock::Resource;

use crate::common::case::cases;
use crate::common::faces::{FACES, Face, RangeCall, refused};
use crate::common::kernel::{
    Mapping, has_flag, mapping_at, mappings, msync_says_locked, page_size, pages_kib, vm_lck_kib,
};
use crate::common::limits::limit_locks_to;
use crate::common::pages::Pages;
use crate::common::process::each_face_in_child;

cases![
    #[needs(Pages(5))]
    fn mlock_over_a_hole_leaves_the_pages_before_it_locked() {
        for face in FACES {
            for lock in [face.mlock, face.mlock_onfault] {
                let pages = Pages::new(5);
                pages.unmap(2, 1);
                let before = vm_lck_kib();
                assert_eq!(lock(pages.addr(), pages.len()), refused(ENOMEM));
                assert_eq!(locked(&pages), [true, true, false, false]);
                assert_eq!(vm_lck_kib(), before + pages_kib(2));
            }
        }
    },

    #[needs(Pages(5))]
    fn munlock_over_a_hole_leaves_the_pages_behind_it_locked() {
        for face in FACES {
            let pages = Pages::new(5);
            (face.mlock)(pages.addr(), pages.len()).unwrap();
            pages.unmap(2, 1);
            let before = vm_lck_kib();
            assert_eq!((face.munlock)(pages.addr(), pages.len()), refused(ENOMEM));
            assert_eq!(locked(&pages), [false, false, true, true]);
            assert_eq!(vm_lck_kib(), before - pages_kib(2));
        }
    },

    #[needs(Pages(3))]
    fn mlock_over_prot_none_leaves_the_range_marked_locked() {
        for face in FACES {
            let pages = Pages::new(3);
            pages.protect(1, 1);
            let before = vm_lck_kib();
            assert_eq!((face.mlock)(pages.addr(), pages.len()), refused(ENOMEM));
            assert!((0..3).all(|page| has_flag(pages.ptr(page), "lo")));
            assert_eq!(vm_lck_kib(), before + pages_kib(3));
            let in_memory = [0, 2].map(|page| mapping_at(pages.ptr(page)).unwrap().locked_kib);
            assert_eq!(in_memory, [pages_kib(1), 0], "marked is not yet in memory");
            (face.munlock)(pages.addr(), pages.len()).unwrap();
            assert_eq!(vm_lck_kib(), before);
        }
    },

    /// An earlier lock goes too.
    #[needs(Pages(6))]
    fn munlock_after_failed_mlock_leaves_nothing_locked() {
        for face in FACES {
            for lock in [face.mlock, face.mlock_onfault] {
                let hole = Pages::new(5);
                hole.unmap(2, 1);
                let end = Pages::of_file_with(2, libc::MAP_SHARED, page_size());
                let no_access = Pages::new(2);
                no_access.protect(1, 1);
                for pages in [hole, end, no_access] {
                    let before = vm_lck_kib();
                    (face.mlock)(pages.addr(), page_size()).unwrap();
                    let failed = lock(pages.addr(), pages.len()).is_err();
                    assert!(vm_lck_kib() > before, "something is locked");
                    (face.munlock_after_failed_mlock)(pages.addr(), pages.len());
                    assert_eq!(vm_lck_kib(), before, "failed: {failed}");
                    assert!(!has_flag(pages.addr(), "lo"));
                }
            }
        }
    },

    #[needs(Pages(3))]
    fn mlock_onfault_over_prot_none_succeeds() {
        for face in FACES {
            let pages = Pages::prot_none(3);
            let before = vm_lck_kib();
            (face.mlock_onfault)(pages.addr(), pages.len()).unwrap();
            assert!((0..3).all(|page| has_flag(pages.ptr(page), "lf")));
            assert_eq!(vm_lck_kib(), before + pages_kib(3));
        }
    },

    #[needs(Pages(2))]
    fn mlock_behind_the_end_of_a_file_leaves_the_range_marked_locked() {
        for face in FACES {
            let pages = Pages::of_file_with(2, libc::MAP_SHARED, page_size());
            let before = vm_lck_kib();
            assert_eq!((face.mlock)(pages.addr(), pages.len()), refused(ENOMEM));
            assert!((0..2).all(|page| has_flag(pages.ptr(page), "lo")));
            assert_eq!(vm_lck_kib(), before + pages_kib(2));
        }
    },

    fn advice_over_a_hole_fails_and_marks_both_sides() {
        for face in FACES {
            let pages = Pages::new(5);
            pages.unmap(2, 1);
            for (flag, set, call) in advices(face) {
                assert_eq!(call(pages.addr(), pages.len()), refused(ENOMEM), "{flag}");
                for page in [0, 1, 3, 4] {
                    let is_set = has_flag(pages.ptr(page), flag);
                    assert_eq!(is_set, set, "{flag} of page {page}");
                }
            }
        }
    },

    /// The kernel knows the advice, so that its EINVAL is about the mapping.
    fn wipeonfork_refuses_what_is_not_private_and_anonymous() {
        let others = [
            Pages::shared(2),
            Pages::of_file(2, libc::MAP_SHARED),
            Pages::of_file(2, libc::MAP_PRIVATE),
        ];
        for face in FACES {
            for pages in &others {
                let answer = (face.madvise_wipeonfork)(pages.addr(), pages.len());
                assert_eq!(answer, refused(EINVAL));
                assert!(!has_flag(pages.addr(), "wf"));
            }
            let mixed = Pages::new(2);
            mixed.replace_by_shared(1, 1);
            let answer = (face.madvise_wipeonfork)(mixed.addr(), mixed.len());
            assert_eq!(answer, refused(EINVAL));
            let wiped = [0, 1].map(|page| has_flag(mixed.ptr(page), "wf"));
            assert_eq!(wiped, [true, false]);
        }
    },

    fn a_limit_of_0_is_eperm() {
        limited(0, |face| {
            let page = Pages::new(1);
            for lock in [face.mlock, face.mlock_onfault] {
                assert_eq!(lock(page.addr(), page.len()), refused(EPERM));
                assert_eq!(vm_lck_kib(), 0);
                assert!(!has_flag(page.addr(), "lo"));
            }
        });
    },

    #[needs(Pages(2))]
    fn a_limit_is_rounded_down_to_pages() {
        limited(2 * page_size() - 1, |face| {
            let pages = Pages::new(2);
            assert_eq!((face.mlock)(pages.addr(), page_size() + 1), refused(ENOMEM));
            (face.mlock)(pages.addr(), page_size()).unwrap();
            assert_eq!(vm_lck_kib(), pages_kib(1));
        });
    },

    #[needs(Pages(2))]
    fn locks_outlive_a_limit_lowered_below_them() {
        limited(2 * page_size(), |face| {
            let pages = Pages::new(2);
            (face.mlock)(pages.addr(), pages.len()).unwrap();
            let before = (face.set_soft_limit)(Resource::Memlock, Some(0)).unwrap();
            assert_eq!(before.soft, Some(2 * page_size() as u64));
            assert_eq!(vm_lck_kib(), pages_kib(2));
            assert!(has_flag(pages.addr(), "lo"));
            assert_eq!(
                (face.mlock)(pages.addr(), pages.len()),
                refused(EPERM),
                "a relock"
            );
            (face.munlock)(pages.addr(), page_size()).unwrap();
            assert_eq!(vm_lck_kib(), pages_kib(1));
            (face.set_soft_limit)(Resource::Memlock, before.soft).unwrap();
            (face.mlock)(pages.addr(), pages.len()).unwrap();
            assert_eq!(vm_lck_kib(), pages_kib(2));
        });
    },

    #[needs(Pages(16))]
    fn mlock_of_vdso_and_vvar_answers_success_and_locks_nothing() {
        let special = |name: &str| name == "[vdso]" || name.starts_with("[vvar");
        let mut found = mappings();
        found.retain(|it| special(&it.name));
        assert!(!found.is_empty(), "a process without a vdso");
        let before = vm_lck_kib();
        for face in FACES {
            for Mapping { range, name, .. } in &found {
                let addr = without_provenance_mut::<c_void>(range.start);
                for lock in [face.mlock, face.mlock_onfault] {
                    assert_eq!(lock(addr, range.len()), Ok(()), "{name}");
                    assert!(!has_flag(addr, "lo"), "{name}");
                }
            }
        }
        assert_eq!(vm_lck_kib(), before);
    },

    /// The kernel may take such pages away at any time.
    #[needs(Linux(6, 11), Pages(2))]
    fn mlock_of_droppable_pages_answers_success_and_locks_nothing() {
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
];

/// Which of five pages are marked locked; the one in the middle is not mapped.
fn locked(pages: &Pages) -> [bool; 4] {
    assert!(mapping_at(pages.ptr(2)).is_none());
    [0, 1, 3, 4].map(|page| has_flag(pages.ptr(page), "lo") && msync_says_locked(pages.ptr(page)))
}

fn advices(face: &Face) -> [(&'static str, bool, RangeCall); 6] {
    [
        ("dd", true, face.madvise_dontdump),
        ("dd", false, face.madvise_dodump),
        ("wf", true, face.madvise_wipeonfork),
        ("wf", false, face.madvise_keeponfork),
        ("dc", true, face.madvise_dontfork),
        ("dc", false, face.madvise_dofork),
    ]
}

/// Runs the body for each face, in a child whose limit on locked memory binds.
fn limited(bytes: usize, body: fn(&Face)) {
    each_face_in_child(|face| {
        limit_locks_to(bytes as u64);
        body(face);
    });
}
