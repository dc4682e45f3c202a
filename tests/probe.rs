//! `probe` says what the kernel does, and changes nothing.
#![cfg(target_os = "linux")]

use std::os::unix::process::ExitStatusExt as _;

use libc::{EINVAL, ENOSYS, EPERM, SYS_mlock, SYS_mlock2, SYS_prlimit64, c_long};
use os_memlock::{Resource, Support, raw};
use seccompiler::SeccompCmpOp;

use crate::common::case::cases;
use crate::common::faces::FACES;
use crate::common::kernel::{flags_at, locked_mappings, page_size, vm_lck_kib};
use crate::common::limits::{RESOURCES, get_rlimit, limit_locks_to, set_rlimit};
use crate::common::pages::Pages;
use crate::common::process::{fork_and, in_child};
use crate::common::seccomp;

cases![
    #[needs(Pages(1))]
    fn probe_agrees_with_each_call() {
        for face in FACES {
            let granted = (face.probe)(Support::all());
            assert_eq!(granted, works());
            assert_eq!(
                granted,
                (face.supported)(),
                "every Linux since 4.14 has them all"
            );
        }
    },

    #[needs(Pages(1))]
    fn probe_answers_within_what_is_asked() {
        for face in FACES {
            for ask in Support::all()
                .iter()
                .chain([Support::empty(), LOCKS | LIMITS])
            {
                assert_eq!((face.probe)(ask), ask & (face.supported)());
            }
            let later = Support::from_bits_retain(1 << 31);
            assert_eq!((face.probe)(later), Support::empty());
        }
    },

    /// A filter on the length grants the first question, which is about no byte.
    #[needs(Pages(1))]
    fn a_lock_refused_for_one_byte_takes_its_flag_away() {
        for (call, lost) in [
            (SYS_mlock, Support::MLOCK),
            (SYS_mlock2, Support::MLOCK_ONFAULT),
        ] {
            in_child(|| {
                seccomp::deny_when(call, 1, SeccompCmpOp::Eq, 1, EPERM);
                assert_eq!(raw::probe(Support::all()), raw::supported() - lost);
            });
        }
    },

    #[needs(Pages(1))]
    fn a_refused_call_takes_its_flag_away() {
        let calls: [(c_long, Support); 6] = [
            (SYS_mlock, Support::MLOCK),
            (SYS_mlock2, Support::MLOCK_ONFAULT),
            (libc::SYS_munlock, Support::MUNLOCK),
            (libc::SYS_madvise, ADVICES | Support::PAGE_SIZE),
            (SYS_prlimit64, LIMITS),
            (libc::SYS_prctl, Support::DUMPABLE),
        ];
        for (call, lost) in calls {
            for errno in [ENOSYS, EPERM, EINVAL] {
                in_child(|| {
                    seccomp::deny(call, errno);
                    let granted = raw::probe(Support::all());
                    assert_eq!(granted, raw::supported() - lost, "errno {errno}");
                    assert_eq!(granted, works(), "errno {errno}");
                });
            }
        }
    },

    #[needs(Pages(1))]
    fn a_limit_below_one_page_takes_the_locks_away() {
        let page = page_size() as u64;
        for (bytes, room) in [(0, false), (100, false), (page - 1, false), (page, true)] {
            in_child(|| {
                limit_locks_to(bytes);
                let granted = raw::probe(Support::all());
                let lost = if room { Support::empty() } else { LOCKS };
                assert_eq!(granted, raw::supported() - lost, "{bytes} bytes");
                assert_eq!(granted, works(), "{bytes} bytes");
            });
        }
    },

    #[needs(IpcLock)]
    fn a_limit_does_not_bind_the_privileged() {
        for bytes in [0, 100] {
            in_child(|| {
                set_rlimit(Resource::Memlock, bytes, bytes);
                assert_eq!(raw::probe(LOCKS), privileged(LOCKS), "{bytes} bytes");
                assert_eq!(works() & LOCKS, LOCKS, "{bytes} bytes");
            });
        }
    },

    /// A limit that is in use grants as much as one that is not: what was locked can
    /// be unlocked.
    #[needs(Pages(1))]
    fn a_limit_in_use_takes_nothing_away() {
        limit_locks_to(page_size() as u64);
        let pages = Pages::new(2);
        // SAFETY: the pages are mapped, and locking changes no byte.
        unsafe { raw::mlock(pages.addr(), page_size()) }.unwrap();
        // SAFETY: as above.
        let more = unsafe { raw::mlock(pages.ptr(1), page_size()) }.unwrap_err();
        assert_eq!(more.raw_os_error(), Some(libc::ENOMEM), "it is all in use");
        assert_eq!(raw::probe(LOCKS), LOCKS);
        for (lock, others) in EACH {
            in_child(|| {
                seccomp::kill(others);
                assert_eq!(raw::probe(lock), lock);
            });
        }
    },

    /// The privilege lifts the limit for the lock that the filter leaves alone.
    #[needs(IpcLock)]
    fn a_refused_lock_says_nothing_of_the_other() {
        for (lock, others) in EACH {
            in_child(|| {
                set_rlimit(Resource::Memlock, 100, 100);
                seccomp::deny(others, EPERM);
                assert_eq!(raw::probe(LOCKS), privileged(lock));
            });
        }
    },

    /// There is a page of room or there is not, and nobody says which.
    #[needs(HardLimits(100))]
    fn a_limit_that_cannot_be_read_grants_no_lock() {
        limit_locks_to(100);
        seccomp::deny(SYS_prlimit64, EPERM);
        assert_eq!(raw::probe(LOCKS), Support::empty());
    },

    /// Every other call would be the process's end.
    #[needs(Pages(1))]
    fn probe_makes_only_the_calls_it_is_asked_about() {
        let all = [
            SYS_mlock,
            SYS_mlock2,
            libc::SYS_munlock,
            libc::SYS_madvise,
            SYS_prlimit64,
            libc::SYS_prctl,
        ];
        let asked = [
            (Support::empty(), None),
            (Support::DISABLE_CORE_DUMPS, None),
            (Support::MLOCK, Some(SYS_mlock)),
            (Support::MLOCK_ONFAULT, Some(SYS_mlock2)),
            (Support::MUNLOCK, Some(libc::SYS_munlock)),
            (ADVICES | Support::PAGE_SIZE, Some(libc::SYS_madvise)),
            (LIMITS, Some(SYS_prlimit64)),
            (Support::DUMPABLE, Some(libc::SYS_prctl)),
        ];
        // A 32-bit process goes by the limit, which it has to read.
        let goes_by_the_limit = |ask| cfg!(target_pointer_width = "32") && LOCKS.intersects(ask);
        for (ask, allowed) in asked.into_iter().filter(|it| !goes_by_the_limit(it.0)) {
            in_child(|| {
                // The filter is installed by prctl, which is therefore denied last.
                for call in all.into_iter().filter(|&call| Some(call) != allowed) {
                    seccomp::kill(call);
                }
                assert_eq!(raw::probe(ask), ask & raw::supported());
                let others = fork_and(|| u8::from(raw::probe(Support::all()).is_empty()));
                let killed = others.signal() == Some(libc::SIGSYS);
                assert!(killed, "the filter overlooks a call");
            });
        }
    },

    #[needs(Pages(1))]
    fn probe_changes_nothing() {
        let page = Pages::new(1);
        let state = || {
            let locked = (vm_lck_kib(), locked_mappings());
            let limits = RESOURCES.map(get_rlimit);
            let dumpable = raw::process_dumpable().unwrap();
            (locked, flags_at(page.addr()), limits, dumpable)
        };
        let before = state();
        for face in FACES {
            (face.probe)(Support::all());
            assert_eq!(state(), before);
        }
        limit_locks_to(100);
        let before = state();
        for face in FACES {
            (face.probe)(Support::all());
            assert_eq!(state(), before, "at a limit that binds");
        }
    }
];

const LOCKS: Support = Support::MLOCK.union(Support::MLOCK_ONFAULT);

const ADVICES: Support = Support::DONTDUMP
    .union(Support::DODUMP)
    .union(Support::WIPEONFORK)
    .union(Support::KEEPONFORK)
    .union(Support::DONTFORK)
    .union(Support::DOFORK);

const LIMITS: Support = Support::LIMIT_MEMLOCK.union(Support::LIMIT_CORE);

/// What really works, found by doing it.
fn works() -> Support {
    let face = &FACES[0];
    let page = Pages::new(1);
    let mut works = Support::empty();
    for (_, flag, call) in face.own_range_calls() {
        works.set(flag, call(page.addr(), page.len()).is_ok());
    }
    for (flag, found) in [
        (
            Support::LIMIT_MEMLOCK,
            (face.limit)(Resource::Memlock).is_ok(),
        ),
        (Support::LIMIT_CORE, (face.limit)(Resource::Core).is_ok()),
        (Support::DUMPABLE, (face.process_dumpable)().is_ok()),
        (Support::PAGE_SIZE, (face.page_size)().is_ok()),
        (
            Support::DISABLE_CORE_DUMPS,
            (face.disable_core_dumps_for_process)().is_ok(),
        ),
    ] {
        works.set(flag, found);
    }
    works
}

/// Both locks, each with the system call of the other one.
const EACH: [(Support, libc::c_long); 2] = [
    (Support::MLOCK, SYS_mlock2),
    (Support::MLOCK_ONFAULT, SYS_mlock),
];

/// What is granted to the privileged at a limit below a page: a 32-bit process
/// goes by the limit alone.
fn privileged(locks: Support) -> Support {
    if cfg!(target_pointer_width = "64") {
        locks
    } else {
        Support::empty()
    }
}
