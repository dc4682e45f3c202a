//! The system calls by which a limit is read and set, and what comes of their answers.
#![cfg(target_os = "linux")]

use libc::{EINVAL, ENOSYS, EPERM, SYS_prlimit64};
use os_memlock::{Limit, Support};
use seccompiler::SeccompCmpOp::{self, Eq, Ne};

use crate::common::case::cases;
use crate::common::faces::{Answer, FACES, Refusal, refused};
use crate::common::limits::{RESOURCES, limit_by_proc, number, set_rlimit};
use crate::common::process::each_face_in_child;
use crate::common::seccomp::deny_when;
use crate::common::system_call::SystemCall;
use crate::common::watch::calls;

const SOFT: u64 = 8192;
const HARD: u64 = 12288;

const BEFORE: Limit = limit(SOFT, HARD);

const fn limit(soft: u64, hard: u64) -> Limit {
    Limit::new(Some(soft), Some(hard))
}

cases![
    #[needs(HardLimits(12288))]
    fn a_limit_is_read_by_one_call_and_written_by_another() {
        for (face, resource) in FACES.iter().flat_map(|face| RESOURCES.map(|it| (face, it))) {
            let number = number(resource) as usize;
            set_rlimit(resource, SOFT, HARD);
            let read = SystemCall::ReadLimit(0, number, true);
            let write = |soft, hard| SystemCall::WriteLimit(0, number, false, [soft, hard]);

            assert_eq!(
                calls(|| assert_eq!((face.limit)(resource), Ok(BEFORE))),
                [read]
            );
            let set_soft =
                |soft, answer| calls(|| assert_eq!((face.set_soft_limit)(resource, soft), answer));
            for soft in [0, SOFT, HARD] {
                assert_eq!(set_soft(Some(soft), Ok(BEFORE)), [read, write(soft, HARD)]);
            }
            assert_eq!(set_soft(Some(HARD + 1), refused(EINVAL)), [read]);
            assert_eq!(set_soft(None, refused(EINVAL)), [read]);

            let set = |soft, hard, answer| {
                calls(|| assert_eq!((face.set_limit)(resource, limit(soft, hard)), answer))
            };
            for [soft, hard] in [[SOFT, HARD], [1, 2], [0, 0]] {
                assert_eq!(set(soft, hard, Ok(())), [write(soft, hard)]);
            }
            assert_eq!(set(2, 1, refused(EINVAL)), []);
        }
    },

    /// Nothing is made up where reading is refused, or is said to have succeeded and wrote
    /// no limit (the code 0); and reading never sets, so that it works where setting is
    /// refused, or is only said to have been done.
    #[needs(HardLimits(12288))]
    fn a_filter_on_reading_or_on_setting_answers_for_that_alone() {
        for errno in [ENOSYS, EPERM, EINVAL, 0] {
            let unsupported = errno == ENOSYS;
            let refusal = Refusal {
                code: Some(errno),
                unsupported,
            };
            check(Eq, errno, Err(refusal), Ok(()), limit(1, HARD));
            let set = if errno == 0 { Ok(()) } else { Err(refusal) };
            check(Ne, errno, Ok(BEFORE), set, BEFORE);
        }
    }
];

/// Sets where a filter answers to prlimit64 with a new limit that is null, or that is not.
fn check(op: SeccompCmpOp, errno: i32, read: Answer<Limit>, set: Answer<()>, after: Limit) {
    const LIMITS: Support = Support::LIMIT_MEMLOCK.union(Support::LIMIT_CORE);
    for resource in RESOURCES {
        each_face_in_child(|face| {
            set_rlimit(resource, SOFT, HARD);
            deny_when(SYS_prlimit64, 2, op.clone(), 0, errno);
            assert_eq!((face.limit)(resource), read);
            for soft in [0, 1, HARD] {
                let was = read.and_then(|was| set.map(|()| was));
                assert_eq!((face.set_soft_limit)(resource, Some(soft)), was);
            }
            assert_eq!(limit_by_proc(resource), BEFORE);
            let granted = if read.is_ok() {
                LIMITS
            } else {
                Support::empty()
            };
            assert_eq!((face.probe)(LIMITS), granted);
            assert_eq!((face.set_limit)(resource, limit(1, HARD)), set);
            assert_eq!(limit_by_proc(resource), after);
        });
    }
}
