//! Locks do not nest, and buffers that lie on one page share its fate.
#![cfg(target_os = "linux")]

use os_memlock::PageRange;

use crate::common::case::cases;
use crate::common::faces::FACES;
use crate::common::kernel::{has_flag, msync_says_locked, page_size};
use crate::common::pages::Pages;

cases![
    #[needs(Pages(1))]
    fn two_buffers_on_one_page_share_a_lock() {
        for face in FACES {
            let page = Pages::new(1);
            let (first, second) = (page.addr(), page.byte(64));
            (face.mlock)(first, 32).unwrap();
            (face.mlock)(second, 32).unwrap();
            assert!(msync_says_locked(page.addr()));
            (face.munlock)(second, 32).unwrap();
            assert!(!msync_says_locked(first), "the first buffer's lock is gone");
            assert!(!has_flag(first, "lo"));
        }
    },

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
    },

    /// A secret ends and a public buffer begins in the middle of page 1.
    #[needs(Pages(2))]
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
                let (locked, hidden) = (
                    has_flag(pages.ptr(page), "lo"),
                    has_flag(pages.ptr(page), "dd"),
                );
                assert_eq!((locked, hidden), (secret, secret), "page {page}");
            }
        }
    }
];
