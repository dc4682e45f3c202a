//! Rule 13: a limit is the kernel's answer or an error; and the order of its values.

use crate::backend::fake::{Fake, SystemCall, script};
use crate::error::Error;
use crate::limits::{Limit, Resource};
use crate::rules::{set_limit, set_soft_limit};

/// Any system with both limits.
type MacOs = Fake<4>;
const EINVAL: Error = Error::from_raw_os_error(22);

fn process(limit: Limit) {
    script(|script| {
        script.answers.clear();
        script.log.clear();
        script.core = Some(limit);
    });
}

fn calls() -> std::vec::Vec<SystemCall> {
    script(|script| core::mem::take(&mut script.log))
}

#[test]
fn a_soft_limit_above_the_hard_one_is_einval_and_nothing_is_set() {
    for soft in [Some(1001), None] {
        let before = Limit::new(Some(7), Some(1000));
        process(before);
        let answer = set_soft_limit::<MacOs>(Resource::Core, soft);
        assert_eq!(answer, Err(EINVAL));
        assert_eq!(calls(), [SystemCall::Getrlimit(Resource::Core)]);
        let limit = Limit { soft, ..before };
        assert_eq!(set_limit::<MacOs>(Resource::Core, limit), Err(EINVAL));
        assert_eq!(calls(), []);
    }
}

#[test]
fn set_limit_sets_both_values_and_reads_nothing() {
    for limit in [
        Limit::new(Some(0), Some(0)),
        Limit::new(Some(5), None),
        Limit::new(None, None),
    ] {
        process(Limit::new(None, None));
        assert_eq!(set_limit::<MacOs>(Resource::Core, limit), Ok(()));
        assert_eq!(calls(), [SystemCall::Setrlimit(Resource::Core, limit)]);
    }
}

#[test]
fn set_soft_limit_keeps_the_hard_one_and_returns_what_it_read() {
    let before = Limit::new(Some(7), Some(1000));
    process(before);
    let answer = set_soft_limit::<MacOs>(Resource::Core, Some(1000));
    assert_eq!(answer, Ok(before));
    let now = script(|script| script.core);
    assert_eq!(now, Some(Limit::new(Some(1000), Some(1000))));
}

/// The last row is a target without limits: no such call comes before EINVAL.
#[test]
fn a_system_without_the_limit_says_so_whatever_the_values() {
    let (above, below) = (Limit::new(None, Some(1)), Limit::new(Some(0), Some(1)));
    for limit in [above, below] {
        let answer = set_limit::<Fake<15>>(Resource::Memlock, limit);
        assert_eq!(answer, Err(Error::UNSUPPORTED));
    }
    let answer = set_soft_limit::<Fake<15>>(Resource::Memlock, None);
    assert_eq!(answer, Err(Error::UNSUPPORTED));
    assert_eq!(calls(), []);
}

#[cfg(target_os = "linux")]
mod linux {
    use rustix::process;

    use super::{EINVAL, Error, Limit};
    use crate::backend::linux::prlimit::{
        Prlimit64, Rlimit64, UNWRITTEN, c_library, limit_from, read_by,
    };

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
        unsafe fn silent(_: usize, _: *mut Rlimit64) -> isize {
            0
        }
        unsafe fn refused(_: usize, _: *mut Rlimit64) -> isize {
            -22
        }
        let core = process::Resource::Core;
        assert_eq!(read_by(silent, core), Err(Error::ZERO));
        assert_eq!(read_by(refused, core), Err(EINVAL));
    }

    /// The way of the assembly, where there is one, and that of the C library.
    #[test]
    fn rule_13_both_ways_to_read_agree_with_libc() {
        const WAYS: [Prlimit64; 2] = [
            crate::backend::linux::prlimit::prlimit64,
            c_library::prlimit64_by_c,
        ];
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
}
