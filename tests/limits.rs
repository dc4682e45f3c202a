//! The two resource limits, on every Unix system: how a value is read and set, and the
//! guard on core files.
#![cfg(unix)]

use libc::EINVAL;
use os_memlock::{Limit, Resource, Support};

use crate::common::case::cases;
use crate::common::faces::{FACES, refused, unsupported};
use crate::common::limits::{RESOURCES, get_rlimit, numbers, set_rlimit};
#[cfg(target_os = "linux")]
use crate::common::privileges::drop_privileges;
use crate::common::process::{each_face_in_child, in_child};

cases![
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
        #[cfg(target_os = "linux")]
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
        #[cfg(target_os = "linux")]
        drop_privileges();
        each_face_in_child(|face| {
            for resource in RESOURCES {
                for (soft, hard) in [(4096, 12288), (12288, 12288), (1, 8192), (0, 0)] {
                    let limit = Limit::new(Some(soft), Some(hard));
                    assert_eq!((face.set_limit)(resource, limit), Ok(()), "{resource:?}");
                    assert_eq!(get_rlimit(resource), (soft, hard), "{resource:?}");
                }
                // Elsewhere root may.
                for hard in [Some(1), None] {
                    if cfg!(target_os = "linux") {
                        let answer = (face.set_limit)(resource, Limit::new(Some(0), hard));
                        assert_eq!(answer, refused(libc::EPERM), "{resource:?} {hard:?}");
                        assert_eq!(get_rlimit(resource), (0, 0), "{resource:?} {hard:?}");
                    }
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
                if hard != u64::MAX {
                    assert_eq!(answer, refused(EINVAL), "{resource:?}");
                    assert_eq!(get_rlimit(resource), (0, hard), "{resource:?}");
                    continue;
                }
                assert_eq!(numbers(answer.unwrap()), (0, hard), "{resource:?}");
                assert_eq!(get_rlimit(resource), (hard, hard), "{resource:?}");
                let none = Limit::new(None, None);
                assert_eq!((face.limit)(resource), Ok(none), "{resource:?}");
                set_rlimit(resource, 0, hard);
                assert_eq!((face.set_limit)(resource, none), Ok(()), "{resource:?}");
                assert_eq!(get_rlimit(resource), (hard, hard), "{resource:?}");
                // The number below it is a limit. Elsewhere one has 63 bits.
                let most = u64::MAX - 1;
                if cfg!(all(target_os = "linux", target_pointer_width = "64")) {
                    in_child(|| {
                        let limit = Limit::new(Some(most), Some(most));
                        assert_eq!((face.set_limit)(resource, limit), Ok(()), "{resource:?}");
                        assert_eq!(get_rlimit(resource), (most, most), "{resource:?}");
                    });
                }
            }
        }
    },

    /// macOS alone has the guard.
    #[needs(HardLimits(8192))]
    fn core_dumps_are_disabled_on_macos_and_elsewhere_nothing_is_changed() {
        each_face_in_child(|face| {
            let limit = || get_rlimit(Resource::Core);
            set_rlimit(Resource::Core, 4096, 8192);
            if !(face.supported)().contains(Support::DISABLE_CORE_DUMPS) {
                assert_eq!((face.disable_core_dumps_for_process)(), unsupported(None));
                let guard = (face.disable_core_dumps_with_guard)().map(drop);
                assert_eq!(guard, unsupported(None));
                return assert_eq!(limit(), (4096, 8192));
            }
            let [first, second] = [(); 2].map(|()| (face.disable_core_dumps_with_guard)().unwrap());
            assert_eq!(limit(), (0, 8192));
            drop(first);
            assert_eq!(limit(), (0, 8192), "a guard is left");
            second.restore().unwrap();
            assert_eq!(limit(), (4096, 8192));
            let guard = (face.disable_core_dumps_with_guard)().unwrap();
            (face.disable_core_dumps_for_process)().unwrap();
            drop(guard);
            assert_eq!(limit(), (0, 8192), "for good");
        });
    }
];
