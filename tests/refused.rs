//! What each function says when a filter refuses the system calls it makes.
#![cfg(target_os = "linux")]

use libc::{EINVAL, ENOSYS, EPERM, c_long};
use os_memlock::{Limit, Resource};
use seccompiler::SeccompCmpOp;

use crate::common::case::cases;
use crate::common::faces::{Answer, Face, RangeCall, refused, unsupported};
use crate::common::kernel::has_flag;
use crate::common::limits::{RESOURCES, get_rlimit, numbers};
use crate::common::pages::Pages;
use crate::common::process::each_face_in_child;
use crate::common::seccomp;

cases![
    #[needs(Pages(1))]
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
                    for (name, _, call) in face.own_range_calls() {
                        let expected = if name == denied { expected } else { Ok(()) };
                        assert_eq!(call(page.addr(), page.len()), expected, "{name}");
                    }
                });
            }
        }
    },

    fn refused_advice_is_the_error_of_each_advice() {
        for (errno, expected) in [(ENOSYS, unsupported(Some(ENOSYS))), (EPERM, refused(EPERM))] {
            under(libc::SYS_madvise, errno, |face| {
                let page = Pages::new(1);
                for (name, call) in advices(face) {
                    assert_eq!(call(page.addr(), page.len()), expected, "{name}");
                }
            });
        }
    },

    /// A kernel without madvise's newer values says EINVAL, as this filter does.
    fn an_advice_that_the_kernel_does_not_know_is_unsupported() {
        under(libc::SYS_madvise, EINVAL, |face| {
            let page = Pages::new(1);
            for (name, call) in advices(face) {
                let answer = call(page.addr(), page.len());
                assert_eq!(answer, unsupported(Some(EINVAL)), "{name}");
            }
            assert_eq!((face.mlock)(page.addr(), 0), Ok(()));
        });
        each_face_in_child(|face| {
            let wipe = libc::MADV_WIPEONFORK as u64;
            seccomp::deny_when(libc::SYS_madvise, 2, SeccompCmpOp::Eq, wipe, EINVAL);
            let page = Pages::new(1);
            for (name, call) in advices(face) {
                let expected = match name {
                    "madvise_wipeonfork" => unsupported(Some(EINVAL)),
                    _ => Ok(()),
                };
                assert_eq!(call(page.addr(), page.len()), expected, "{name}");
            }
            assert!(!has_flag(page.addr(), "wf"));
        });
    },

    /// Reading never sets: a filter that lets prlimit only read takes nothing away from
    /// `limit`. It compares 64 bits, be the processor's words as they may.
    fn a_limit_can_be_read_where_none_can_be_set() {
        for (errno, expected) in ANSWERS {
            each_face_in_child(|face| {
                seccomp::deny_when(libc::SYS_prlimit64, 2, SeccompCmpOp::Ne, 0, errno);
                for resource in RESOURCES {
                    let before = get_rlimit(resource);
                    let limit = (face.limit)(resource).unwrap();
                    assert_eq!(numbers(limit), before, "{resource:?}");
                    sets_fail(face, resource, expected);
                    assert_eq!(get_rlimit(resource), before, "{resource:?}");
                }
            });
        }
    },

    fn a_refused_prctl_is_the_error_of_the_dumpable_calls() {
        for (errno, expected) in ANSWERS {
            under(libc::SYS_prctl, errno, |face| {
                assert_eq!((face.process_dumpable)().map(drop), expected);
                assert_eq!((face.set_process_dumpable)(false), expected);
                assert_eq!((face.set_process_dumpable)(true), expected);
            });
        }
    }
];

/// What a filter answers, and what that is to the caller of a lock.
const ANSWERS: [(i32, Answer<()>); 3] = [
    (ENOSYS, unsupported(Some(ENOSYS))),
    (EPERM, refused(EPERM)),
    (EINVAL, refused(EINVAL)),
];

/// Runs the body for each face, in a child under a filter on one call.
fn under(call: c_long, errno: i32, body: impl Fn(&Face)) {
    each_face_in_child(|face| {
        seccomp::deny(call, errno);
        body(face);
    });
}

fn advices(face: &Face) -> impl Iterator<Item = (&'static str, RangeCall)> {
    let calls = face.own_range_calls().into_iter();
    calls
        .filter(|(name, ..)| name.starts_with("madvise_"))
        .map(|(name, _, call)| (name, call))
}

/// A lower soft limit, which every process may have, cannot be set.
fn sets_fail(face: &Face, resource: Resource, expected: Answer<()>) {
    let lower = Limit::new(Some(0), Some(u64::MAX - 1));
    let both = (face.set_limit)(resource, lower);
    assert_eq!(both, expected, "{resource:?}");
    let soft = (face.set_soft_limit)(resource, Some(0)).map(drop);
    assert_eq!(soft, expected, "{resource:?}");
}
