//! What a child inherits, and what execve leaves.
#![cfg(target_os = "linux")]

use std::env::current_exe;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;

use os_memlock::{Resource, raw};

use crate::common::case::cases;
use crate::common::faces::FACES;
use crate::common::hanging::{exec_again, is_executed_again};
use crate::common::kernel::{check, has_flag, mapping_at, vm_lck_kib};
use crate::common::limits::{get_rlimit, set_rlimit};
use crate::common::pages::Pages;
use crate::common::process::{fork_and, in_child};

cases![
    fn dump_exclusion_is_inherited_by_fork() {
        for face in FACES {
            let page = Pages::new(1);
            (face.madvise_dontdump)(page.addr(), page.len()).unwrap();
            in_child(|| {
                assert!(has_flag(page.addr(), "dd"));
                (face.madvise_dodump)(page.addr(), page.len()).unwrap();
                assert!(!has_flag(page.addr(), "dd"));
            });
            assert!(has_flag(page.addr(), "dd"), "the child's advice is its own");
        }
    },

    fn wipeonfork_gives_the_child_zeros_and_keeponfork_the_bytes() {
        for face in FACES {
            let pages = Pages::new(3);
            (0..3).for_each(|page| pages.write(page, 7));
            let bytes = || [0, 1, 2].map(|page| pages.read(page));
            (face.madvise_wipeonfork)(pages.ptr(1), 1).unwrap();
            in_child(|| assert_eq!(bytes(), [7, 0, 7]));
            assert_eq!(bytes(), [7; 3], "the parent keeps its bytes");
            (face.madvise_keeponfork)(pages.ptr(1), 1).unwrap();
            in_child(|| assert_eq!(bytes(), [7; 3]));
        }
    },

    fn dontfork_gives_the_child_no_page_and_dofork_gives_it_back() {
        set_rlimit(Resource::Core, 0, 0);
        for face in FACES {
            let pages = Pages::new(3);
            pages.write(1, 7);
            // The byte that a child reads, or the signal that ends it.
            let read = || {
                let ended = fork_and(|| pages.read(1));
                ended.code().ok_or_else(|| ended.signal().unwrap())
            };
            assert_eq!(read(), Ok(7));
            (face.madvise_dontfork)(pages.ptr(1), 1).unwrap();
            in_child(|| {
                let there = [0, 1, 2].map(|page| mapping_at(pages.ptr(page)).is_some());
                assert_eq!(there, [true, false, true]);
            });
            assert_eq!(read(), Err(libc::SIGSEGV));
            assert_eq!(pages.read(1), 7);
            (face.madvise_dofork)(pages.ptr(1), 1).unwrap();
            assert_eq!(read(), Ok(7));
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
        let other = fs::read_to_string("/proc/sys/fs/suid_dumpable").unwrap();
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

    #[needs(Pages(2))]
    fn execve_drops_locks() {
        if !is_executed_again() {
            let pages = Pages::new(2);
            (FACES[0].mlock)(pages.addr(), pages.len()).unwrap();
            assert_ne!(vm_lck_kib(), 0);
            exec_again(&current_exe().unwrap());
        }
        assert_eq!(vm_lck_kib(), 0);
    },

    fn execve_sets_dumpable_back() {
        if !is_executed_again() {
            let itself = current_exe().unwrap();
            raw::set_process_dumpable(false).unwrap();
            assert_eq!(dumpable(), 0);
            exec_again(&itself);
        }
        assert_eq!(dumpable(), 1);
        assert_eq!(raw::process_dumpable(), Ok(true));
    },

    #[needs(HardLimits(8192))]
    fn execve_keeps_the_soft_core_limit() {
        if !is_executed_again() {
            set_rlimit(Resource::Core, 4096, 8192);
            raw::set_soft_limit(Resource::Core, Some(1)).unwrap();
            in_child(|| assert_eq!(get_rlimit(Resource::Core), (1, 8192), "a child inherits it"));
            exec_again(&current_exe().unwrap());
        }
        assert_eq!(get_rlimit(Resource::Core), (1, 8192));
    }
];

/// The kernel's word: 0 is no, 1 is yes, 2 is a core that only root may read.
fn dumpable() -> i32 {
    // SAFETY: no pointer is involved.
    unsafe { libc::prctl(libc::PR_GET_DUMPABLE) }
}
