//! The two resource limits: how the one on locked memory binds, and how a soft
//! value is read and set.
#![cfg(target_os = "linux")]

use libc::{EINVAL, ENOMEM, EPERM};
use os_memlock::{Limit, Resource};

use crate::common::case::cases;
use crate::common::faces::{FACES, Face, refused, unsupported};
use crate::common::kernel::{has_flag, page_size, pages_kib, vm_lck_kib};
use crate::common::limits::{RESOURCES, get_rlimit, limit_locks_to, numbers, set_rlimit};
use crate::common::pages::Pages;
use crate::common::process::{drop_privileges, each_face_in_child};

cases![
    #[needs(Pages(2))]
    fn at_the_limit_a_lock_succeeds_and_one_page_over_it_is_enomem() {
        limited(2 * page_size(), |face| {
            let pages = Pages::new(3);
            let before = vm_lck_kib();
            for lock in [face.mlock, face.mlock_onfault] {
                assert_eq!(lock(pages.addr(), pages.len()), refused(ENOMEM));
                assert_eq!(vm_lck_kib(), before, "a refused lock left something locked");
                assert!(!has_flag(pages.addr(), "lo"));

                lock(pages.addr(), 2 * page_size()).unwrap();
                assert_eq!(vm_lck_kib(), before + pages_kib(2));

                assert_eq!(lock(pages.ptr(2), 1), refused(ENOMEM));
                assert_eq!(vm_lck_kib(), before + pages_kib(2));
                assert!(!has_flag(pages.ptr(2), "lo"));

                (face.munlock)(pages.addr(), pages.len()).unwrap();
                assert_eq!(vm_lck_kib(), before);
            }
        });
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
    fn relocking_at_the_limit_counts_nothing_twice() {
        limited(2 * page_size(), |face| {
            let pages = Pages::new(2);
            for lock in [face.mlock, face.mlock, face.mlock_onfault, face.mlock] {
                lock(pages.addr(), pages.len()).unwrap();
                assert_eq!(vm_lck_kib(), pages_kib(2));
            }
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

    #[needs(HardLimits(12288))]
    fn limit_agrees_with_the_c_library() {
        for resource in RESOURCES {
            for (soft, hard) in [
                get_rlimit(resource),
                (4096, 12288),
                (0, 4097),
                (1, 1),
                (0, 0),
            ] {
                set_rlimit(resource, soft, hard);
                for face in FACES {
                    let limit = (face.limit)(resource).unwrap();
                    assert_eq!(numbers(limit), (soft, hard), "{resource:?}");
                }
            }
        }
    },

    #[needs(HardLimits(12288))]
    fn set_soft_limit_returns_what_was_and_never_moves_the_hard_one() {
        drop_privileges();
        for resource in RESOURCES {
            set_rlimit(resource, 4096, 12288);
            for face in FACES {
                let mut before = 4096;
                for soft in [12288, 0, 1, 8191, 4096] {
                    let was = (face.set_soft_limit)(resource, Some(soft)).unwrap();
                    assert_eq!(numbers(was), (before, 12288), "{resource:?}");
                    assert_eq!(get_rlimit(resource), (soft, 12288), "{resource:?}");
                    before = soft;
                }
            }
        }
    },

    #[needs(HardLimits(12288))]
    fn set_limit_sets_both_values_and_raises_no_hard_one_without_privilege() {
        drop_privileges();
        each_face_in_child(|face| {
            for resource in RESOURCES {
                for (soft, hard) in [(4096, 12288), (12288, 12288), (1, 8192), (0, 0)] {
                    let limit = Limit::new(Some(soft), Some(hard));
                    assert_eq!((face.set_limit)(resource, limit), Ok(()), "{resource:?}");
                    assert_eq!(get_rlimit(resource), (soft, hard), "{resource:?}");
                }
                for hard in [Some(1), None] {
                    let answer = (face.set_limit)(resource, Limit::new(Some(0), hard));
                    assert_eq!(answer, refused(EPERM), "{resource:?} {hard:?}");
                    assert_eq!(get_rlimit(resource), (0, 0), "{resource:?} {hard:?}");
                }
            }
        });
    },

    #[needs(HardLimits(12288))]
    fn a_soft_limit_above_the_hard_one_is_einval_and_changes_nothing() {
        for resource in RESOURCES {
            set_rlimit(resource, 4096, 12288);
            for face in FACES {
                for soft in [Some(12289), Some(u64::MAX - 1), None] {
                    let answer = (face.set_soft_limit)(resource, soft).map(drop);
                    assert_eq!(answer, refused(EINVAL), "{resource:?} {soft:?}");
                    let answer = (face.set_limit)(resource, Limit::new(soft, Some(12288)));
                    assert_eq!(answer, refused(EINVAL), "{resource:?} {soft:?}");
                    assert_eq!(get_rlimit(resource), (4096, 12288), "{resource:?} {soft:?}");
                }
            }
        }
    },

    /// Where the hard limit is infinite the soft one can be, elsewhere it cannot.
    fn no_limit_is_none() {
        for resource in RESOURCES {
            let (_, hard) = get_rlimit(resource);
            for face in FACES {
                set_rlimit(resource, 0, hard);
                let answer = (face.set_soft_limit)(resource, None);
                if hard == u64::MAX {
                    assert_eq!(numbers(answer.unwrap()), (0, hard), "{resource:?}");
                    assert_eq!(get_rlimit(resource), (hard, hard), "{resource:?}");
                    let limit = (face.limit)(resource).unwrap();
                    assert_eq!((limit.soft, limit.hard), (None, None), "{resource:?}");
                } else {
                    assert_eq!(answer, refused(EINVAL), "{resource:?}");
                    assert_eq!(get_rlimit(resource), (0, hard), "{resource:?}");
                }
            }
        }
    },

    fn rule_8_disabling_core_dumps_is_unsupported_and_changes_nothing() {
        let before = get_rlimit(Resource::Core);
        for face in FACES {
            assert_eq!((face.disable_core_dumps_for_process)(), unsupported(None));
            let guard = (face.disable_core_dumps_with_guard)().map(drop);
            assert_eq!(guard, unsupported(None));
        }
        assert_eq!(get_rlimit(Resource::Core), before);
    }
];

/// Runs the body for each face, in a child whose limit on locked memory binds.
fn limited(bytes: usize, body: fn(&Face)) {
    each_face_in_child(|face| {
        limit_locks_to(bytes as u64);
        body(face);
    });
}
