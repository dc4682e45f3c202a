//! What Linux really does when a call fails, or succeeds without an effect.

#[macro_use]
mod common;

#[cfg(target_os = "linux")]
#[path = "failure/mappings.rs"]
mod mappings;

#[cfg(target_os = "linux")]
#[path = "failure/nothing.rs"]
mod nothing;

#[cfg(target_os = "linux")]
mod linux {
    use libc::{EINVAL, ENOMEM};

    use crate::common::faces::{FACES, Face, RangeCall, refused};
    use crate::common::harness::{Case, Need};
    use crate::common::kernel::{has_flag, mapping_at, msync_says_locked, page_size, vm_lck_kib};
    use crate::common::pages::Pages;
    use crate::{mappings, nothing};

    pub(super) const CASES: &[Case] = &[
        Case {
            name: "rule_9_mlock_over_a_hole_leaves_the_pages_before_it_locked",
            needs: Need::Pages(5),
            body: mlock_over_a_hole_leaves_the_pages_before_it_locked,
        },
        Case {
            name: "rule_9_munlock_over_a_hole_leaves_the_pages_behind_it_locked",
            needs: Need::Pages(5),
            body: munlock_over_a_hole_leaves_the_pages_behind_it_locked,
        },
        Case {
            name: "rule_9_mlock_over_prot_none_leaves_the_range_marked_locked",
            needs: Need::Pages(3),
            body: mlock_over_prot_none_leaves_the_range_marked_locked,
        },
        Case {
            name: "mlock_onfault_over_prot_none_succeeds",
            needs: Need::Pages(3),
            body: mlock_onfault_over_prot_none_succeeds,
        },
        Case {
            name: "mlock_behind_the_end_of_a_file_leaves_the_range_marked_locked",
            needs: Need::Pages(2),
            body: mlock_behind_the_end_of_a_file,
        },
        Case {
            name: "advice_over_a_hole_fails_and_marks_both_sides",
            needs: Need::Nothing,
            body: advice_over_a_hole_fails_and_marks_both_sides,
        },
        Case {
            name: "wipeonfork_refuses_what_is_not_private_and_anonymous",
            needs: Need::Nothing,
            body: wipeonfork_refuses_what_is_not_private_and_anonymous,
        },
        Case {
            name: "munmap_ends_a_lock_and_later_calls_find_nothing",
            needs: Need::Pages(2),
            body: munmap_ends_a_lock_and_later_calls_find_nothing,
        },
        Case {
            name: "rule_9_mlock_without_a_mapping_to_spare_leaves_the_mappings_before_it_locked",
            needs: Need::All(&[Need::Pages(4), MAPPINGS]),
            body: mappings::mlock_in_the_middle_leaves_the_mappings_before_it_locked,
        },
        Case {
            name: "advice_without_a_mapping_to_spare_is_eagain",
            needs: MAPPINGS,
            body: mappings::advice_in_the_middle_is_eagain,
        },
        Case {
            name: "mlock_of_vdso_and_vvar_answers_success_and_locks_nothing",
            needs: Need::Pages(16),
            body: nothing::mlock_of_vdso_and_vvar_locks_nothing,
        },
        Case {
            name: "mlock_of_droppable_pages_answers_success_and_locks_nothing",
            needs: Need::All(&[Need::Linux(6, 11), Need::Pages(2)]),
            body: nothing::mlock_of_droppable_pages_locks_nothing,
        },
    ];

    /// Few enough mappings to use them up.
    const MAPPINGS: Need = Need::MappingsAtMost(1 << 20);

    /// Which of five pages are marked locked; the one in the middle is not mapped.
    fn locked(pages: &Pages) -> [bool; 4] {
        assert!(mapping_at(pages.ptr(2)).is_none());
        [0, 1, 3, 4]
            .map(|page| has_flag(pages.ptr(page), "lo") && msync_says_locked(pages.ptr(page)))
    }

    fn pages_kib(count: usize) -> u64 {
        (count * page_size()) as u64 / 1024
    }

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
    }

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
    }

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
    }

    fn mlock_onfault_over_prot_none_succeeds() {
        for face in FACES {
            let pages = Pages::prot_none(3);
            let before = vm_lck_kib();
            (face.mlock_onfault)(pages.addr(), pages.len()).unwrap();
            assert!((0..3).all(|page| has_flag(pages.ptr(page), "lf")));
            assert_eq!(vm_lck_kib(), before + pages_kib(3));
        }
    }

    fn mlock_behind_the_end_of_a_file() {
        for face in FACES {
            let pages = Pages::of_file_with(2, libc::MAP_SHARED, page_size() as u64);
            let before = vm_lck_kib();
            assert_eq!((face.mlock)(pages.addr(), pages.len()), refused(ENOMEM));
            assert!((0..2).all(|page| has_flag(pages.ptr(page), "lo")));
            assert_eq!(vm_lck_kib(), before + pages_kib(2));
        }
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

    fn advice_over_a_hole_fails_and_marks_both_sides() {
        for face in FACES {
            let pages = Pages::new(5);
            pages.unmap(2, 1);
            for (flag, set, call) in advices(face) {
                assert_eq!(call(pages.addr(), pages.len()), refused(ENOMEM), "{flag}");
                for page in [0, 1, 3, 4] {
                    assert_eq!(
                        has_flag(pages.ptr(page), flag),
                        set,
                        "{flag} of page {page}"
                    );
                }
            }
        }
    }

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
            assert_eq!(
                [0, 1].map(|page| has_flag(mixed.ptr(page), "wf")),
                [true, false]
            );
        }
    }

    fn munmap_ends_a_lock_and_later_calls_find_nothing() {
        for face in FACES {
            let pages = Pages::new(2);
            let before = vm_lck_kib();
            (face.mlock)(pages.addr(), pages.len()).unwrap();
            assert_eq!(vm_lck_kib(), before + pages_kib(2));
            pages.unmap(0, 2);
            assert_eq!(vm_lck_kib(), before);
            for (name, _, call) in face.range_calls() {
                assert_eq!(call(pages.addr(), pages.len()), refused(ENOMEM), "{name}");
            }
            assert_eq!(vm_lck_kib(), before);
        }
    }
}

linux_main!(linux::CASES);
