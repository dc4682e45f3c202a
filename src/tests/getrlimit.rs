//! How a limit is read through the C library, on the systems that do so and on Linux.
#![cfg(all(unix, not(any(miri, target_os = "haiku"))))]

use core::ffi::c_int;

use rustix::process::Resource;

use crate::backend::getrlimit::{Getrlimit, Limits, Name, read, read_by};
use crate::error::Error;
use crate::limits::Limit;

#[test]
fn a_failure_is_the_error_and_what_stands_in_memory_is_no_limit() {
    extern "C" fn refused(_: Name, limits: &mut Limits) -> c_int {
        *limits = [5, 7];
        // SAFETY: no such file descriptor exists; errno is EBADF.
        unsafe { libc::close(-1) }
    }
    let errno = Error::from_raw_os_error(libc::EBADF);
    assert_eq!(read_by(refused, Resource::Core), Err(errno));
}

#[test]
fn only_an_answer_that_was_written_as_a_whole_is_believed() {
    extern "C" fn nothing(_: Name, _: &mut Limits) -> c_int {
        0
    }
    extern "C" fn the_soft_word(_: Name, limits: &mut Limits) -> c_int {
        limits[0] = 0;
        0
    }
    extern "C" fn soft_above_hard(_: Name, limits: &mut Limits) -> c_int {
        *limits = [7, 5];
        0
    }
    for call in [nothing as Getrlimit, the_soft_word, soft_above_hard] {
        assert_eq!(read_by(call, Resource::Core), Err(Error::ZERO));
    }
}

#[test]
#[allow(clippy::unnecessary_cast, reason = "not on every system")]
fn the_limit_is_the_one_that_libc_reads() {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the pointer is to a limit of this frame.
    let answer = unsafe { libc::getrlimit(libc::RLIMIT_CORE, &raw mut limit) };
    assert_eq!(answer, 0);
    let number = |value| (value != libc::RLIM_INFINITY).then_some(value as u64);
    let expected = Limit::new(number(limit.rlim_cur), number(limit.rlim_max));
    assert_eq!(read(Resource::Core), Ok(expected));
}
