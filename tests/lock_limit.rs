//! How the limit on locked memory binds on Linux.
#![cfg(target_os = "linux")]

use libc::{ENOMEM, EPERM};
use os_memlock::Resource;

use crate::common::case::cases;
use crate::common::faces::{Face, refused};
use crate::common::kernel::{has_flag, page_size, pages_kib, vm_lck_kib};
use crate::common::limits::limit_locks_to;
use crate::common::pages::Pages;
use crate::common::process::each_face_in_child;

cases![
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
    }
];

/// Runs the body for each face, in a child whose limit on locked memory binds.
fn limited(bytes: usize, body: fn(&Face)) {
    each_face_in_child(|face| {
        limit_locks_to(bytes as u64);
        body(face);
    });
}
