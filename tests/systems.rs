//! What holds on every system, and what each answers by the tables of the guide's page
//! on systems. Its kernel is asked what then is locked and in memory.

mod facts;
#[cfg(target_os = "freebsd")]
pub(crate) mod freebsd;
#[cfg(unix)]
pub(crate) mod lock_limit;
#[cfg(windows)]
pub(crate) mod windows;

use core::ffi::c_void;
use core::ptr::{self, without_provenance_mut};

use os_memlock::{MAX_PAGE_SIZE, Support};

use self::facts::HERE;
use crate::common::case::cases;
use crate::common::faces::{Answer, FACES, refused, unsupported};
use crate::common::pages::Pages;
use crate::common::system::{assert_in_memory, assert_locked, page_size};

/// What a bad argument is.
#[cfg(unix)]
const INVALID: i32 = libc::EINVAL;
#[cfg(windows)]
const INVALID: i32 = windows_sys::Win32::Foundation::ERROR_INVALID_PARAMETER as i32;

cases![
    #[needs(Pages(1))]
    fn what_the_system_lacks_is_unsupported_and_what_it_has_is_granted() {
        let page = Pages::new(1);
        for face in FACES {
            let has = (face.supported)();
            assert_eq!((face.probe)(Support::all()), has);
            for (name, flag, call) in face.range_calls() {
                let expected = if has.contains(flag) {
                    Ok(())
                } else {
                    unsupported(None)
                };
                assert_eq!(call(page.addr(), page.len()), expected, "{name}");
            }
        }
    },

    fn the_page_size_is_the_system_s() {
        for face in FACES {
            assert_eq!((face.page_size)(), Ok(page_size()));
        }
        assert!(page_size() <= MAX_PAGE_SIZE);
    },

    /// OpenBSD does not tell what is in memory, nor wine what is locked.
    #[needs(Pages(2))]
    fn a_lock_brings_its_pages_into_memory_and_an_unlock_ends_it() {
        for face in FACES {
            let pages = Pages::new(4);
            assert_in_memory(pages.ptr(1), false);
            (face.mlock)(pages.ptr(1), 2 * page_size()).unwrap();
            (1..3).for_each(|page| assert_in_memory(pages.ptr(page), true));
            assert_only_locked(&pages, &[1, 2]);
            (face.munlock)(pages.ptr(1), 2 * page_size()).unwrap();
            assert_only_locked(&pages, &[]);
        }
    },

    #[needs(Pages(2))]
    fn an_unaligned_range_locks_every_page_that_it_touches() {
        for face in FACES {
            let pages = Pages::new(3);
            let last_byte = pages.byte(page_size() - 1);
            (face.mlock)(last_byte, 2).unwrap();
            (0..2).for_each(|page| assert_in_memory(pages.ptr(page), true));
            assert_only_locked(&pages, &[0, 1]);
            (face.munlock)(last_byte, 2).unwrap();
            assert_only_locked(&pages, &[]);
        }
    },

    #[needs(Pages(1))]
    fn a_length_of_0_is_ok_and_does_nothing() {
        let page = Pages::new(1);
        for face in FACES {
            for (name, _, call) in face.range_calls() {
                assert_eq!(call(ptr::null_mut(), 0), Ok(()), "{name}");
            }
            (face.mlock)(page.byte(1), 0).unwrap();
            assert_locked(page.addr(), false);
            (face.mlock)(page.addr(), 1).unwrap();
            (face.munlock)(page.byte(1), 0).unwrap();
            assert_locked(page.addr(), true);
            (face.munlock)(page.addr(), 1).unwrap();
        }
    },

    fn a_length_above_isize_max_is_invalid_where_there_is_a_call_and_locks_nothing() {
        let page = Pages::new(1);
        for face in FACES {
            for (name, flag, call) in face.range_calls() {
                let has = (face.supported)().contains(flag);
                let expected = if has {
                    refused(INVALID)
                } else {
                    unsupported(None)
                };
                for len in [isize::MAX as usize + 1, usize::MAX] {
                    assert_eq!(call(page.addr(), len), expected, "{name} {len:#x}");
                }
            }
            assert_locked(page.addr(), false);
        }
    },

    #[cfg(not(windows))]
    #[needs(Pages(2))]
    fn a_range_that_wraps_is_the_kernel_s_to_refuse() {
        let errno = HERE.wraps.unwrap();
        let last_page = without_provenance_mut::<c_void>(page_size().wrapping_neg());
        for face in FACES {
            for (name, _, call) in face.own_range_calls() {
                assert_eq!(call(last_page, 2 * page_size()), refused(errno), "{name}");
            }
        }
    },

    #[needs(Pages(1), NotWine)]
    fn a_range_that_is_not_mapped_is_the_kernel_s_to_refuse() {
        let pages = Pages::new(2);
        pages.unmap(0, 1);
        for face in FACES {
            for (name, flag, call) in face.own_range_calls() {
                let answer = call(pages.addr(), page_size());
                match flag {
                    Support::MUNLOCK => assert_one_of(answer, HERE.unlock_not_mapped),
                    _ if is_advice(flag) => {
                        assert_eq!(Some(answer), HERE.advice_over_hole, "{name}")
                    }
                    _ => assert_one_of(answer, HERE.not_mapped),
                }
            }
        }
    },

    #[needs(Pages(5), NotWine)]
    fn a_lock_over_a_hole_fails_and_leaves_what_the_table_says() {
        for face in FACES {
            let pages = Pages::new(5);
            pages.unmap(2, 1);
            assert_one_of((face.mlock)(pages.addr(), pages.len()), HERE.hole);
            if let Some(left_behind) = HERE.left_behind {
                (0..2).for_each(|page| assert_locked(pages.ptr(page), left_behind));
                (3..5).for_each(|page| assert_locked(pages.ptr(page), false));
            }
        }
    },

    /// Where a failed lock leaves nothing, there is nothing to undo but an earlier lock.
    #[needs(Pages(6), NotWine)]
    fn munlock_after_failed_mlock_ends_an_earlier_lock_only_where_locks_are_left_behind() {
        for face in FACES {
            let pages = Pages::new(5);
            (face.mlock)(pages.addr(), page_size()).unwrap();
            pages.unmap(2, 1);
            // Where the first page is locked already, macOS says that it succeeds.
            let _ = (face.mlock)(pages.addr(), pages.len());
            (face.munlock_after_failed_mlock)(pages.addr(), pages.len());
            assert_locked(pages.ptr(0), HERE.left_behind != Some(true));
        }
    },

    #[cfg(not(windows))]
    #[needs(Pages(3))]
    fn an_unlock_over_a_hole_answers_and_does_what_the_table_says() {
        let (answer, unlocks) = HERE.unlock_over_hole.unwrap();
        for face in FACES {
            let pages = Pages::new(3);
            (face.mlock)(pages.addr(), pages.len()).unwrap();
            pages.unmap(1, 1);
            assert_eq!((face.munlock)(pages.addr(), pages.len()), answer);
            assert_locked(pages.ptr(0), !unlocks);
        }
    },

    #[cfg(not(target_os = "macos"))]
    #[needs(Pages(1))]
    fn memory_without_access_answers_what_the_table_says() {
        let answers = HERE.no_access.unwrap();
        for face in FACES {
            let page = Pages::new(1);
            page.protect(0, 1);
            let answer = (face.mlock)(page.addr(), page.len());
            assert!(answers.contains(&answer), "{answer:?}");
            if answer.is_ok() {
                assert_locked(page.addr(), false);
            }
        }
    },

    /// The locks are of two buffers on one page.
    #[needs(Pages(3), NotWine)]
    fn locks_nest_where_the_table_says_so() {
        for face in FACES {
            let page = Pages::new(1);
            (0..3).for_each(|at| (face.mlock)(page.byte(64 * at), 32).unwrap());
            assert_locked(page.addr(), true);
            (face.munlock)(page.byte(64), 32).unwrap();
            assert_locked(page.addr(), HERE.locks_nest);
            if HERE.locks_nest {
                (0..2).for_each(|_| (face.munlock)(page.addr(), 1).unwrap());
                assert_locked(page.addr(), false);
            }
        }
    },

    /// Windows also takes the page out of the working set.
    #[needs(Pages(1), NotWine)]
    fn a_second_unlock_answers_what_the_table_says() {
        for face in FACES {
            let page = Pages::new(1);
            (face.mlock)(page.addr(), 1).unwrap();
            (face.munlock)(page.addr(), 1).unwrap();
            assert_in_memory(page.addr(), true);
            assert_eq!((face.munlock)(page.addr(), 1), HERE.unlock_of_unlocked);
            assert_in_memory(page.addr(), !cfg!(windows));
            assert_locked(page.addr(), false);
        }
    },

    #[cfg(target_os = "macos")]
    #[needs(Pages(2))]
    fn a_lock_over_a_hole_behind_a_locked_page_is_ok() {
        for face in FACES {
            let pages = Pages::new(3);
            pages.unmap(1, 1);
            (face.mlock)(pages.addr(), page_size()).unwrap();
            assert_eq!((face.mlock)(pages.addr(), pages.len()), Ok(()));
        }
    },

    #[cfg(any(target_os = "linux", target_os = "freebsd"))]
    fn advice_answers_what_is_known_of_unaligned_addresses_and_holes() {
        for face in FACES {
            let pages = Pages::new(3);
            pages.unmap(1, 1);
            for (name, flag, call) in face.own_range_calls() {
                if is_advice(flag) {
                    assert_eq!(
                        Some(call(pages.byte(1), 1)),
                        HERE.unaligned_advice,
                        "{name}"
                    );
                    let hole = call(pages.addr(), pages.len());
                    assert_eq!(Some(hole), HERE.advice_over_hole, "{name}");
                }
            }
        }
    },

    /// What they read from /proc is Linux's, and another process's under wine.
    #[cfg(all(feature = "std", not(target_os = "linux")))]
    #[needs(Pages(1))]
    fn the_examples_print_nothing_of_another_system_s_proc() {
        let simple = output(env!("CARGO_BIN_EXE_example_simple"), &[]);
        let locked_vec = output(env!("CARGO_BIN_EXE_example_locked_vec"), &["degrade"]);
        let many_keys = output(env!("CARGO_BIN_EXE_example_many_keys"), &["2"]);
        for text in [&simple, &locked_vec, &many_keys] {
            assert!(text.contains(": not told by this system"), "{text}");
            assert!(!text.contains(" kB"), "{text}");
        }
        let report = output(env!("CARGO_BIN_EXE_example_report"), &[]);
        assert!(
            report.contains("and this system counts no locks"),
            "{report}"
        );
        assert!(report.contains("swap     unknown"), "{report}");
        assert!(!report.contains("VmLck"), "{report}");
    }
];

/// Checks which of the pages are locked.
#[track_caller]
fn assert_only_locked(pages: &Pages, locked: &[usize]) {
    for page in 0..pages.count() {
        assert_locked(pages.ptr(page), locked.contains(&page));
    }
}

#[track_caller]
fn assert_one_of(answer: Answer<()>, codes: &[i32]) {
    let code = answer.err().and_then(|refusal| refusal.code);
    assert!(code.is_some_and(|it| codes.contains(&it)), "{answer:?}");
}

fn is_advice(flag: Support) -> bool {
    !(Support::MLOCK | Support::MUNLOCK | Support::MLOCK_ONFAULT).contains(flag)
}

/// What an example prints, which has to end in success.
#[cfg(all(feature = "std", not(target_os = "linux")))]
fn output(program: &str, arguments: &[&str]) -> String {
    let mut command = std::process::Command::new(program);
    let output = command.args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{program}: {text}");
    text
}
