//! Many threads at once: each finds its own pages as it left them, and together
//! they leave the process as it was.
#![cfg(target_os = "linux")]

use std::sync::Barrier;
use std::thread;

use os_memlock::Resource;

use crate::common::case::cases;
use crate::common::faces::{FACES, Face};
use crate::common::kernel::{flags_at, locked_mappings, msync_says_locked, vm_lck_kib};
use crate::common::limits::{get_rlimit, set_rlimit};
use crate::common::pages::Pages;

const THREADS: usize = 8;
const PAGES: usize = 3;
const ROUNDS: usize = 300;

cases![
    /// Each thread locks one page at a time.
    #[needs(Pages(THREADS as u64))]
    fn threads_with_pages_of_their_own_do_not_disturb_each_other() {
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
                let joined = workers.into_iter().map(|worker| worker.join().unwrap());
                joined.collect()
            });
            assert_eq!((vm_lck_kib(), locked_mappings()), before);
            drop(still_mapped);
        }
    },

    /// Another writer can come between the reading and the setting, which is all the
    /// same for the hard limit: each writes the one that it has read.
    #[needs(HardLimits(1 << 20))]
    fn racing_soft_limits_return_one_that_was_and_leave_the_hard_one() {
        const HARD: u64 = 1 << 20;
        let values = |thread: u64| (1..=200).map(move |value| thread * 1000 + value);
        for face in FACES {
            set_rlimit(Resource::Core, 0, HARD);
            let race = |thread| {
                for soft in values(thread) {
                    let was = (face.set_soft_limit)(Resource::Core, Some(soft)).unwrap();
                    let known = was.soft.is_some_and(|it| it < 8000 && it % 1000 <= 200);
                    assert!(known && was.hard == Some(HARD), "{was:?}");
                }
            };
            thread::scope(|scope| {
                (0..THREADS as u64).for_each(|thread| drop(scope.spawn(move || race(thread))));
            });
            let (soft, hard) = get_rlimit(Resource::Core);
            assert!(soft % 1000 == 200 && hard == HARD, "{soft} {hard}");
        }
    }
];

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
