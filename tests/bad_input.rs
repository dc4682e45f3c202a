//! What a range that is empty, too large, unaligned or not there is answered.

#[macro_use]
mod common;

#[cfg(target_os = "linux")]
mod linux {
    use core::ffi::c_void;
    use core::ptr::{self, without_provenance_mut};

    use libc::{EINVAL, ENOMEM, EPERM};

    use crate::common::faces::{Answer, FACES, Face, RangeCall, refused};
    use crate::common::harness::{Case, Need};
    use crate::common::kernel::{flags_at, page_size, vm_lck_kib};
    use crate::common::pages::Pages;
    use crate::common::process::{Ended, fork_and, limit_locks_to};
    use crate::common::seccomp;

    pub(super) const CASES: &[Case] = &[
        Case {
            name: "rule_1_zero_length_is_ok_for_any_pointer",
            needs: Need::Nothing,
            body: zero_length_is_ok_for_any_pointer,
        },
        Case {
            name: "rule_1_zero_length_is_ok_at_a_limit_of_0",
            needs: Need::Nothing,
            body: zero_length_is_ok_at_a_limit_of_0,
        },
        Case {
            name: "rule_1_and_2_make_no_system_call",
            needs: Need::Nothing,
            body: zero_and_too_large_make_no_system_call,
        },
        Case {
            name: "rule_2_a_length_above_isize_max_is_einval_and_not_a_lie",
            needs: Need::Pages(1),
            body: too_large_is_einval_and_not_a_lie,
        },
        Case {
            name: "rule_2_isize_max_is_for_the_kernel_to_judge",
            needs: Need::Nothing,
            body: isize_max_is_for_the_kernel_to_judge,
        },
        Case {
            name: "rule_3_locks_take_an_unaligned_address_and_advice_refuses_it",
            needs: Need::Pages(1),
            body: unaligned_goes_to_the_kernel_as_it_is,
        },
        Case {
            name: "rule_3_a_range_that_wraps_is_einval",
            needs: Need::Pages(2),
            body: a_range_that_wraps_is_einval,
        },
        Case {
            name: "rule_3_a_range_that_is_not_mapped_is_enomem",
            needs: Need::Pages(1),
            body: a_range_that_is_not_mapped_is_enomem,
        },
    ];

    const SYSTEM_CALLS: [libc::c_long; 4] = [
        libc::SYS_mlock,
        libc::SYS_munlock,
        libc::SYS_mlock2,
        libc::SYS_madvise,
    ];

    /// Every call on a range, of both faces.
    fn each_call(mut check: impl FnMut(&str, RangeCall)) {
        for face in FACES {
            for (name, _, call) in face.range_calls() {
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

    fn zero_length_is_ok_for_any_pointer() {
        each_call(|name, call| {
            for pointer in odd_pointers() {
                assert_eq!(call(pointer, 0), Ok(()), "{name}({pointer:p}, 0)");
            }
        });
    }

    fn zero_length_is_ok_at_a_limit_of_0() {
        limit_locks_to(0);
        assert_eq!(
            kernel_mlock(ptr::null_mut(), 0),
            Err(EPERM),
            "what the kernel says of it"
        );
        zero_length_is_ok_for_any_pointer();
    }

    fn zero_and_too_large_make_no_system_call() {
        SYSTEM_CALLS.into_iter().for_each(seccomp::kill);
        each_call(|name, call| {
            let one_byte = fork_and(|| u8::from(call(ptr::null_mut(), 1).is_ok()));
            assert_eq!(
                one_byte,
                Ended::Signal(libc::SIGSYS),
                "the filter overlooks {name}"
            );
            for pointer in odd_pointers() {
                assert_eq!(call(pointer, 0), Ok(()), "{name}");
                for len in too_large() {
                    assert_eq!(call(pointer, len), refused(EINVAL), "{name} {len:#x}");
                }
            }
        });
    }

    fn too_large_is_einval_and_not_a_lie() {
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
    }

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
    }

    fn unaligned_goes_to_the_kernel_as_it_is() {
        let page = Pages::new(1);
        for face in FACES {
            let (locks, advice) = split(face);
            for (name, call) in locks {
                assert_eq!(call(page.byte(1), 1), Ok(()), "{name}");
            }
            (face.munlock)(page.addr(), 1).unwrap();
            let before = flags_at(page.addr());
            for (name, call) in advice {
                assert_eq!(call(page.byte(1), 1), refused(EINVAL), "{name}");
            }
            assert_eq!(flags_at(page.addr()), before);
        }
    }

    /// On a 64-bit kernel nothing wraps in a 32-bit process, and the range is one
    /// that is not mapped.
    fn a_range_that_wraps_is_einval() {
        let last_page = without_provenance_mut(page_size().wrapping_neg());
        each_call(|name, call| {
            let answer = call(last_page, 2 * page_size());
            if cfg!(target_pointer_width = "64") {
                assert_eq!(answer, refused(EINVAL), "{name}");
            } else {
                let either = [refused(EINVAL), refused(ENOMEM)];
                assert!(either.contains(&answer), "{name}: {answer:?}");
            }
        });
    }

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

    type Named = (&'static str, fn(*mut c_void, usize) -> Answer<()>);

    /// The calls that round an address by themselves, and those that do not.
    fn split(face: &Face) -> (Vec<Named>, Vec<Named>) {
        let named = face.range_calls().map(|(name, _, call)| (name, call));
        named
            .into_iter()
            .partition(|(name, _)| !name.starts_with("madvise"))
    }

    /// The kernel's own mlock: `AddressSanitizer` replaces the C library's by a
    /// function that does nothing.
    fn kernel_mlock(addr: *mut c_void, len: usize) -> Result<(), i32> {
        // SAFETY: locking changes no byte, whatever the range.
        match unsafe { libc::syscall(libc::SYS_mlock, addr, len) } {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error().raw_os_error().unwrap()),
        }
    }
}

linux_main!(linux::CASES);
