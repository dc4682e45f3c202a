//! What mremap, fork and execve leave of it all, and seteuid.
#![cfg(target_os = "linux")]

use std::env::current_exe;
use std::fs;

use os_memlock::{Resource, raw};

use crate::common::case::cases;
use crate::common::faces::FACES;
use crate::common::hanging::{exec_again, is_executed_again};
use crate::common::keeper::{Keeper, Turn};
use crate::common::kernel::{check, has_flag, vm_lck_kib};
use crate::common::limits::{get_rlimit, set_rlimit};
use crate::common::pages::Pages;
use crate::common::process::in_child;

cases![
    #[needs(Pages(1))]
    fn locks_and_dump_exclusion_survive_mremap() {
        for face in FACES {
            let page = Pages::new(1);
            (face.mlock)(page.addr(), page.len()).unwrap();
            (face.madvise_dontdump)(page.addr(), page.len()).unwrap();
            let moved = page.moved();
            assert!(has_flag(moved.addr(), "lo") && has_flag(moved.addr(), "dd"));
        }
    },

    fn process_dumpable_is_what_the_kernel_says() {
        for face in FACES {
            for (on, state) in [(true, 1), (false, 0), (false, 0), (true, 1)] {
                (face.set_process_dumpable)(on).unwrap();
                assert_eq!(dumpable(), state);
                assert_eq!((face.process_dumpable)(), Ok(on));
                in_child(|| assert_eq!(dumpable(), state, "a child inherits it"));
            }
        }
    },

    #[needs(Root)]
    fn seteuid_clears_dumpable_and_does_not_bring_it_back() {
        let _turn = Turn::shared(SUID_DUMPABLE);
        let other = fs::read_to_string(SUID_DUMPABLE).unwrap();
        let other: i32 = other.trim().parse().unwrap();
        for face in FACES {
            (face.set_process_dumpable)(true).unwrap();
            for user in [65534, 0] {
                // SAFETY: no pointer is involved.
                check(unsafe { libc::seteuid(user) });
                assert_eq!(dumpable(), other);
                assert_eq!((face.process_dumpable)(), Ok(other != 0));
            }
            (face.set_process_dumpable)(true).unwrap();
            assert_eq!(dumpable(), 1);
        }
    },

    #[needs(System)]
    fn a_core_that_only_root_may_read_is_one() {
        let _turn = Turn::exclusive(SUID_DUMPABLE);
        let before = fs::read_to_string(SUID_DUMPABLE).unwrap();
        let _keeper = Keeper::start(move || fs::write(SUID_DUMPABLE, before));
        fs::write(SUID_DUMPABLE, "2").unwrap();
        // SAFETY: no pointer is involved.
        check(unsafe { libc::seteuid(65534) });
        assert_eq!(dumpable(), 2);
        for face in FACES {
            assert_eq!((face.process_dumpable)(), Ok(true));
        }
    },

    #[needs(Pages(1), HardLimits(8192))]
    fn execve_drops_locks_sets_dumpable_back_and_keeps_the_soft_core_limit() {
        if !is_executed_again() {
            let (itself, page) = (current_exe().unwrap(), Pages::new(1));
            (FACES[0].mlock)(page.addr(), page.len()).unwrap();
            set_rlimit(Resource::Core, 4096, 8192);
            raw::set_soft_limit(Resource::Core, Some(1)).unwrap();
            in_child(|| assert_eq!(get_rlimit(Resource::Core), (1, 8192), "a child inherits it"));
            assert_ne!(vm_lck_kib(), 0);
            raw::set_process_dumpable(false).unwrap();
            exec_again(&itself);
        }
        assert_eq!((vm_lck_kib(), dumpable()), (0, 1));
        assert_eq!(get_rlimit(Resource::Core), (1, 8192));
    }
];

/// What `seteuid` makes of the attribute, for the whole machine.
const SUID_DUMPABLE: &str = "/proc/sys/fs/suid_dumpable";

/// The kernel's word: 0 is no, 1 is yes, 2 is a core that only root may read.
fn dumpable() -> i32 {
    // SAFETY: no pointer is involved.
    unsafe { libc::prctl(libc::PR_GET_DUMPABLE) }
}
