//! What each function returns where a filter on system calls answers, and what becomes of
//! the errno on its way to the caller.
#![cfg(target_os = "linux")]

use core::ptr::without_provenance_mut;
#[cfg(feature = "std")]
use std::io;

use libc::{EINVAL, ENOSYS, EPERM, c_long};
use os_memlock::{Error, Limit, Resource, raw};
use seccompiler::SeccompCmpOp;

use crate::common::case::cases;
use crate::common::faces::{Answer, FACES, Face, RangeCall, refused, unsupported};
use crate::common::kernel::has_flag;
use crate::common::limits::{RESOURCES, get_rlimit, numbers};
use crate::common::pages::Pages;
use crate::common::process::{each_face_in_child, in_child};
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
    },

    /// 4095 is the last errno that the kernel can answer.
    fn no_errno_is_lost() {
        for errno in (1..=133).chain([511, 512, 4095]) {
            in_child(|| {
                seccomp::deny(libc::SYS_mlock, errno);
                for face in FACES {
                    let answer = (face.mlock)(core::ptr::null_mut(), 1).unwrap_err();
                    let none = errno == libc::ENOSYS || errno == libc::EOPNOTSUPP;
                    assert_eq!((answer.code, answer.unsupported), (Some(errno), none));
                }
            });
        }
    },

    /// One errno from a kernel that knows the advice, and from one that does not.
    fn a_bad_range_is_not_an_unknown_advice() {
        let page = Pages::new(1);
        let plain = unaligned_advice(&page);
        assert_eq!(
            (plain.raw_os_error(), plain.is_unsupported()),
            (Some(EINVAL), false)
        );
        seccomp::deny(libc::SYS_madvise, EINVAL);
        let unknown = unaligned_advice(&page);
        assert_eq!(
            (unknown.raw_os_error(), unknown.is_unsupported()),
            (Some(EINVAL), true)
        );
        assert_ne!(plain, unknown);
        assert_ne!(plain.to_string(), unknown.to_string());
    },

    /// An answer other than EINVAL to the question whether the kernel knows the advice
    /// does not say that it does not.
    fn only_einval_says_that_an_advice_is_unknown() {
        let page = Pages::new(1);
        each_face_in_child(|face| {
            seccomp::deny_when(
                libc::SYS_madvise,
                0,
                SeccompCmpOp::Eq,
                QUESTION as u64,
                EPERM,
            );
            let there = (face.madvise_dontdump)(without_provenance_mut(QUESTION), 1);
            assert_eq!(there, refused(EPERM), "the filter is there");
            let unaligned = (face.madvise_dontdump)(page.byte(1), 1);
            assert_eq!(unaligned, refused(EINVAL));
        });
    },

    #[cfg(feature = "std")]
    fn an_unknown_advice_carries_our_error() {
        seccomp::deny(libc::SYS_madvise, EINVAL);
        // SAFETY: the advice changes no byte, and nothing is mapped at null.
        let raw = unsafe { raw::madvise_dontdump(core::ptr::null_mut(), 1) }.unwrap_err();
        // SAFETY: as above.
        let std = unsafe { os_memlock::madvise_dontdump(core::ptr::null_mut(), 1) }.unwrap_err();
        let unsupported = io::ErrorKind::Unsupported;
        assert_eq!((raw.kind(), std.kind()), (unsupported, unsupported));
        assert_eq!(std.raw_os_error(), None, "std gives EINVAL another kind");
        assert_eq!(Error::from_io(&std), Some(raw), "it carries ours");
        assert_eq!(std.to_string(), raw.to_string());
    }
];

/// Where the kernel is asked whether it knows an advice.
const QUESTION: usize = if cfg!(all(
    target_pointer_width = "64",
    any(
        target_arch = "x86_64",
        target_arch = "aarch64",
        target_arch = "riscv64"
    )
)) {
    !0 << 20
} else {
    0
};

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

fn unaligned_advice(page: &Pages) -> Error {
    // SAFETY: the advice changes no byte, and nothing of it is carried out.
    unsafe { raw::madvise_dontdump(page.byte(1), 1) }.unwrap_err()
}
