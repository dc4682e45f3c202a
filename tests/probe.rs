//! `probe` says what the kernel grants, by nothing but questions.
#![cfg(target_os = "linux")]

use core::ptr::null_mut;
use std::collections::BTreeSet;

use libc::{EINVAL, ENOSYS, EPERM, SYS_mlock, SYS_mlock2, SYS_prlimit64, c_long};
use os_memlock::Resource::Memlock;
use os_memlock::{Support, raw};
use seccompiler::SeccompCmpOp;

use crate::common::case::cases;
use crate::common::faces::{FACES, Face};
use crate::common::kernel::{flags_at, kernel_mlock, locked_mappings, page_size, vm_lck_kib};
use crate::common::limits::{RESOURCES, get_rlimit, limit_locks_to, set_rlimit};
use crate::common::pages::Pages;
use crate::common::privileges::drop_privileges;
use crate::common::process::in_child;
use crate::common::seccomp::{deny, deny_when, kill, kill_all_but_reading};
use crate::common::system_call::SystemCall;
use crate::common::watch::{calls, watch_each};

cases![
    #[needs(Pages(1))]
    fn a_refused_call_takes_its_flag_away() {
        for (call, lost) in CALLS {
            let left = raw::supported() - lost;
            for errno in [ENOSYS, EPERM, EINVAL] {
                in_child(|| {
                    deny(call, errno);
                    assert_eq!(raw::probe(Support::all()), left, "{errno}");
                });
            }
        }
        // A filter on the length grants the first question, which is about no byte.
        for (call, lost) in &CALLS[..2] {
            in_child(|| {
                deny_when(*call, 1, SeccompCmpOp::Eq, 1, EPERM);
                assert_eq!(raw::probe(Support::all()), raw::supported() - *lost);
            });
        }
    },

    /// A 32-bit process goes by the limit, which it has to read.
    #[needs(Pages(1))]
    fn probe_makes_only_the_calls_it_is_asked_about() {
        let unknown = Support::from_bits_retain(1 << 31);
        for flag in Support::all().iter().chain([NONE, unknown]) {
            if cfg!(target_pointer_width = "32") && LOCKS.intersects(flag) {
                continue;
            }
            let allowed = CALLS.iter().filter(|(_, flags)| flags.intersects(flag));
            let mut made = BTreeSet::new();
            let check = |granted| u8::from(granted != flag & raw::supported());
            let note = |_, number, _| made.extend([number]);
            let ended = watch_each(|| {}, || raw::probe(flag), check, note);
            assert!(ended.success(), "{flag:?}");
            assert_eq!(made, allowed.map(|it| it.0).collect(), "{flag:?}");
        }
    },

    /// One page of limit is enough for the answer, used up or not. Once more is locked than
    /// it allows, the kernel refuses even a length of 0.
    #[needs(Pages(3))]
    fn the_locks_are_granted_where_the_limit_is_a_page() {
        let page = page_size() as u64;
        for in_use in [0, 1, 3] {
            for limit in [0, page - 1, page, 2 * page] {
                let lost = if limit < page { LOCKS } else { NONE };
                in_child(|| {
                    let _locked = locked(in_use, limit);
                    let kernel = kernel_mlock(null_mut(), 0);
                    assert_eq!(kernel.is_err(), limit == 0 || in_use * page > limit);
                    assert_eq!(raw::probe(Support::all()), raw::supported() - lost);
                });
                for [(_, lock), (other, _)] in [[CALLS[0], CALLS[1]], [CALLS[1], CALLS[0]]] {
                    in_child(|| {
                        let _locked = locked(in_use, limit);
                        kill(other);
                        assert_eq!(raw::probe(lock), lock - lost);
                    });
                }
            }
        }
    },

    #[needs(IpcLock)]
    fn a_limit_does_not_bind_the_privileged() {
        // A 32-bit process goes by the limit alone.
        let by_privilege = cfg!(target_pointer_width = "64");
        let granted = if by_privilege { LOCKS } else { NONE };
        for bytes in [0, 100] {
            in_child(|| {
                set_rlimit(Memlock, bytes, bytes);
                assert_eq!(raw::probe(LOCKS), granted, "{bytes} bytes");
            });
        }
    },

    /// There is a page of room or there is not, and nobody says which.
    #[needs(HardLimits(100))]
    fn a_limit_that_cannot_be_read_grants_no_lock() {
        limit_locks_to(100);
        deny(SYS_prlimit64, EPERM);
        assert_eq!(raw::probe(LOCKS), NONE);
    },

    /// Not even a limit that the kernel is sure to refuse: some kernels that take Linux
    /// system calls carry out what Linux refuses. As whoever runs the tests is, with all of
    /// the limit in use, and with more.
    #[needs(Pages(3))]
    fn nothing_is_asked_by_setting() {
        let page = page_size() as u64;
        for face in FACES {
            for limit in [None, Some((1, page)), Some((3, 2 * page))] {
                in_child(|| {
                    let locked = limit.map(|(in_use, bytes)| locked(in_use, bytes));
                    let pages = locked.unwrap_or_else(|| Pages::new(1));
                    let state = || {
                        let locked = (vm_lck_kib(), locked_mappings());
                        (locked, flags_at(pages.addr()), RESOURCES.map(get_rlimit))
                    };
                    let before = state();
                    let made = calls(|| ask(face));
                    assert!(made.contains(&SystemCall::GetDumpable));
                    let sets: Vec<_> = made.iter().filter(|it| it.sets()).collect();
                    assert!(sets.is_empty(), "{sets:?}");
                    kill_all_but_reading();
                    ask(face);
                    assert_eq!(state(), before);
                });
            }
        }
    }
];

const LOCKS: Support = Support::MLOCK.union(Support::MLOCK_ONFAULT);

const NONE: Support = Support::empty();

const ADVICES: Support = Support::DONTDUMP
    .union(Support::DODUMP)
    .union(Support::WIPEONFORK)
    .union(Support::KEEPONFORK)
    .union(Support::DONTFORK)
    .union(Support::DOFORK);

/// The system calls, and what is asked by each.
const CALLS: [(c_long, Support); 6] = [
    (SYS_mlock, Support::MLOCK),
    (SYS_mlock2, Support::MLOCK_ONFAULT),
    (libc::SYS_munlock, Support::MUNLOCK),
    (libc::SYS_madvise, ADVICES.union(Support::PAGE_SIZE)),
    (
        SYS_prlimit64,
        Support::LIMIT_MEMLOCK.union(Support::LIMIT_CORE),
    ),
    (libc::SYS_prctl, Support::DUMPABLE),
];

/// Makes a process that has locked so many pages, and may by now lock so many bytes.
fn locked(in_use: u64, limit: u64) -> Pages {
    drop_privileges();
    let enough = limit.max(in_use * page_size() as u64);
    set_rlimit(Memlock, enough, enough);
    let pages = Pages::new(3);
    for page in 0..in_use as usize {
        kernel_mlock(pages.ptr(page), 1).unwrap();
    }
    set_rlimit(Memlock, limit, enough);
    pages
}

/// Everything that only asks.
fn ask(face: &Face) {
    assert_eq!((face.probe)(Support::all()), (face.supported)());
    for resource in RESOURCES {
        (face.limit)(resource).unwrap();
    }
    assert_eq!((face.process_dumpable)(), Ok(true));
    assert_eq!((face.page_size)(), Ok(page_size()));
}
