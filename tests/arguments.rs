//! The system calls that a call on a range makes.
#![cfg(target_os = "linux")]

use core::ptr::{null_mut, without_provenance_mut};

use libc::{EINVAL, EPERM};
use os_memlock::Support;

use crate::common::case::cases;
use crate::common::faces::{FACES, refused};
use crate::common::kernel::{has_flag, kernel_mlock, page_size, vm_lck_kib};
use crate::common::limits::limit_locks_to;
use crate::common::pages::Pages;
use crate::common::system_call::SystemCall;
use crate::common::watch::calls;

cases![
    fn a_length_of_0_or_a_refused_one_makes_no_system_call() {
        const HALF: usize = isize::MIN as usize;
        let too_large = [HALF, HALF + 1, usize::MAX - page_size(), usize::MAX];
        let odd = [0, 1, 4097, HALF - 1, HALF, usize::MAX];
        for face in FACES {
            for (name, _, call) in face.own_range_calls() {
                let made = calls(|| {
                    for pointer in odd.map(without_provenance_mut) {
                        assert_eq!(call(pointer, 0), Ok(()), "{name}");
                        (face.munlock_after_failed_mlock)(pointer, 0);
                        for len in too_large {
                            assert_eq!(call(pointer, len), refused(EINVAL), "{name} {len:#x}");
                            (face.munlock_after_failed_mlock)(pointer, len);
                        }
                    }
                });
                assert_eq!(made, [], "{name}");
            }
        }
    },

    /// Whether it succeeds or fails: nothing is rounded, and nothing tried again.
    #[needs(Pages(3))]
    fn a_call_on_a_range_is_one_system_call_with_these_arguments() {
        let pages = Pages::new(3);
        pages.unmap(2, 1);
        for face in FACES {
            for (name, flag, call) in face.own_range_calls() {
                let start = pages.byte(usize::from(!name.starts_with("madvise_")));
                // The last ends behind a hole.
                for (addr, len, succeeds) in [
                    (start, 1, true),
                    (start, page_size() + 1, true),
                    (pages.ptr(1), page_size() + 1, false),
                ] {
                    let made = calls(|| assert_eq!(call(addr, len).is_ok(), succeeds, "{name}"));
                    assert_eq!(made, [system_call(flag, addr.addr(), len)], "{name}");
                }
                // Memory that takes no advice is EINVAL, about which the kernel is asked.
                let longest = isize::MAX as usize;
                let made = calls(|| assert!(call(null_mut(), longest).is_err(), "{name}"));
                assert_eq!(made[0], system_call(flag, 0, longest), "{name}");
            }
            let byte = pages.byte(1);
            let made = calls(|| (face.munlock_after_failed_mlock)(byte, 1));
            assert_eq!(made, [SystemCall::Munlock(byte.addr(), 1)]);
        }
    },

    /// What this crate decides by itself.
    #[needs(Pages(1))]
    fn the_kernel_locks_something_for_no_bytes_and_nothing_for_too_many() {
        let page = Pages::new(1);
        let locked = || (vm_lck_kib() > 0, has_flag(page.addr(), "lo"));
        // A 64-bit kernel sees 4 GiB less a byte in a 32-bit process's length.
        if cfg!(target_pointer_width = "64") {
            assert_eq!(kernel_mlock(page.addr(), usize::MAX), Ok(()));
            assert_eq!(locked(), (false, false));
        }
        assert_eq!(kernel_mlock(page.byte(1), 0), Ok(()));
        assert_eq!(locked(), (true, true));
        limit_locks_to(0);
        assert_eq!(kernel_mlock(null_mut(), 0), Err(EPERM));
    }
];

/// The system call on a range with this flag.
fn system_call(flag: Support, addr: usize, len: usize) -> SystemCall {
    let advice = match flag {
        Support::MLOCK => return SystemCall::Mlock(addr, len),
        Support::MUNLOCK => return SystemCall::Munlock(addr, len),
        Support::MLOCK_ONFAULT => {
            return SystemCall::Mlock2(addr, len, libc::MLOCK_ONFAULT as usize);
        }
        Support::DONTDUMP => libc::MADV_DONTDUMP,
        Support::DODUMP => libc::MADV_DODUMP,
        Support::WIPEONFORK => libc::MADV_WIPEONFORK,
        Support::KEEPONFORK => libc::MADV_KEEPONFORK,
        Support::DONTFORK => libc::MADV_DONTFORK,
        Support::DOFORK => libc::MADV_DOFORK,
        other => panic!("{other:?} is no call on a range"),
    };
    SystemCall::Madvise(addr, len, advice as usize)
}
