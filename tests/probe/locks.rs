//! What `probe` says of the two locks, whose answer is made of several questions.

use libc::{EPERM, SYS_mlock, SYS_mlock2, SYS_prlimit64};
use os_memlock::{Support, raw};

use crate::common::kernel::page_size;
use crate::common::pages::Pages;
use crate::common::process::{in_child, limit_locks_to, set_rlimit};
use crate::common::seccomp;

const LOCKS: Support = Support::MLOCK.union(Support::MLOCK_ONFAULT);

/// Both locks, each with the system call of the other one.
const EACH: [(Support, libc::c_long); 2] = [
    (Support::MLOCK, SYS_mlock2),
    (Support::MLOCK_ONFAULT, SYS_mlock),
];

/// A limit that is in use grants as much as one that is not: what was locked can
/// be unlocked.
pub(crate) fn a_limit_in_use_takes_nothing_away() {
    limit_locks_to(page_size() as u64);
    let pages = Pages::new(2);
    // SAFETY: the pages are mapped, and locking changes no byte.
    unsafe { raw::mlock(pages.addr(), page_size()) }.unwrap();
    // SAFETY: as above.
    let more = unsafe { raw::mlock(pages.ptr(1), page_size()) }.unwrap_err();
    assert_eq!(more.raw_os_error(), Some(libc::ENOMEM), "it is all in use");
    assert_eq!(raw::probe(LOCKS), LOCKS);
    for (lock, others) in EACH {
        in_child(|| {
            seccomp::kill(others);
            assert_eq!(raw::probe(lock), lock);
        });
    }
}

/// The privilege lifts the limit for the lock that the filter leaves alone.
pub(crate) fn a_refused_lock_says_nothing_of_the_other() {
    for (lock, others) in EACH {
        in_child(|| {
            set_rlimit(libc::RLIMIT_MEMLOCK as _, 100, 100);
            seccomp::deny(others, EPERM);
            assert_eq!(raw::probe(LOCKS), privileged(lock));
        });
    }
}

/// What is granted to the privileged at a limit below a page: a 32-bit process
/// goes by the limit alone.
pub(crate) fn privileged(locks: Support) -> Support {
    if cfg!(target_pointer_width = "64") {
        locks
    } else {
        Support::empty()
    }
}

/// There is a page of room or there is not, and nobody says which.
pub(crate) fn a_limit_that_cannot_be_read_grants_no_lock() {
    limit_locks_to(100);
    seccomp::deny(SYS_prlimit64, EPERM);
    assert_eq!(raw::probe(LOCKS), Support::empty());
}
