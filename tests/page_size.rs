//! How the page size is found: the first power of two that madvise takes as an
//! address. The filters make this kernel look like one with other pages; no case
//! asks before it has filtered.
#![cfg(target_os = "linux")]

use std::thread;

use libc::{EINVAL, ENOSYS, EPERM, SYS_madvise};
use os_memlock::raw;
use seccompiler::SeccompCmpOp;

use crate::common::case::cases;
use crate::common::faces::{refused, unsupported};
use crate::common::kernel::page_size;
use crate::common::process::each_face_in_child;
use crate::common::seccomp::{self, deny, deny_when};

cases![
    fn rule_12_the_first_address_that_is_aligned_is_the_page_size() {
        each_face_in_child(|face| {
            for size in [4096, 8192, 16384, 32768] {
                deny_at(size, EINVAL);
            }
            assert_eq!((face.page_size)(), Ok(65536));
        });
    },

    fn rule_12_the_page_size_is_asked_once() {
        each_face_in_child(|face| {
            let found = (face.page_size)().unwrap();
            seccomp::kill(SYS_madvise);
            assert_eq!((face.page_size)(), Ok(found));
            assert_eq!(
                raw::page_size(),
                Ok(found),
                "by the other face, if this is std"
            );
        });
    },

    /// The filter binds the thread that installs it, so that the other one can ask again.
    fn rule_12_nothing_is_kept_of_an_error() {
        each_face_in_child(|face| {
            let refused_here = || {
                seccomp::deny_this_thread(SYS_madvise, EPERM);
                assert_eq!((face.page_size)(), refused(EPERM));
            };
            thread::scope(|scope| drop(scope.spawn(refused_here)));
            assert_eq!((face.page_size)(), Ok(page_size()));
        });
    },

    /// A sandbox that lists the advices lists the one that hides memory.
    fn rule_12_the_page_size_is_asked_with_dontdump() {
        each_face_in_child(|face| {
            deny_when(SYS_madvise, 2, SeccompCmpOp::Ne, DONTDUMP, EPERM);
            assert_eq!((face.page_size)(), Ok(page_size()));
        });
    },

    /// Linux before 3.4.
    fn rule_12_a_kernel_without_dontdump_has_a_page_size() {
        each_face_in_child(|face| {
            deny_when(SYS_madvise, 2, SeccompCmpOp::Eq, DONTDUMP, EINVAL);
            assert_eq!((face.page_size)(), Ok(page_size()));
        });
    },

    fn rule_12_another_answer_on_the_way_is_the_error() {
        each_face_in_child(|face| {
            deny_at(4096, EINVAL);
            deny_at(8192, EPERM);
            assert_eq!((face.page_size)(), refused(EPERM));
        });
    },

    fn rule_12_a_refused_madvise_is_the_error() {
        let expected = [
            (ENOSYS, unsupported(Some(ENOSYS))),
            (EPERM, refused(EPERM)),
            (EINVAL, unsupported(None)),
        ];
        for (errno, expected) in expected {
            each_face_in_child(|face| {
                deny(SYS_madvise, errno);
                assert_eq!((face.page_size)(), expected);
            });
        }
    }
];

const DONTDUMP: u64 = libc::MADV_DONTDUMP as u64;

/// madvise answers the errno for this address.
fn deny_at(address: u64, errno: i32) {
    deny_when(SYS_madvise, 0, SeccompCmpOp::Eq, address, errno);
}
