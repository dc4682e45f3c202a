//! Rule 13: a limit is the kernel's answer or an error.

use rustix::process;

use super::super::prlimit::{Prlimit64, UNWRITTEN, c_library, limit_from, prlimit64, read_by};
use crate::backend::rustix_common::EINVAL;
use crate::error::Error;
use crate::limits::Limit;

const RESOURCES: [(process::Resource, libc::c_int); 2] = [
    (
        process::Resource::Memlock,
        libc::RLIMIT_MEMLOCK as libc::c_int,
    ),
    (process::Resource::Core, libc::RLIMIT_CORE as libc::c_int),
];

#[test]
fn rule_13_only_a_success_that_wrote_is_believed() {
    let zero = Err(Error::ZERO);
    assert_eq!(limit_from(0, UNWRITTEN), zero);
    assert_eq!(limit_from(0, [1, 1]), Ok(Limit::new(Some(1), Some(1))));
    assert_eq!(limit_from(0, [0, 0]), Ok(Limit::new(Some(0), Some(0))));
    assert_eq!(limit_from(0, [5, u64::MAX]), Ok(Limit::new(Some(5), None)));
    for errno in 1..=4095 {
        let error = Error::from_raw_os_error(errno as i32);
        assert_eq!(limit_from(-errno, [0, 0]), Err(error));
    }
    for nonsense in [1, 4096, isize::MAX, isize::MIN, -4096] {
        assert_eq!(limit_from(nonsense, [0, 0]), zero, "{nonsense}");
    }
}

#[test]
fn rule_13_a_call_that_writes_nothing_or_fails_gives_no_limit() {
    unsafe fn silent(_: usize, _: *mut [u64; 2]) -> isize {
        0
    }
    unsafe fn refused(_: usize, _: *mut [u64; 2]) -> isize {
        -22
    }
    let core = process::Resource::Core;
    assert_eq!(read_by(silent, core), Err(Error::ZERO));
    assert_eq!(read_by(refused, core), Err(EINVAL));
}

/// The way of the assembly, where there is one, and that of the C library.
#[test]
fn rule_13_both_ways_to_read_agree_with_libc() {
    const WAYS: [Prlimit64; 2] = [prlimit64, c_library::prlimit64_by_c];
    for way in WAYS {
        for (resource, number) in RESOURCES {
            let mut limit = libc::rlimit64 {
                rlim_cur: 0,
                rlim_max: 0,
            };
            // SAFETY: the pointer is to a limit of this frame.
            let answer = unsafe { libc::getrlimit64(number as _, &raw mut limit) };
            assert_eq!(answer, 0);
            let read = read_by(way, resource);
            assert_eq!(read, limit_from(0, [limit.rlim_cur, limit.rlim_max]));
        }
        let mut old = UNWRITTEN;
        // SAFETY: the pointer is to two words of this frame.
        let answer = unsafe { way(99, &raw mut old) };
        assert_eq!((answer, old), (-22, UNWRITTEN));
    }
}
