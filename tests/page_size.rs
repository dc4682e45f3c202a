//! How the page size is asked for, and what is made of the answers.
#![cfg(target_os = "linux")]

use std::thread;

use libc::{EINVAL, EPERM, MADV_DONTDUMP, MADV_NORMAL, SYS_madvise, c_int};
use os_memlock::{Support, raw};
use seccompiler::SeccompCmpOp::{Eq, Ge, Lt, Ne};

use crate::common::case::cases;
use crate::common::faces::{Answer, FACES, refused, unsupported};
use crate::common::kernel::page_size;
use crate::common::process::in_child;
use crate::common::seccomp::{deny, deny_this_thread_when, deny_when, kill, kill_when};
use crate::common::system_call::SystemCall;
use crate::common::watch::watch;

/// Where the questions end.
const LARGEST: usize = 1 << 20;

fn sizes() -> impl Iterator<Item = usize> {
    (12..=20).map(|shift| 1 << shift)
}

/// Asks under a filter, in a process that has not asked before. Every size was asked
/// about, by each of these advices up to the one beside it.
fn check(filter: impl Fn(), expected: Answer<usize>, asked: &[(c_int, usize)]) {
    let questions = asked.iter().flat_map(|&(advice, last)| {
        let question = move |size| SystemCall::Madvise(size, 0, advice as usize);
        sizes().take_while(move |&size| size <= last).map(question)
    });
    let questions: Vec<_> = questions.collect();
    for face in FACES {
        let is_wrong = |answer| u8::from(answer != expected);
        let watched = watch(&filter, || (face.page_size)(), is_wrong);
        assert!(watched.ended.success(), "not {expected:?}");
        assert_eq!(watched.calls, questions);
    }
}

cases![
    fn the_page_size_is_asked_by_the_advice_that_hides() {
        // Whoever hides memory has that advice; a sandbox may allow no other.
        const HIDES: u64 = MADV_DONTDUMP as u64;
        let (here, only_that) = (page_size(), || kill_when(SYS_madvise, 2, Ne, HIDES));
        check(only_that, Ok(here), &[(MADV_DONTDUMP, here)]);
        // A kernel with larger pages refuses the smaller addresses.
        for page in sizes().filter(|&page| page > here) {
            let larger = || deny_when(SYS_madvise, 0, Lt, page as u64, EINVAL);
            check(larger, Ok(page), &[(MADV_DONTDUMP, page)]);
        }
        // As before Linux 3.4.
        let hides_nothing = || deny_when(SYS_madvise, 2, Eq, HIDES, EINVAL);
        check(
            hides_nothing,
            Ok(here),
            &[(MADV_DONTDUMP, LARGEST), (MADV_NORMAL, here)],
        );
    },

    fn a_refusal_ends_the_questions_and_einval_to_all_is_no_page_size() {
        let refuses_the_second = || {
            deny_when(SYS_madvise, 0, Eq, 4096, EINVAL);
            deny_when(SYS_madvise, 0, Eq, 8192, EPERM);
        };
        check(refuses_the_second, refused(EPERM), &[(MADV_DONTDUMP, 8192)]);
        let all = [MADV_DONTDUMP, MADV_NORMAL].map(|advice| (advice, LARGEST));
        check(|| deny(SYS_madvise, EINVAL), unsupported(None), &all);
        deny(SYS_madvise, EINVAL);
        let error = raw::page_size().unwrap_err();
        assert_eq!(error.to_string(), "the page size cannot be found");
    },

    /// Also by the other face, and when `probe` asks.
    fn the_page_size_is_asked_once() {
        for face in FACES {
            in_child(|| {
                assert_eq!((face.page_size)(), Ok(page_size()));
                kill(SYS_madvise);
                for face in FACES {
                    assert_eq!((face.page_size)(), Ok(page_size()));
                    assert_eq!((face.probe)(Support::PAGE_SIZE), Support::PAGE_SIZE);
                }
            });
        }
    },

    /// A filter stays for good, but in the thread that has put it there: another one can
    /// ask again and be answered.
    fn an_error_is_not_kept() {
        for (errno, expected) in [(EPERM, refused(EPERM)), (EINVAL, unsupported(None))] {
            for face in FACES {
                in_child(|| {
                    let thread = thread::spawn(move || {
                        deny_this_thread_when(SYS_madvise, 0, Ge, 0, errno);
                        assert_eq!((face.page_size)(), expected);
                        assert_eq!((face.page_size)(), expected, "nothing was kept");
                    });
                    thread.join().unwrap();
                    assert_eq!((face.page_size)(), Ok(page_size()));
                });
            }
        }
    }
];
