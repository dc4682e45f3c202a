//! How a limit is read by a system call.

use rustix::process;

use super::super::limit::read_by;
use super::super::system_call::{Argument, SystemCall, c_library, failure, system_call};
use crate::backend::rustix_common::EINVAL;
use crate::error::{Error, Result};
use crate::limits::Limit;

const CORE: process::Resource = process::Resource::Core;

#[test]
fn a_failure_is_an_errno_or_no_answer_of_the_kernel() {
    for errno in 1..=4095 {
        assert_eq!(failure(-errno), Error::from_raw_os_error(errno as i32));
    }
    for nonsense in [0, 1, 4096, isize::MAX, isize::MIN, -4096] {
        assert_eq!(failure(nonsense), Error::ZERO, "{nonsense}");
    }
}

/// Pretends that the kernel has written some of the two words.
macro_rules! writing {
    ($($word:literal: $value:expr),*) => {{
        unsafe fn call(_: usize, _: Argument, _: Argument, _: Argument, old: Argument) -> Result<()> {
            // SAFETY: `read_by` passes a pointer.
            let old = unsafe { old.assume_init() }.cast::<u64>();
            $(
                // SAFETY: `old` is a place for two words.
                unsafe { old.add($word).write($value) };
            )*
            let _ = old;
            Ok(())
        }
        // SAFETY: the call writes to that place alone.
        unsafe { read_by(call, CORE) }
    }};
}

#[test]
fn only_an_answer_that_was_written_as_a_whole_is_believed() {
    assert_eq!(writing!(), Err(Error::ZERO));
    assert_eq!(writing!(0: 5), Err(Error::ZERO), "the soft word alone");
    assert_eq!(writing!(1: 5), Err(Error::ZERO), "the hard word alone");
    assert_eq!(writing!(0: u64::MAX), Err(Error::ZERO));
    assert_eq!(writing!(0: 6, 1: 5), Err(Error::ZERO), "soft above hard");
    assert_eq!(writing!(0: 5, 1: 5), Ok(Limit::new(Some(5), Some(5))));
    assert_eq!(writing!(0: 0, 1: 0), Ok(Limit::new(Some(0), Some(0))));
    assert_eq!(writing!(0: 5, 1: u64::MAX), Ok(Limit::new(Some(5), None)));
    let most = Some(u64::MAX - 1);
    assert_eq!(
        writing!(0: u64::MAX - 1, 1: u64::MAX - 1),
        Ok(Limit::new(most, most)),
        "a limit, if a large one"
    );
}

#[test]
fn a_refusal_is_the_error_of_reading() {
    unsafe fn refused(_: usize, _: Argument, _: Argument, _: Argument, _: Argument) -> Result<()> {
        Err(EINVAL)
    }
    // SAFETY: the call does nothing.
    assert_eq!(unsafe { read_by(refused, CORE) }, Err(EINVAL));
}

/// The way of the assembly, where there is one, and that of the C library.
#[test]
fn both_ways_to_make_the_call_agree_with_libc() {
    const WAYS: [SystemCall; 2] = [system_call, c_library::system_call];
    let resources = [
        (process::Resource::Memlock, libc::RLIMIT_MEMLOCK),
        (CORE, libc::RLIMIT_CORE),
    ];
    for way in WAYS {
        for (resource, number) in resources {
            let mut limit = libc::rlimit64 {
                rlim_cur: 0,
                rlim_max: 0,
            };
            // SAFETY: the pointer is to a limit of this frame.
            let answer = unsafe { libc::getrlimit64(number as _, &raw mut limit) };
            assert_eq!(answer, 0);
            let number = |value| (value != u64::MAX).then_some(value);
            let expected = Limit::new(number(limit.rlim_cur), number(limit.rlim_max));
            // SAFETY: it makes the very call.
            assert_eq!(unsafe { read_by(way, resource) }, Ok(expected));
        }
        let none = Argument::new(core::ptr::null_mut());
        let unaligned = Argument::new(core::ptr::without_provenance_mut(1));
        // SAFETY: no memory is advised; the length is 0.
        let answer = unsafe { way(libc::SYS_madvise as usize, unaligned, none, none, none) };
        assert_eq!(answer, Err(EINVAL));
        // SAFETY: the call only answers, with a number above 0.
        let answer = unsafe { way(libc::SYS_getpid as usize, none, none, none, none) };
        assert_eq!(answer, Err(Error::ZERO));
    }
}
