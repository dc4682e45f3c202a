//! How the page size is asked for, and what is made of the answers.
#![cfg(target_os = "linux")]

use std::thread;

use libc::{EINVAL, ENOSYS, EPERM, MADV_DONTDUMP, MADV_NORMAL, SYS_madvise};
use os_memlock::{Error, Support, raw};
use seccompiler::SeccompCmpOp::{Eq, Ge, Ne};

use crate::common::case::cases;
use crate::common::faces::{Answer, FACES, Face, refused, unsupported};
use crate::common::kernel::page_size;
use crate::common::process::in_child;
use crate::common::seccomp::{deny, deny_this_thread_when, deny_when, kill, kill_when};
use crate::common::system_call::SystemCall;
use crate::common::watch::watch;

const DONTDUMP: u64 = MADV_DONTDUMP as u64;

/// Where the questions end.
const LARGEST: usize = 1 << 20;

/// The sizes that are asked about, up to this one.
fn sizes(last: usize) -> impl Iterator<Item = usize> {
    let powers = (12..).map(|shift| 1 << shift);
    powers.take_while(move |&size| size <= last)
}

/// The questions by one advice, up to this size.
fn questions(advice: i32, last: usize) -> impl Iterator<Item = SystemCall> {
    sizes(last).map(move |size| SystemCall::Madvise(size, 0, advice as usize))
}

/// Asks under a filter, in a process that has not asked before, and gives the calls
/// that it took.
fn asked(face: &Face, filter: impl Fn(), expected: Answer<usize>) -> Vec<SystemCall> {
    let watched = watch(
        filter,
        || (face.page_size)(),
        |answer| {
            assert_eq!(answer, expected);
            0
        },
    );
    assert!(watched.ended.success(), "see the child's panic above");
    watched.calls
}

cases![
    fn the_page_size_is_asked_by_the_advice_that_hides() {
        for face in FACES {
            // Whoever hides memory has that advice; a sandbox may allow no other.
            let only_that = || kill_when(SYS_madvise, 2, Ne, DONTDUMP);
            let calls = asked(face, only_that, Ok(page_size()));
            assert!(calls.into_iter().eq(questions(MADV_DONTDUMP, page_size())));

            // A kernel with larger pages refuses the smaller addresses.
            for page in sizes(LARGEST).filter(|&page| page > page_size()) {
                let larger_pages = || {
                    for size in sizes(page / 2) {
                        deny_when(SYS_madvise, 0, Eq, size as u64, EINVAL);
                    }
                };
                let calls = asked(face, larger_pages, Ok(page));
                assert!(calls.into_iter().eq(questions(MADV_DONTDUMP, page)));
            }
        }
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

    /// As before Linux 3.4.
    fn a_kernel_that_hides_nothing_is_asked_otherwise() {
        for face in FACES {
            let old = || deny_when(SYS_madvise, 2, Eq, DONTDUMP, EINVAL);
            let calls = asked(face, old, Ok(page_size()));
            let expected =
                questions(MADV_DONTDUMP, LARGEST).chain(questions(MADV_NORMAL, page_size()));
            assert!(calls.into_iter().eq(expected));
        }
    },

    /// A filter stays for good, but in the thread that has put it there: another one can
    /// ask again and be answered.
    fn a_refusal_is_the_error_and_is_not_kept() {
        let refusals = [(EPERM, refused(EPERM)), (ENOSYS, unsupported(Some(ENOSYS)))];
        for (errno, expected) in refusals {
            for face in FACES {
                let calls = asked(face, || deny(SYS_madvise, errno), expected);
                assert!(calls.into_iter().eq(questions(MADV_DONTDUMP, 4096)));
                in_child(|| {
                    let thread = thread::spawn(move || {
                        deny_this_thread_when(SYS_madvise, 2, Eq, DONTDUMP, errno);
                        assert_eq!((face.page_size)(), expected);
                        assert_eq!((face.page_size)(), expected, "nothing was kept");
                    });
                    thread.join().unwrap();
                    assert_eq!((face.page_size)(), Ok(page_size()));
                });
            }
        }
        for face in FACES {
            let later_on = || {
                deny_when(SYS_madvise, 0, Eq, 4096, EINVAL);
                deny_when(SYS_madvise, 0, Eq, 8192, EPERM);
            };
            let calls = asked(face, later_on, refused(EPERM));
            assert!(calls.into_iter().eq(questions(MADV_DONTDUMP, 8192)));
        }
    },

    fn a_page_size_that_cannot_be_found_says_so_in_its_own_words() {
        for face in FACES {
            let calls = asked(face, || deny(SYS_madvise, EINVAL), unsupported(None));
            let expected = questions(MADV_DONTDUMP, LARGEST).chain(questions(MADV_NORMAL, LARGEST));
            assert!(calls.into_iter().eq(expected));
            in_child(|| {
                let thread = thread::spawn(move || {
                    deny_this_thread_when(SYS_madvise, 0, Ge, 0, EINVAL);
                    assert_eq!((face.page_size)(), unsupported(None));
                    assert_eq!((face.page_size)(), unsupported(None), "nothing was kept");
                });
                thread.join().unwrap();
                assert_eq!((face.page_size)(), Ok(page_size()));
            });
        }
        deny(SYS_madvise, EINVAL);
        assert_eq!(raw::probe(Support::PAGE_SIZE), Support::empty());
        let error = raw::page_size().unwrap_err();
        assert_eq!((error.raw_os_error(), error.is_unsupported()), (None, true));
        assert_ne!(error, Error::UNSUPPORTED);
        let text = error.to_string();
        assert!(text.contains("page size"), "{text}");
        assert_ne!(text, Error::UNSUPPORTED.to_string());
        #[cfg(feature = "std")]
        {
            let io = os_memlock::page_size().unwrap_err();
            assert_eq!(io.kind(), std::io::ErrorKind::Unsupported);
            assert_eq!((io.raw_os_error(), io.to_string()), (None, text));
            assert_eq!(Error::from_io(&io), Some(error));
        }
    }
];
