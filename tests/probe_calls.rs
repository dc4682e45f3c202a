//! The questions of `probe`, and of everything else that only asks.
#![cfg(target_os = "linux")]

use core::ptr::null_mut;

use libc::ENOMEM;
use os_memlock::{Resource, Support};

use crate::common::case::cases;
use crate::common::faces::{FACES, Face};
use crate::common::kernel::{kernel_mlock, kernel_mlock_onfault, page_size};
use crate::common::limits::{RESOURCES, set_rlimit};
use crate::common::pages::Pages;
use crate::common::privileges::drop_privileges;
use crate::common::process::in_child;
use crate::common::seccomp::{kill, kill_all_but_reading};
use crate::common::system_call::SystemCall;
use crate::common::watch::watch;

const LOCKS: Support = Support::MLOCK.union(Support::MLOCK_ONFAULT);

/// Makes a process that has locked some pages, and may by now lock so many bytes.
fn locked(pages: usize, limit: u64) -> Pages {
    let enough = (pages * page_size()) as u64;
    drop_privileges();
    set_rlimit(Resource::Memlock, enough, enough);
    let locked = Pages::new(pages);
    kernel_mlock(locked.addr(), locked.len()).unwrap();
    set_rlimit(Resource::Memlock, limit, enough);
    locked
}

fn bytes(pages: u64) -> u64 {
    pages * page_size() as u64
}

cases![
    /// Once more is locked than the limit allows, the kernel refuses even a length of 0.
    /// One page of limit is enough for the answer, used up or not.
    #[needs(Pages(3))]
    fn probe_grants_the_locks_at_a_limit_that_is_more_than_used_up() {
        for face in FACES {
            for pages in [2, 1] {
                in_child(|| {
                    let _locked = locked(3, bytes(pages));
                    assert_eq!(kernel_mlock(null_mut(), 0), Err(ENOMEM));
                    assert_eq!(kernel_mlock_onfault(null_mut(), 0), Err(ENOMEM));
                    for lock in [Support::MLOCK, Support::MLOCK_ONFAULT] {
                        assert_eq!((face.probe)(lock), lock);
                    }
                    assert_eq!((face.probe)(Support::all()), (face.supported)());
                });
            }
            in_child(|| {
                let _locked = locked(3, bytes(1) - 1);
                assert_eq!((face.probe)(LOCKS), Support::empty(), "no page, ever");
            });
            in_child(|| {
                let _locked = locked(3, bytes(2));
                kill(libc::SYS_mlock2);
                assert_eq!((face.probe)(Support::MLOCK), Support::MLOCK);
            });
            in_child(|| {
                let _locked = locked(3, bytes(2));
                kill(libc::SYS_mlock);
                let onfault = Support::MLOCK_ONFAULT;
                assert_eq!((face.probe)(onfault), onfault);
            });
        }
    },

    /// Not even a limit that the kernel is sure to refuse: some kernels that take Linux
    /// system calls carry out what Linux refuses.
    #[needs(Pages(3))]
    fn nothing_is_asked_by_setting() {
        for face in FACES {
            for situation in SITUATIONS {
                in_child(|| {
                    let _pages = situation();
                    kill_all_but_reading();
                    ask(face);
                });
                in_child(|| {
                    let _pages = situation();
                    let watched = watch(|| {}, || ask(face), |()| 0);
                    assert!(watched.ended.success(), "see the child's panic above");
                    assert!(watched.calls.contains(&SystemCall::GetDumpable));
                    let sets: Vec<_> = watched.calls.iter().filter(|it| it.sets()).collect();
                    assert!(sets.is_empty(), "{sets:?}");
                });
            }
        }
    }
];

/// Everything that only asks.
fn ask(face: &Face) {
    assert_eq!((face.probe)(Support::all()), (face.supported)());
    for flag in Support::all() {
        assert_eq!((face.probe)(flag), flag & (face.supported)());
    }
    for resource in RESOURCES {
        (face.limit)(resource).unwrap();
    }
    assert_eq!((face.process_dumpable)(), Ok(true));
    assert_eq!((face.page_size)(), Ok(page_size()));
}

/// The situations in which the kernel answers the questions about locks differently:
/// as whoever runs the tests is, with all of the limit in use, and with more.
const SITUATIONS: [fn() -> Pages; 3] = [
    || Pages::new(1),
    || locked(1, bytes(1)),
    || locked(3, bytes(2)),
];
