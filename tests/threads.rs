//! Many threads at once: each finds its own pages as it left them, and together
//! they leave the process as it was.

#[macro_use]
mod common;

#[cfg(target_os = "linux")]
mod linux {
    use std::sync::Barrier;
    use std::thread;

    use os_memlock::Resource;

    use crate::common::faces::{FACES, Face};
    use crate::common::harness::{Case, Need};
    use crate::common::kernel::{flags_at, mappings, msync_says_locked, vm_lck_kib};
    use crate::common::pages::Pages;
    use crate::common::process::{get_rlimit, set_rlimit};

    pub(super) const CASES: &[Case] = &[
        Case {
            name: "threads_with_pages_of_their_own_do_not_disturb_each_other",
            // Each thread locks one page at a time.
            needs: Need::Pages(THREADS as u64),
            body: threads_with_pages_of_their_own,
        },
        Case {
            name: "of_racing_soft_limits_each_is_what_was_before_exactly_once",
            needs: Need::HardLimits(1 << 20),
            body: racing_soft_limits,
        },
    ];

    const THREADS: usize = 8;
    const PAGES: usize = 3;
    const ROUNDS: usize = 300;

    fn threads_with_pages_of_their_own() {
        for face in FACES {
            let before = (vm_lck_kib(), locked_mappings());
            let start = Barrier::new(THREADS);
            let work = || {
                let pages = Pages::new(PAGES);
                let fresh = flags_at(pages.addr());
                start.wait();
                (0..ROUNDS).for_each(|round| lock_and_unlock(face, &pages, round));
                assert_eq!(flags_at(pages.addr()), fresh);
                pages
            };
            let still_mapped: Vec<Pages> = thread::scope(|scope| {
                let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
                workers
                    .into_iter()
                    .map(|worker| worker.join().unwrap())
                    .collect()
            });
            assert_eq!((vm_lck_kib(), locked_mappings()), before);
            drop(still_mapped);
        }
    }

    fn lock_and_unlock(face: &Face, pages: &Pages, round: usize) {
        let page = round % PAGES;
        let lock = if round % 2 == 0 {
            face.mlock
        } else {
            face.mlock_onfault
        };
        let locked = || [0, 1, 2].map(|page| msync_says_locked(pages.ptr(page)));
        lock(pages.ptr(page), 1).unwrap();
        assert_eq!(locked(), [0, 1, 2].map(|other| other == page));
        (face.madvise_dontdump)(pages.ptr(page), 1).unwrap();
        (face.munlock)(pages.ptr(page), 1).unwrap();
        assert_eq!(locked(), [false; 3]);
        (face.madvise_dodump)(pages.ptr(page), 1).unwrap();
    }

    fn locked_mappings() -> usize {
        mappings()
            .iter()
            .filter(|it| it.flags.contains("lo"))
            .count()
    }

    /// Every value that was in force has been replaced once, and each replacement
    /// said so, except for the last value, which is in force still.
    fn racing_soft_limits() {
        let number = libc::RLIMIT_CORE as _;
        for face in FACES {
            set_rlimit(number, 0, 1 << 20);
            let set = |value| (face.set_soft_limit)(Resource::Core, Some(value)).unwrap();
            let mut told: Vec<u64> = thread::scope(|scope| {
                let race = |thread: u64| {
                    scope.spawn(move || {
                        let values = (1..=200).map(|value| thread * 1000 + value);
                        values
                            .map(|value| set(value).soft.unwrap())
                            .collect::<Vec<_>>()
                    })
                };
                let racers: Vec<_> = (0..THREADS as u64).map(race).collect();
                racers
                    .into_iter()
                    .flat_map(|racer| racer.join().unwrap())
                    .collect()
            });
            told.push(get_rlimit(number).0);
            told.sort_unstable();
            let all =
                (0..THREADS as u64).flat_map(|thread| (1..=200).map(move |v| thread * 1000 + v));
            assert_eq!(told, [0].into_iter().chain(all).collect::<Vec<_>>());
        }
    }
}

linux_main!(linux::CASES);
