//! Reading and setting a limit where a filter answers.
#![cfg(target_os = "linux")]

use libc::{EINVAL, ENOSYS, EPERM, SYS_prlimit64};
use os_memlock::{Limit, Resource, Support};
use seccompiler::SeccompCmpOp::{Eq, Ne};

use crate::common::case::cases;
use crate::common::faces::{Answer, FACES, Face, refused, unsupported};
use crate::common::kernel::page_size;
use crate::common::limits::{RESOURCES, limit_by_proc, number, set_rlimit};
use crate::common::pages::Pages;
use crate::common::process::each_face_in_child;
use crate::common::seccomp::{deny, deny_when};
use crate::common::system_call::{SYS_GETRLIMIT, SystemCall};
use crate::common::watch::watch;

const SOFT: u64 = 8192;
const HARD: u64 = 12288;

/// What a refusal is to the caller of a function that only hands it on.
const REFUSALS: [(i32, Answer<()>); 3] = [
    (ENOSYS, unsupported(Some(ENOSYS))),
    (EPERM, refused(EPERM)),
    (EINVAL, refused(EINVAL)),
];

fn limit(soft: u64, hard: u64) -> Limit {
    Limit::new(Some(soft), Some(hard))
}

/// Runs the body for each face and resource, in a child with known limits and under
/// the filter.
fn under(filter: impl Fn(), body: impl Fn(&Face, Resource)) {
    for resource in RESOURCES {
        each_face_in_child(|face| {
            set_rlimit(resource, SOFT, HARD);
            filter();
            body(face, resource);
        });
    }
}

/// The calls that the body makes.
fn calls(body: impl Fn()) -> Vec<SystemCall> {
    let watched = watch(|| {}, body, |()| 0);
    assert!(watched.ended.success(), "see the child's panic above");
    watched.calls
}

cases![
    #[needs(HardLimits(12288))]
    fn a_limit_is_read_by_one_call_and_written_by_another() {
        for face in FACES {
            for resource in RESOURCES {
                let number = number(resource) as usize;
                set_rlimit(resource, SOFT, HARD);
                let read = SystemCall::read_limit(number);
                let write = |soft, hard| SystemCall::write_limit(number, soft, hard);

                let reads = calls(|| assert_eq!((face.limit)(resource), Ok(limit(SOFT, HARD))));
                assert_eq!(reads, [read]);

                for soft in [0, SOFT, HARD] {
                    let sets = calls(|| {
                        let was = (face.set_soft_limit)(resource, Some(soft));
                        assert_eq!(was, Ok(limit(SOFT, HARD)));
                    });
                    assert_eq!(sets, [read, write(soft, HARD)]);
                }
                for soft in [Some(HARD + 1), None] {
                    let sets = calls(|| {
                        assert_eq!((face.set_soft_limit)(resource, soft), refused(EINVAL));
                    });
                    assert_eq!(sets, [read], "above the hard limit");
                }

                for [soft, hard] in [[SOFT, HARD], [1, 2], [0, 0]] {
                    let sets = calls(|| {
                        assert_eq!((face.set_limit)(resource, limit(soft, hard)), Ok(()));
                    });
                    assert_eq!(sets, [write(soft, hard)]);
                }
                let sets = calls(|| {
                    assert_eq!((face.set_limit)(resource, limit(2, 1)), refused(EINVAL));
                });
                assert_eq!(sets, [], "soft above hard");
            }
        }
    },

    /// A read that is refused is the error of both functions that read.
    #[needs(HardLimits(12288))]
    fn a_limit_that_can_only_be_set_is_an_error_and_stays() {
        for (errno, expected) in REFUSALS {
            let only_sets = || deny_when(SYS_prlimit64, 2, Eq, 0, errno);
            under(only_sets, |face, resource| {
                assert_eq!((face.limit)(resource).map(drop), expected);
                for soft in [Some(0), Some(HARD), None] {
                    let set = (face.set_soft_limit)(resource, soft);
                    assert_eq!(set.map(drop), expected);
                    assert_eq!(limit_by_proc(resource), limit(SOFT, HARD));
                }
                let flags = Support::LIMIT_MEMLOCK | Support::LIMIT_CORE;
                assert_eq!((face.probe)(flags), Support::empty());

                // What needs no reading is done.
                assert_eq!((face.set_limit)(resource, limit(1, HARD)), Ok(()));
                assert_eq!(limit_by_proc(resource), limit(1, HARD));
            });
        }
    },

    /// A success that wrote nothing has the code 0: there is no limit to tell of.
    #[needs(HardLimits(12288))]
    fn a_limit_that_was_not_written_is_an_error() {
        let says_it_has_read = || deny_when(SYS_prlimit64, 2, Eq, 0, 0);
        under(says_it_has_read, |face, resource| {
            assert_eq!((face.limit)(resource), refused(0));
            for soft in [Some(0), Some(1), Some(HARD), None] {
                assert_eq!((face.set_soft_limit)(resource, soft), refused(0));
                assert_eq!(limit_by_proc(resource), limit(SOFT, HARD));
            }
            let flags = Support::LIMIT_MEMLOCK | Support::LIMIT_CORE;
            assert_eq!((face.probe)(flags), Support::empty());
        });
    },

    /// The limit before is what was read, whatever is said of the setting.
    #[needs(HardLimits(12288))]
    fn a_limit_that_is_only_said_to_be_set_is_returned_as_read() {
        let says_it_has_set = || deny_when(SYS_prlimit64, 2, Ne, 0, 0);
        under(says_it_has_set, |face, resource| {
            for soft in [0, 1, HARD] {
                let was = (face.set_soft_limit)(resource, Some(soft));
                assert_eq!(was, Ok(limit(SOFT, HARD)));
                assert_eq!(limit_by_proc(resource), limit(SOFT, HARD));
            }
            assert_eq!((face.set_limit)(resource, limit(0, 0)), Ok(()));
            assert_eq!((face.limit)(resource), Ok(limit(SOFT, HARD)));
        });
    },

    /// Neither the call that the crate reads by, nor the older one.
    #[needs(Pages(1), HardLimits(12288))]
    fn where_nothing_reads_nothing_is_made_up() {
        for (errno, expected) in REFUSALS {
            let nothing_reads = || {
                deny(SYS_prlimit64, errno);
                deny(SYS_GETRLIMIT, errno);
            };
            under(nothing_reads, |face, resource| {
                assert_eq!((face.limit)(resource).map(drop), expected);
                let set = (face.set_soft_limit)(resource, Some(0));
                assert_eq!(set.map(drop), expected);
                assert_eq!((face.set_limit)(resource, limit(0, 0)), expected);
                assert_eq!(limit_by_proc(resource), limit(SOFT, HARD));

                // A lock is granted without reading as long as the limit has room.
                let lost = Support::LIMIT_MEMLOCK | Support::LIMIT_CORE;
                let left = (face.supported)() - lost;
                assert_eq!((face.probe)(Support::all()), left);

                let page = Pages::new(1);
                for (name, _, call) in face.own_range_calls() {
                    assert_eq!(call(page.addr(), page.len()), Ok(()), "{name}");
                }
                assert_eq!((face.page_size)(), Ok(page_size()));
                assert_eq!((face.process_dumpable)(), Ok(true));
                assert_eq!((face.set_process_dumpable)(true), Ok(()));
                let disabled = (face.disable_core_dumps_for_process)();
                assert_eq!(disabled, unsupported(None));
                let guard = (face.disable_core_dumps_with_guard)();
                assert_eq!(guard.map(drop), unsupported(None));
            });
        }
    }
];
