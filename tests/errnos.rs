//! What becomes of an errno on its way to the caller.
#![cfg(target_os = "linux")]

#[cfg(feature = "std")]
use std::io;

use libc::EINVAL;
use os_memlock::{Error, raw};
use seccompiler::SeccompCmpOp;

use crate::common::case::cases;
use crate::common::faces::{FACES, refused};
use crate::common::pages::Pages;
use crate::common::process::{each_face_in_child, in_child};
use crate::common::seccomp;

cases![
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

    /// The question whether the kernel knows the advice is asked at null. An answer
    /// other than EINVAL does not say that it does not.
    fn only_einval_says_that_an_advice_is_unknown() {
        let page = Pages::new(1);
        each_face_in_child(|face| {
            seccomp::deny_when(libc::SYS_madvise, 0, SeccompCmpOp::Eq, 0, libc::EPERM);
            let at_null = (face.madvise_dontdump)(core::ptr::null_mut(), 1);
            assert_eq!(at_null, refused(libc::EPERM), "the filter is there");
            let unaligned = (face.madvise_dontdump)(page.byte(1), 1);
            assert_eq!(unaligned, refused(EINVAL));
        });
    },

    #[cfg(feature = "std")]
    fn io_errors_are_what_std_makes_of_the_errno() {
        for errno in 1..=133 {
            in_child(|| {
                seccomp::deny(libc::SYS_mlock, errno);
                let (raw, std) = errors();
                let expected = io::Error::from_raw_os_error(errno);
                assert_eq!(raw, Error::from_raw_os_error(errno));
                for ours in [std, raw.into()] {
                    assert_eq!(ours.kind(), raw.kind());
                    assert_eq!(Error::from_io(&ours), Some(raw));
                    if raw.is_unsupported() && expected.kind() != io::ErrorKind::Unsupported {
                        // The std of Rust 1.85 does not know EOPNOTSUPP.
                        continue;
                    }
                    assert_eq!(ours.raw_os_error(), Some(errno));
                    assert_eq!(ours.kind(), expected.kind());
                    assert_eq!(
                        format!("{ours} {ours:?}"),
                        format!("{expected} {expected:?}")
                    );
                }
                let text = raw.to_string();
                assert!(text.ends_with(&format!("(os error {errno})")), "{text}");
            });
        }
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

fn unaligned_advice(page: &Pages) -> Error {
    // SAFETY: the advice changes no byte, and nothing of it is carried out.
    unsafe { raw::madvise_dontdump(page.byte(1), 1) }.unwrap_err()
}

/// The errors of both faces, of a call that the filter refuses.
#[cfg(feature = "std")]
fn errors() -> (Error, io::Error) {
    // SAFETY: locking changes no byte, and nothing is mapped at null.
    let raw = unsafe { raw::mlock(core::ptr::null(), 1) }.unwrap_err();
    // SAFETY: as above.
    let std = unsafe { os_memlock::mlock(core::ptr::null(), 1) }.unwrap_err();
    (raw, std)
}
