//! Locks do not nest, and buffers that lie on one page share its fate.

#[macro_use]
mod common;

#[cfg(target_os = "linux")]
mod linux {
    use os_memlock::PageRange;

    use crate::common::faces::FACES;
    use crate::common::harness::{Case, Need};
    use crate::common::kernel::{has_flag, msync_says_locked, page_size, vm_lck_kib};
    use crate::common::pages::Pages;

    pub(super) const CASES: &[Case] = &[
        Case {
            name: "rule_9_one_munlock_undoes_many_mlocks",
            needs: Need::Pages(1),
            body: one_munlock_undoes_many_mlocks,
        },
        Case {
            name: "rule_9_two_buffers_on_one_page_share_a_lock",
            needs: Need::Pages(1),
            body: two_buffers_on_one_page_share_a_lock,
        },
        Case {
            name: "rule_9_dodump_re_exposes_a_neighbour",
            needs: Need::Nothing,
            body: dodump_re_exposes_a_neighbour,
        },
        Case {
            name: "rule_9_inward_pages_leave_the_neighbour_alone",
            needs: Need::Pages(2),
            body: inward_pages_leave_the_neighbour_alone,
        },
    ];

    fn one_munlock_undoes_many_mlocks() {
        for face in FACES {
            let page = Pages::new(1);
            let before = vm_lck_kib();
            for _ in 0..3 {
                (face.mlock)(page.addr(), page.len()).unwrap();
                assert!(msync_says_locked(page.addr()));
            }
            assert_eq!(vm_lck_kib(), before + page.len() as u64 / 1024);
            (face.munlock)(page.addr(), page.len()).unwrap();
            assert!(!has_flag(page.addr(), "lo"));
            assert!(!msync_says_locked(page.addr()));
            assert_eq!(vm_lck_kib(), before);
        }
    }

    fn two_buffers_on_one_page_share_a_lock() {
        for face in FACES {
            let page = Pages::new(1);
            let (first, second) = (page.addr(), page.byte(64));
            (face.mlock)(first, 32).unwrap();
            (face.mlock)(second, 32).unwrap();
            assert!(msync_says_locked(page.addr()));
            (face.munlock)(second, 32).unwrap();
            assert!(
                !msync_says_locked(page.addr()),
                "the first buffer's lock outlived the page's"
            );
            assert!(!has_flag(first, "lo"));
        }
    }

    fn dodump_re_exposes_a_neighbour() {
        for face in FACES {
            let page = Pages::new(1);
            let secret = PageRange::outward(page.addr(), 32, page_size()).unwrap();
            let public = PageRange::outward(page.byte(64), 32, page_size()).unwrap();
            (face.madvise_dontdump)(secret.addr(), secret.len()).unwrap();
            assert!(has_flag(page.addr(), "dd"));
            (face.madvise_dodump)(public.addr(), public.len()).unwrap();
            assert!(!has_flag(page.addr(), "dd"));
        }
    }

    /// A secret ends and a public buffer begins in the middle of page 1.
    fn inward_pages_leave_the_neighbour_alone() {
        for face in FACES {
            let pages = Pages::new(3);
            let middle = page_size() + page_size() / 2;
            (face.mlock)(pages.addr(), middle).unwrap();
            (face.madvise_dontdump)(pages.addr(), middle).unwrap();
            let public = PageRange::inward(pages.byte(middle), pages.len() - middle, page_size());
            let public = public.unwrap();
            (face.munlock)(public.addr(), public.len()).unwrap();
            (face.madvise_dodump)(public.addr(), public.len()).unwrap();
            for (page, secret) in [(0, true), (1, true), (2, false)] {
                assert_eq!(
                    msync_says_locked(pages.ptr(page)),
                    secret,
                    "lock of page {page}"
                );
                assert_eq!(
                    has_flag(pages.ptr(page), "dd"),
                    secret,
                    "dump of page {page}"
                );
            }
        }
    }
}

linux_main!(linux::CASES);
