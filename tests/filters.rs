//! What becomes of an errno on its way to the caller, where a filter on system calls answers.
#![cfg(target_os = "linux")]

use core::ptr::without_provenance_mut;

use libc::{EINVAL, ENOSYS, EOPNOTSUPP, EPERM, SYS_madvise};
use os_memlock::{Limit, Resource::Memlock};
use seccompiler::SeccompCmpOp;

use crate::common::case::cases;
use crate::common::faces::{FACES, Refusal, refused, unsupported};
use crate::common::kernel::has_flag;
use crate::common::pages::Pages;
use crate::common::process::{each_face_in_child, in_child};
use crate::common::seccomp::{deny, deny_when};

cases![
    /// 4095 is the last errno that the kernel can answer.
    fn no_errno_is_lost() {
        for errno in (1..=133).chain([511, 512, 4095]) {
            in_child(|| {
                let page = Pages::new(1);
                SYSTEM_CALLS.into_iter().for_each(|call| deny(call, errno));
                let refusal = Refusal {
                    code: Some(errno),
                    unsupported: errno == ENOSYS || errno == EOPNOTSUPP,
                };
                for face in FACES {
                    for (name, _, call) in face.own_range_calls() {
                        // A kernel that lacks the advice says so, also when it is asked.
                        let lacks = errno == EINVAL && name.starts_with("madvise_");
                        let unsupported = lacks || refusal.unsupported;
                        let expected = Err(Refusal {
                            unsupported,
                            ..refusal
                        });
                        assert_eq!(call(page.addr(), page.len()), expected, "{name}");
                    }
                    let set_limit = (face.set_limit)(Memlock, Limit::new(Some(0), None));
                    assert_eq!(set_limit, Err(refusal));
                    assert_eq!((face.limit)(Memlock), Err(refusal));
                    assert_eq!((face.set_soft_limit)(Memlock, Some(0)), Err(refusal));
                    let unsupported = unsupported(None);
                    let page_size = [Err(refusal), unsupported][usize::from(errno == EINVAL)];
                    assert_eq!((face.page_size)(), page_size);
                    assert_eq!((face.process_dumpable)(), Err(refusal));
                    for dumpable in [true, false] {
                        assert_eq!((face.set_process_dumpable)(dumpable), Err(refusal));
                    }
                }
            });
        }
    },

    fn an_advice_that_the_kernel_does_not_know_is_unsupported_and_the_others_work() {
        each_face_in_child(|face| {
            let page = Pages::new(1);
            let wipe = libc::MADV_WIPEONFORK as u64;
            deny_when(SYS_madvise, 2, SeccompCmpOp::Eq, wipe, EINVAL);
            let answer = (face.madvise_wipeonfork)(page.addr(), page.len());
            assert_eq!(answer, unsupported(Some(EINVAL)));
            assert!(!has_flag(page.addr(), "wf"));
            assert_eq!((face.madvise_dontdump)(page.addr(), page.len()), Ok(()));
        });
    },

    /// An answer other than EINVAL to the question whether the kernel knows the advice
    /// does not say that it does not.
    fn only_einval_says_that_an_advice_is_unknown() {
        // Where the kernel is asked.
        let is_above = cfg!(all(
            target_pointer_width = "64",
            any(
                target_arch = "x86_64",
                target_arch = "aarch64",
                target_arch = "riscv64"
            )
        ));
        let question = if is_above { !0 << 20 } else { 0_usize };
        let page = Pages::new(1);
        each_face_in_child(|face| {
            deny_when(SYS_madvise, 0, SeccompCmpOp::Eq, question as u64, EPERM);
            let there = (face.madvise_dontdump)(without_provenance_mut(question), 1);
            assert_eq!(there, refused(EPERM), "the filter is there");
            let unaligned = (face.madvise_dontdump)(page.byte(1), 1);
            assert_eq!(unaligned, refused(EINVAL));
        });
    }
];

/// The last one is needed to install a filter.
const SYSTEM_CALLS: [libc::c_long; 6] = [
    libc::SYS_mlock,
    libc::SYS_munlock,
    libc::SYS_mlock2,
    SYS_madvise,
    libc::SYS_prlimit64,
    libc::SYS_prctl,
];
