//! Locks do not nest, and what lies on one page shares its fate.

#[macro_use]
mod common;

#[cfg(target_os = "linux")]
mod linux {
    use crate::common::faces::FACES;
    use crate::common::harness::{Case, Need};
    use crate::common::kernel::{has_flag, msync_says_locked, vm_lck_kib};
    use crate::common::pages::Pages;

    pub(super) const CASES: &[Case] = &[Case {
        name: "rule_9_one_munlock_undoes_many_mlocks",
        needs: Need::Pages(1),
        body: one_munlock_undoes_many_mlocks,
    }];

    fn one_munlock_undoes_many_mlocks() {
        for face in FACES {
            let page = Pages::new(1);
            let before = vm_lck_kib();
            for _ in 0..3 {
                (face.mlock)(page.addr(), page.len()).unwrap();
                assert!(msync_says_locked(page.addr()));
            }
            assert_eq!(vm_lck_kib(), before + page.len() as u64 / 1024);
            (face.munlock)(page.addr(), page.len()).unwrap();
            assert!(!has_flag(page.addr(), "lo"));
            assert!(!msync_says_locked(page.addr()));
            assert_eq!(vm_lck_kib(), before);
        }
    }
}

linux_main!(linux::CASES);
