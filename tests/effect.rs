//! What each call changes, asked of the kernel page by page.

#[macro_use]
mod common;

#[cfg(target_os = "linux")]
#[path = "common/model.rs"]
mod model;

#[cfg(target_os = "linux")]
mod linux {
    use crate::common::faces::{FACES, Face, RangeCall};
    use crate::common::harness::{Case, Need};
    use crate::common::kernel::{
        has_flag, locked_kib, mapping_at, msync_says_locked, page_size, vm_lck_kib,
    };
    use crate::common::pages::Pages;
    use crate::model;

    pub(super) const CASES: &[Case] = &[
        Case {
            name: "mlock_locks_and_fills_every_page_it_touches",
            needs: Need::Pages(3),
            body: mlock_locks_and_fills_every_page_it_touches,
        },
        Case {
            name: "mlock_onfault_locks_pages_as_they_are_touched",
            needs: Need::Pages(2),
            body: mlock_onfault_locks_pages_as_they_are_touched,
        },
        Case {
            name: "munlock_unlocks_and_may_be_repeated",
            needs: Need::Pages(2),
            body: munlock_unlocks_and_may_be_repeated,
        },
        Case {
            name: "each_advice_sets_its_flag_and_its_opposite_clears_it",
            needs: Need::Nothing,
            body: each_advice_sets_its_flag_and_its_opposite_clears_it,
        },
        Case {
            name: "a_locked_page_is_neither_paged_out_nor_dropped",
            needs: Need::Pages(1),
            body: a_locked_page_is_neither_paged_out_nor_dropped,
        },
        Case {
            name: "dump_exclusion_survives_locks_and_mremap_and_ends_at_munmap",
            needs: Need::Pages(1),
            body: dump_exclusion_survives_locks_and_mremap_and_ends_at_munmap,
        },
        Case {
            name: "a_lock_in_the_middle_splits_the_mapping",
            needs: Need::Pages(1),
            body: a_lock_in_the_middle_splits_the_mapping,
        },
        Case {
            name: "rule_10_no_call_zeroes_moves_or_frees_anything",
            needs: Need::Pages(3),
            body: no_call_zeroes_moves_or_frees_anything,
        },
        Case {
            name: "private_anonymous_pages_agree_with_the_model",
            needs: Need::Pages(8),
            body: || model::check(|| (Pages::new(8), 8), true),
        },
        Case {
            name: "shared_anonymous_pages_agree_with_the_model",
            needs: Need::Pages(8),
            body: || model::check(|| (Pages::shared(8), 0), false),
        },
        Case {
            name: "private_file_pages_agree_with_the_model",
            needs: Need::Pages(8),
            body: || model::check(|| (Pages::of_file(8, libc::MAP_PRIVATE), 0), false),
        },
        Case {
            name: "shared_file_pages_agree_with_the_model",
            needs: Need::Pages(8),
            body: || model::check(|| (Pages::of_file(8, libc::MAP_SHARED), 0), false),
        },
        Case {
            name: "ranges_across_mappings_agree_with_the_model",
            needs: Need::Pages(8),
            body: || {
                let across = || {
                    let pages = Pages::new(8);
                    pages.replace_by_shared(5, 3);
                    (pages, 5)
                };
                model::check(across, false);
            },
        },
    ];

    /// Two bytes on a page border, so that the first and the last page stay as they are.
    fn mlock_locks_and_fills_every_page_it_touches() {
        for face in FACES {
            let pages = Pages::new(4);
            let before = vm_lck_kib();
            (face.mlock)(pages.byte(2 * page_size() - 1), 2).unwrap();
            for page in 0..4 {
                let touched = page == 1 || page == 2;
                assert_eq!(has_flag(pages.ptr(page), "lo"), touched, "page {page}");
                assert_eq!(msync_says_locked(pages.ptr(page)), touched, "page {page}");
            }
            let two_pages = 2 * page_size() as u64 / 1024;
            assert_eq!(vm_lck_kib(), before + two_pages);
            assert_eq!(in_memory_kib(&pages), two_pages);
        }
    }

    fn mlock_onfault_locks_pages_as_they_are_touched() {
        for face in FACES {
            let pages = Pages::new(2);
            let (before, page_kib) = (vm_lck_kib(), page_size() as u64 / 1024);
            (face.mlock_onfault)(pages.addr(), pages.len()).unwrap();
            assert!(has_flag(pages.addr(), "lo") && has_flag(pages.addr(), "lf"));
            assert_eq!(vm_lck_kib(), before + 2 * page_kib);
            assert_eq!(in_memory_kib(&pages), 0, "nothing has been touched");
            pages.write(1, 7);
            assert_eq!(in_memory_kib(&pages), page_kib);
            (face.mlock)(pages.addr(), pages.len()).unwrap();
            assert!(
                !has_flag(pages.addr(), "lf"),
                "mlock is the stronger of the two"
            );
            assert_eq!(in_memory_kib(&pages), 2 * page_kib);
        }
    }

    fn munlock_unlocks_and_may_be_repeated() {
        for face in FACES {
            let pages = Pages::new(2);
            let before = vm_lck_kib();
            for lock in [face.mlock, face.mlock_onfault] {
                lock(pages.addr(), pages.len()).unwrap();
                assert!(has_flag(pages.addr(), "lo"));
                for _ in 0..2 {
                    (face.munlock)(pages.addr(), pages.len()).unwrap();
                    assert!(!has_flag(pages.addr(), "lo") && !has_flag(pages.addr(), "lf"));
                    assert!(!msync_says_locked(pages.addr()));
                    assert_eq!(vm_lck_kib(), before);
                }
            }
        }
    }

    fn each_advice_sets_its_flag_and_its_opposite_clears_it() {
        for face in FACES {
            for (flag, set, clear) in advices(face) {
                let pages = Pages::new(3);
                let flags = || [0, 1, 2].map(|page| has_flag(pages.ptr(page), flag));
                for _ in 0..2 {
                    set(pages.ptr(1), 1).unwrap();
                    assert_eq!(flags(), [false, true, false], "{flag}");
                }
                clear(pages.addr(), page_size()).unwrap();
                assert_eq!(flags(), [false, true, false], "{flag} of another page");
                clear(pages.ptr(1), page_size()).unwrap();
                assert_eq!(flags(), [false; 3], "{flag}");
            }
        }
    }

    fn advices(face: &Face) -> [(&'static str, RangeCall, RangeCall); 3] {
        [
            ("dd", face.madvise_dontdump, face.madvise_dodump),
            ("wf", face.madvise_wipeonfork, face.madvise_keeponfork),
            ("dc", face.madvise_dontfork, face.madvise_dofork),
        ]
    }

    fn a_locked_page_is_neither_paged_out_nor_dropped() {
        for face in FACES {
            let page = Pages::new(1);
            page.write(0, 7);
            let asked = |advice| {
                // SAFETY: the page is the test's own, and may lose its byte.
                let answer = unsafe { libc::madvise(page.addr(), page.len(), advice) };
                (answer, page.read(0))
            };
            (face.mlock)(page.addr(), page.len()).unwrap();
            assert_eq!(asked(libc::MADV_PAGEOUT), (-1, 7));
            assert_eq!(asked(libc::MADV_DONTNEED), (-1, 7));
            (face.munlock)(page.addr(), page.len()).unwrap();
            assert_eq!(asked(libc::MADV_PAGEOUT), (0, 7));
            assert_eq!(asked(libc::MADV_DONTNEED), (0, 0));
        }
    }

    fn dump_exclusion_survives_locks_and_mremap_and_ends_at_munmap() {
        for face in FACES {
            let page = Pages::new(1);
            (face.madvise_dontdump)(page.addr(), page.len()).unwrap();
            (face.mlock)(page.addr(), page.len()).unwrap();
            assert!(has_flag(page.addr(), "dd"));
            (face.munlock)(page.addr(), page.len()).unwrap();
            assert!(has_flag(page.addr(), "dd"));
            let moved = Pages::moved(page);
            assert!(has_flag(moved.addr(), "dd"));
            moved.unmap(0, 1);
            assert!(mapping_at(moved.addr()).is_none());
            moved.replace_by_shared(0, 1);
            assert!(!has_flag(moved.addr(), "dd"));
        }
    }

    fn a_lock_in_the_middle_splits_the_mapping() {
        for face in FACES {
            let pages = Pages::new(3);
            let [first, middle, last] = [0, 1, 2].map(|page| pages.ptr(page));
            // What lies before and after these pages may join their mapping.
            let ends = |addr| mapping_at(addr).map(|it| (it.start, it.end)).unwrap();
            let whole = || ends(first).1 > last.addr();
            assert!(whole());
            (face.mlock)(middle, 1).unwrap();
            assert_eq!(ends(middle), (middle.addr(), last.addr()));
            assert_eq!(ends(first).1, middle.addr());
            assert_eq!(ends(last).0, last.addr());
            (face.munlock)(middle, 1).unwrap();
            assert!(whole());
        }
    }

    fn no_call_zeroes_moves_or_frees_anything() {
        for face in FACES {
            let pages = Pages::new(3);
            (0..3).for_each(|page| pages.write(page, 0xa0 + page as u8));
            for (name, _, call) in face.range_calls() {
                call(pages.addr(), pages.len()).unwrap();
                let bytes = [0, 1, 2].map(|page| pages.read(page));
                assert_eq!(bytes, [0xa0, 0xa1, 0xa2], "{name}");
            }
            (face.munlock)(pages.addr(), pages.len()).unwrap();
            (face.madvise_dodump)(pages.addr(), pages.len()).unwrap();
            assert_eq!([0, 1, 2].map(|page| pages.read(page)), [0xa0, 0xa1, 0xa2]);
        }
    }

    /// How much of the pages is locked and in memory.
    fn in_memory_kib(pages: &Pages) -> u64 {
        locked_kib(pages.addr().addr()..pages.ptr(pages.count()).addr())
    }
}

linux_main!(linux::CASES);
