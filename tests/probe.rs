//! `probe` says what the kernel does, and changes nothing.

#[macro_use]
mod common;

#[cfg(target_os = "linux")]
#[path = "probe/locks.rs"]
mod locks;

#[cfg(target_os = "linux")]
mod linux {
    use libc::{EINVAL, ENOSYS, EPERM, c_long};
    use os_memlock::{Resource, Support, raw};

    use crate::common::faces::FACES;
    use crate::common::harness::{Case, Need};
    use crate::common::kernel::{flags_at, mappings, page_size, vm_lck_kib};
    use crate::common::pages::Pages;
    use crate::common::process::{
        Ended, fork_and, get_rlimit, in_child, limit_locks_to, set_rlimit,
    };
    use crate::common::seccomp;
    use crate::locks;

    pub(super) const CASES: &[Case] = &[
        Case {
            name: "probe_agrees_with_each_call",
            needs: Need::Pages(1),
            body: probe_agrees_with_each_call,
        },
        Case {
            name: "probe_answers_within_what_is_asked",
            needs: Need::Pages(1),
            body: probe_answers_within_what_is_asked,
        },
        Case {
            name: "a_refused_call_takes_its_flag_away",
            needs: Need::Pages(1),
            body: a_refused_call_takes_its_flag_away,
        },
        Case {
            name: "a_limit_below_one_page_takes_the_locks_away",
            needs: Need::Pages(1),
            body: a_limit_below_one_page_takes_the_locks_away,
        },
        Case {
            name: "a_limit_does_not_bind_the_privileged",
            needs: Need::IpcLock,
            body: a_limit_does_not_bind_the_privileged,
        },
        Case {
            name: "a_limit_in_use_takes_nothing_away",
            needs: Need::Pages(1),
            body: locks::a_limit_in_use_takes_nothing_away,
        },
        Case {
            name: "a_refused_lock_says_nothing_of_the_other",
            needs: Need::IpcLock,
            body: locks::a_refused_lock_says_nothing_of_the_other,
        },
        Case {
            name: "a_limit_that_cannot_be_read_grants_no_lock",
            needs: Need::Nothing,
            body: locks::a_limit_that_cannot_be_read_grants_no_lock,
        },
        Case {
            name: "probe_makes_only_the_calls_it_is_asked_about",
            needs: Need::Pages(1),
            body: probe_makes_only_the_calls_it_is_asked_about,
        },
        Case {
            name: "probe_changes_nothing",
            needs: Need::Pages(1),
            body: probe_changes_nothing,
        },
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
        for (_, flag, call) in face.range_calls() {
            works.set(flag, call(page.addr(), page.len()).is_ok());
        }
        works.set(
            Support::LIMIT_MEMLOCK,
            (face.limit)(Resource::Memlock).is_ok(),
        );
        works.set(Support::LIMIT_CORE, (face.limit)(Resource::Core).is_ok());
        works.set(Support::DUMPABLE, (face.process_dumpable)().is_ok());
        works.set(Support::PAGE_SIZE, (face.page_size)().is_ok());
        works.set(
            Support::DISABLE_CORE_DUMPS,
            (face.disable_core_dumps_for_process)().is_ok(),
        );
        works
    }

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
    }

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
    }

    fn a_refused_call_takes_its_flag_away() {
        let calls: [(c_long, Support); 6] = [
            (libc::SYS_mlock, Support::MLOCK),
            (libc::SYS_mlock2, Support::MLOCK_ONFAULT),
            (libc::SYS_munlock, Support::MUNLOCK),
            (libc::SYS_madvise, ADVICES | Support::PAGE_SIZE),
            (libc::SYS_prlimit64, LIMITS),
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
    }

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
    }

    fn a_limit_does_not_bind_the_privileged() {
        for bytes in [0, 100] {
            in_child(|| {
                set_rlimit(libc::RLIMIT_MEMLOCK as _, bytes, bytes);
                assert_eq!(raw::probe(LOCKS), locks::privileged(LOCKS), "{bytes} bytes");
                assert_eq!(works() & LOCKS, LOCKS, "{bytes} bytes");
            });
        }
    }

    /// Every other call would be the process's end.
    fn probe_makes_only_the_calls_it_is_asked_about() {
        let all = [
            libc::SYS_mlock,
            libc::SYS_mlock2,
            libc::SYS_munlock,
            libc::SYS_madvise,
            libc::SYS_prlimit64,
            libc::SYS_prctl,
        ];
        let asked = [
            (Support::empty(), None),
            (Support::DISABLE_CORE_DUMPS, None),
            (Support::MLOCK, Some(libc::SYS_mlock)),
            (Support::MLOCK_ONFAULT, Some(libc::SYS_mlock2)),
            (Support::MUNLOCK, Some(libc::SYS_munlock)),
            (ADVICES | Support::PAGE_SIZE, Some(libc::SYS_madvise)),
            (LIMITS, Some(libc::SYS_prlimit64)),
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
                assert_eq!(
                    others,
                    Ended::Signal(libc::SIGSYS),
                    "the filter overlooks a call"
                );
            });
        }
    }

    fn probe_changes_nothing() {
        let page = Pages::new(1);
        let state = || {
            let locked = mappings()
                .iter()
                .filter(|it| it.flags.contains("lo"))
                .count();
            let limits = [libc::RLIMIT_MEMLOCK, libc::RLIMIT_CORE].map(|it| get_rlimit(it as _));
            let dumpable = raw::process_dumpable().unwrap();
            (
                vm_lck_kib(),
                locked,
                flags_at(page.addr()),
                limits,
                dumpable,
            )
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
}

linux_main!(linux::CASES);
