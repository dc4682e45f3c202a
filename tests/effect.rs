//! What each call changes, asked of the kernel page by page.
#![cfg(target_os = "linux")]

use crate::common::case::cases;
use crate::common::faces::FACES;
use crate::common::kernel::{has_flag, locked_kib, mapping_at, mappings, pages_kib, vm_lck_kib};
use crate::common::pages::Pages;

cases![
    #[needs(Pages(2))]
    fn mlock_onfault_locks_pages_as_they_are_touched() {
        for face in FACES {
            let pages = Pages::new(2);
            let before = vm_lck_kib();
            (face.mlock_onfault)(pages.addr(), pages.len()).unwrap();
            assert!(has_flag(pages.addr(), "lo") && has_flag(pages.addr(), "lf"));
            assert_eq!(vm_lck_kib(), before + pages_kib(2));
            assert_eq!(in_memory_kib(&pages), 0, "nothing has been touched");
            pages.write(1, 7);
            assert_eq!(in_memory_kib(&pages), pages_kib(1));
            (face.mlock)(pages.addr(), pages.len()).unwrap();
            assert!(
                !has_flag(pages.addr(), "lf"),
                "mlock is the stronger of the two"
            );
            assert_eq!(in_memory_kib(&pages), pages_kib(2));
        }
    },

    #[needs(Pages(1))]
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
    },

    #[needs(Pages(1))]
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
    },

    #[needs(Pages(1))]
    fn a_lock_in_the_middle_splits_the_mapping() {
        for face in FACES {
            let pages = Pages::new(3);
            let [first, middle, last] = [0, 1, 2].map(|page| pages.ptr(page));
            // What lies before and after these pages may join their mapping.
            let ends = |addr| {
                mapping_at(addr)
                    .map(|it| (it.range.start, it.range.end))
                    .unwrap()
            };
            let whole = || ends(first).1 > last.addr();
            assert!(whole());
            (face.mlock)(middle, 1).unwrap();
            assert_eq!(ends(middle), (middle.addr(), last.addr()));
            assert_eq!(ends(first).1, middle.addr());
            assert_eq!(ends(last).0, last.addr());
            (face.munlock)(middle, 1).unwrap();
            assert!(whole());
        }
    },

    #[needs(Pages(3))]
    fn no_call_zeroes_moves_or_frees_anything() {
        for face in FACES {
            let pages = Pages::new(3);
            (0..3).for_each(|page| pages.write(page, 0xa0 + page as u8));
            for (name, _, call) in face.own_range_calls() {
                call(pages.addr(), pages.len()).unwrap();
                let bytes = [0, 1, 2].map(|page| pages.read(page));
                assert_eq!(bytes, [0xa0, 0xa1, 0xa2], "{name}");
            }
            (face.munlock)(pages.addr(), pages.len()).unwrap();
            (face.madvise_dodump)(pages.addr(), pages.len()).unwrap();
            assert_eq!([0, 1, 2].map(|page| pages.read(page)), [0xa0, 0xa1, 0xa2]);
        }
    }
];

/// How much of the pages is locked and in memory.
fn in_memory_kib(pages: &Pages) -> u64 {
    locked_kib(&mappings(), &pages.range())
}
