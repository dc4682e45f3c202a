//! What a range that is empty, too large, unaligned or not there is answered.
#![cfg(target_os = "linux")]

use core::ffi::c_void;
use core::ptr::{self, without_provenance_mut};

use std::os::unix::process::ExitStatusExt as _;

use libc::{EINVAL, ENOMEM, EPERM};
use os_memlock::Support;

use crate::common::case::cases;
use crate::common::faces::{FACES, RangeCall, refused};
use crate::common::kernel::{flags_at, kernel_mlock, page_size, vm_lck_kib};
use crate::common::limits::limit_locks_to;
use crate::common::pages::Pages;
use crate::common::process::fork_and;
use crate::common::seccomp;
use crate::common::system_call::SystemCall;
use crate::common::watch::watch;

cases![
    fn zero_length_is_ok_at_a_limit_of_0() {
        limit_locks_to(0);
        let kernel = kernel_mlock(ptr::null_mut(), 0);
        assert_eq!(kernel, Err(EPERM), "what the kernel says of it");
        each_call(|name, call| assert_eq!(call(ptr::null_mut(), 0), Ok(()), "{name}"));
    },

    fn a_length_of_0_or_a_refused_one_makes_no_system_call() {
        SYSTEM_CALLS.into_iter().for_each(seccomp::kill);
        each_call(|name, call| {
            let one_byte = fork_and(|| u8::from(call(ptr::null_mut(), 1).is_ok()));
            let killed = one_byte.signal() == Some(libc::SIGSYS);
            assert!(killed, "the filter overlooks {name}");
            for pointer in odd_pointers() {
                assert_eq!(call(pointer, 0), Ok(()), "{name}");
                for len in too_large() {
                    assert_eq!(call(pointer, len), refused(EINVAL), "{name} {len:#x}");
                }
            }
        });
        for face in FACES {
            for len in [0].into_iter().chain(too_large()) {
                (face.munlock_after_failed_mlock)(ptr::null_mut(), len);
            }
        }
    },

    /// Whether it succeeds or fails: nothing is rounded, and nothing tried again.
    #[needs(Pages(3))]
    fn a_call_on_a_range_is_one_system_call_with_these_arguments() {
        let pages = Pages::new(3);
        pages.unmap(2, 1);
        let (start, size) = (pages.addr().addr(), page_size());
        for face in FACES {
            for (name, flag, call) in face.own_range_calls() {
                let unaligned = usize::from(!name.starts_with("madvise_"));
                // The last range ends behind a hole.
                for (offset, len) in [(unaligned, 1), (unaligned, size + 1), (size, size + 1)] {
                    let watched = watch(
                        || {},
                        || call(pages.byte(offset), len),
                        |answer| u8::from(answer.is_ok() == (offset == size)),
                    );
                    assert!(watched.ended.success(), "{name} {offset} {len}");
                    assert_eq!(
                        watched.calls,
                        [system_call(flag, start + offset, len)],
                        "{name}"
                    );
                }
            }
        }
    },

    #[needs(Pages(1))]
    fn a_length_above_isize_max_is_einval_and_not_a_lie() {
        let page = Pages::new(1);
        let before = (vm_lck_kib(), flags_at(page.addr()));
        // A 64-bit kernel sees 4 GiB less a byte in a 32-bit process's length.
        if cfg!(target_pointer_width = "64") {
            let kernel = kernel_mlock(page.addr(), usize::MAX);
            assert_eq!(kernel, Ok(()), "the kernel answers success");
            assert_eq!(
                (vm_lck_kib(), flags_at(page.addr())),
                before,
                "and locks nothing"
            );
        }
        each_call(|name, call| {
            for len in too_large() {
                assert_eq!(call(page.addr(), len), refused(EINVAL), "{name} {len:#x}");
            }
        });
        assert_eq!((vm_lck_kib(), flags_at(page.addr())), before);
    },

    /// A filter's own errno shows that the call reached the kernel's door.
    fn isize_max_is_for_the_kernel_to_judge() {
        for call in SYSTEM_CALLS {
            seccomp::deny(call, libc::EXDEV);
        }
        each_call(|name, call| {
            for len in [1, isize::MAX as usize] {
                assert_eq!(
                    call(ptr::null_mut(), len),
                    refused(libc::EXDEV),
                    "{name} {len:#x}"
                );
            }
        });
    },

    fn advice_at_an_unaligned_address_is_einval_and_does_nothing() {
        let page = Pages::new(1);
        let before = flags_at(page.addr());
        for face in FACES {
            for (name, _, call) in face.own_range_calls() {
                if name.starts_with("madvise_") {
                    assert_eq!(call(page.byte(1), 1), refused(EINVAL), "{name}");
                    assert_eq!(flags_at(page.addr()), before, "{name}");
                }
            }
        }
    },

    #[needs(Pages(1))]
    fn a_range_that_is_not_mapped_is_enomem() {
        let page = Pages::new(2);
        page.unmap(0, 1);
        let before = vm_lck_kib();
        // The first page is never mapped, nor is the first address of the kernel's half.
        let mut nowhere = vec![ptr::null_mut(), page.addr()];
        if cfg!(target_pointer_width = "64") {
            nowhere.push(without_provenance_mut(isize::MIN as usize));
        }
        each_call(|name, call| {
            for &pointer in &nowhere {
                assert_eq!(
                    call(pointer, page_size()),
                    refused(ENOMEM),
                    "{name} at {pointer:p}"
                );
            }
        });
        assert_eq!(vm_lck_kib(), before);
    }
];

const SYSTEM_CALLS: [libc::c_long; 4] = [
    libc::SYS_mlock,
    libc::SYS_munlock,
    libc::SYS_mlock2,
    libc::SYS_madvise,
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

/// Every call on a range, of both faces.
fn each_call(mut check: impl FnMut(&str, RangeCall)) {
    for face in FACES {
        for (name, _, call) in face.own_range_calls() {
            check(&format!("{}::{name}", face.name), call);
        }
    }
}

fn odd_pointers() -> [*mut c_void; 6] {
    let odd = [
        1,
        4097,
        isize::MAX as usize,
        isize::MIN as usize,
        usize::MAX,
    ];
    let [a, b, c, d, e] = odd.map(without_provenance_mut);
    [ptr::null_mut(), a, b, c, d, e]
}

fn too_large() -> [usize; 4] {
    let first = isize::MAX as usize + 1;
    [first, first + 1, usize::MAX - page_size(), usize::MAX]
}
