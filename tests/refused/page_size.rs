//! How the page size is found: the first power of two that madvise takes as an
//! address. The filters make this kernel look like one with other pages.

use libc::{EINVAL, EPERM, SYS_madvise};
use seccompiler::SeccompCmpOp;

use crate::common::faces::{FACES, refused};
use crate::common::process::in_child;
use crate::common::seccomp::deny_when;

/// madvise answers the errno for this address.
fn deny_at(address: u64, errno: i32) {
    deny_when(SYS_madvise, 0, SeccompCmpOp::Eq, address, errno);
}

pub(crate) fn is_the_first_address_that_is_aligned() {
    for face in FACES {
        in_child(|| {
            for size in [4096, 8192, 16384, 32768] {
                deny_at(size, EINVAL);
            }
            assert_eq!((face.page_size)(), Ok(65536));
        });
    }
}

pub(crate) fn another_answer_on_the_way_is_the_error() {
    for face in FACES {
        in_child(|| {
            deny_at(4096, EINVAL);
            deny_at(8192, EPERM);
            assert_eq!((face.page_size)(), refused(EPERM));
        });
    }
}
