//! What each function says when a filter refuses the system calls it makes.

#[macro_use]
mod common;

#[cfg(target_os = "linux")]
#[path = "common/errnos.rs"]
mod errnos;

#[cfg(target_os = "linux")]
#[path = "refused/page_size.rs"]
mod page_size;

#[cfg(target_os = "linux")]
mod linux {
    use libc::{EINVAL, ENOSYS, EPERM, c_long};
    use os_memlock::Resource;
    use seccompiler::SeccompCmpOp;

    use crate::common::faces::{Answer, FACES, Face, RangeCall, refused, unsupported};
    use crate::common::harness::{Case, Need};
    use crate::common::kernel::has_flag;
    use crate::common::pages::Pages;
    use crate::common::process::{get_rlimit, in_child};
    use crate::common::seccomp;
    use crate::{errnos, page_size};

    pub(super) const CASES: &[Case] = &[
        Case {
            name: "a_refused_lock_is_the_error_of_that_call_alone",
            needs: Need::Pages(1),
            body: a_refused_lock_is_the_error_of_that_call_alone,
        },
        Case {
            name: "refused_advice_is_the_error_of_each_advice",
            needs: Need::Nothing,
            body: refused_advice_is_the_error_of_each_advice,
        },
        Case {
            name: "rule_4_an_advice_that_the_kernel_does_not_know_is_unsupported",
            needs: Need::Nothing,
            body: an_unknown_advice_is_unsupported,
        },
        Case {
            name: "rule_4_a_bad_range_is_not_an_unknown_advice",
            needs: Need::Nothing,
            body: errnos::a_bad_range_is_not_an_unknown_advice,
        },
        Case {
            name: "rule_4_only_einval_says_that_an_advice_is_unknown",
            needs: Need::Nothing,
            body: errnos::only_einval_says_that_an_advice_is_unknown,
        },
        Case {
            name: "page_size_is_the_first_address_that_is_aligned",
            needs: Need::Nothing,
            body: page_size::is_the_first_address_that_is_aligned,
        },
        Case {
            name: "another_answer_on_the_way_is_the_error_of_page_size",
            needs: Need::Nothing,
            body: page_size::another_answer_on_the_way_is_the_error,
        },
        Case {
            name: "a_refused_madvise_is_the_error_of_page_size",
            needs: Need::Nothing,
            body: a_refused_madvise_is_the_error_of_page_size,
        },
        Case {
            name: "rule_7_a_refused_prlimit_is_the_error_of_limit_and_set_soft_limit",
            needs: Need::Nothing,
            body: a_refused_prlimit_is_an_error,
        },
        Case {
            name: "rule_7_a_filter_that_lets_prlimit_only_read_makes_limit_fail",
            needs: Need::Nothing,
            body: a_filter_that_lets_prlimit_only_read,
        },
        Case {
            name: "a_refused_prctl_is_the_error_of_the_dumpable_calls",
            needs: Need::Nothing,
            body: a_refused_prctl_is_an_error,
        },
        Case {
            name: "rule_4_no_errno_is_lost",
            needs: Need::Nothing,
            body: errnos::no_errno_is_lost,
        },
        #[cfg(feature = "std")]
        Case {
            name: "rule_5_io_errors_are_what_std_makes_of_the_errno",
            needs: Need::Nothing,
            body: errnos::io_errors_are_what_std_makes_of_the_errno,
        },
        #[cfg(feature = "std")]
        Case {
            name: "rule_5_an_unknown_advice_carries_our_error",
            needs: Need::Nothing,
            body: errnos::an_unknown_advice_carries_our_error,
        },
    ];

    /// What a filter answers, and what that is to the caller of a lock.
    const ANSWERS: [(i32, Answer<()>); 3] = [
        (ENOSYS, unsupported(Some(ENOSYS))),
        (EPERM, refused(EPERM)),
        (EINVAL, refused(EINVAL)),
    ];

    /// Runs the body for each face, in a child under a filter on one call.
    fn under(call: c_long, errno: i32, body: impl Fn(&Face)) {
        for face in FACES {
            in_child(|| {
                seccomp::deny(call, errno);
                body(face);
            });
        }
    }

    fn a_refused_lock_is_the_error_of_that_call_alone() {
        let locks = [
            (libc::SYS_mlock, "mlock"),
            (libc::SYS_munlock, "munlock"),
            (libc::SYS_mlock2, "mlock_onfault"),
        ];
        for (system_call, denied) in locks {
            for (errno, expected) in ANSWERS {
                under(system_call, errno, |face| {
                    let page = Pages::new(1);
                    for (name, _, call) in face.range_calls() {
                        let expected = if name == denied { expected } else { Ok(()) };
                        assert_eq!(call(page.addr(), page.len()), expected, "{name}");
                    }
                });
            }
        }
    }

    fn advices(face: &Face) -> impl Iterator<Item = (&'static str, RangeCall)> {
        let calls = face.range_calls().into_iter();
        calls
            .filter(|(name, ..)| name.starts_with("madvise_"))
            .map(|(name, _, call)| (name, call))
    }

    fn refused_advice_is_the_error_of_each_advice() {
        for (errno, expected) in [(ENOSYS, unsupported(Some(ENOSYS))), (EPERM, refused(EPERM))] {
            under(libc::SYS_madvise, errno, |face| {
                let page = Pages::new(1);
                for (name, call) in advices(face) {
                    assert_eq!(call(page.addr(), page.len()), expected, "{name}");
                }
            });
        }
    }

    /// A kernel without madvise's newer values says EINVAL, as this filter does.
    fn an_unknown_advice_is_unsupported() {
        under(libc::SYS_madvise, EINVAL, |face| {
            let page = Pages::new(1);
            for (name, call) in advices(face) {
                let answer = call(page.addr(), page.len());
                assert_eq!(answer, unsupported(Some(EINVAL)), "{name}");
            }
            assert_eq!((face.mlock)(page.addr(), 0), Ok(()));
        });
        for face in FACES {
            in_child(|| {
                let wipe = libc::MADV_WIPEONFORK as u64;
                seccomp::deny_when(libc::SYS_madvise, 2, SeccompCmpOp::Eq, wipe, EINVAL);
                let page = Pages::new(1);
                for (name, call) in advices(face) {
                    let known = name != "madvise_wipeonfork";
                    let expected = if known {
                        Ok(())
                    } else {
                        unsupported(Some(EINVAL))
                    };
                    assert_eq!(call(page.addr(), page.len()), expected, "{name}");
                }
                assert!(!has_flag(page.addr(), "wf"));
            });
        }
    }

    fn a_refused_madvise_is_the_error_of_page_size() {
        let expected = [
            (ENOSYS, unsupported(Some(ENOSYS))),
            (EPERM, refused(EPERM)),
            (EINVAL, unsupported(None)),
        ];
        for (errno, expected) in expected {
            under(libc::SYS_madvise, errno, |face| {
                assert_eq!((face.page_size)(), expected)
            });
        }
    }

    const LIMITS: [(Resource, libc::c_int); 2] = [
        (Resource::Memlock, libc::RLIMIT_MEMLOCK as _),
        (Resource::Core, libc::RLIMIT_CORE as _),
    ];

    fn limits_fail(face: &Face, expected: Answer<()>) {
        for (resource, _) in LIMITS {
            assert_eq!((face.limit)(resource).map(drop), expected, "{resource:?}");
            let set = (face.set_soft_limit)(resource, Some(0));
            assert_eq!(set.map(drop), expected, "{resource:?}");
        }
    }

    /// 0 is a filter that fakes success and writes no limit.
    fn a_refused_prlimit_is_an_error() {
        for (errno, expected) in ANSWERS.into_iter().chain([
            (0, refused(0)),
            (libc::ESRCH, refused(libc::ESRCH)),
            (libc::EFAULT, refused(libc::EFAULT)),
        ]) {
            under(libc::SYS_prlimit64, errno, |face| {
                limits_fail(face, expected)
            });
        }
    }

    fn a_filter_that_lets_prlimit_only_read() {
        for (errno, expected) in ANSWERS {
            for face in FACES {
                in_child(|| {
                    let before = LIMITS.map(|(_, number)| get_rlimit(number));
                    seccomp::deny_when(libc::SYS_prlimit64, 2, SeccompCmpOp::Ne, 0, errno);
                    limits_fail(face, expected);
                    assert_eq!(LIMITS.map(|(_, number)| get_rlimit(number)), before);
                });
            }
        }
    }

    fn a_refused_prctl_is_an_error() {
        for (errno, expected) in ANSWERS {
            under(libc::SYS_prctl, errno, |face| {
                assert_eq!((face.process_dumpable)().map(drop), expected);
                assert_eq!((face.set_process_dumpable)(false), expected);
                assert_eq!((face.set_process_dumpable)(true), expected);
            });
        }
    }
}

linux_main!(linux::CASES);
