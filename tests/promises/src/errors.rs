//! Cases about success and errors. `None` where the subject has no such call.

use core::ffi::{c_int, c_long};
use core::mem::forget;

use libc::{EAGAIN, EINVAL, ENOMEM, ENOSYS, EOPNOTSUPP, EPERM, EREMOTEIO};
use libc::{SYS_madvise, SYS_mlock, SYS_prlimit64};
use nix::errno::Errno;
use os_memlock::Resource;
use seccompiler::SeccompCmpOp;

use crate::cell::{Answer, Cell, NO, Said};
use crate::common::kernel::{has_flag, page_size, vm_lck_kib};
use crate::common::limits::{limit_locks_to, set_rlimit};
use crate::common::seccomp::{deny, deny_when};
use crate::common::{pages::Pages, process::fork_and, system_call::SYS_GETRLIMIT};
use crate::policies::POLICIES;
use crate::subjects::{RangeCall, Subject};

/// At the start of a page and within it: whoever rounds a range adds to its length.
pub fn too_long(subject: &Subject) -> Option<Cell> {
    let (lock, page) = (subject.lock?, Pages::new(1));
    let aligned = reported("", || lock(page.addr(), usize::MAX));
    if aligned.verdict == NO {
        return Some(aligned);
    }
    Some(reported("unaligned: ", || lock(page.byte(1), usize::MAX)))
}

/// Four pages, under a limit of one.
pub fn unreported(subject: &Subject) -> Option<Cell> {
    limit_locks_to(page_size() as u64);
    let lock = || subject.keep(4 * page_size(), &|_| ()).map(forget);
    Some(reported("", lock))
}

/// Whether a lock that cannot be is an error, and not a success nor a panic.
fn reported(place: &str, lock: impl FnOnce() -> Answer<()>) -> Cell {
    let before = vm_lck_kib();
    let said = Said::by(lock);
    let mut saw = format!("{place}{said}");
    if said == Said::Success {
        saw += &format!(", with {} KiB locked", vm_lck_kib() - before);
    }
    Cell::whether(matches!(said, Said::Error(..)), saw)
}

pub fn zero(subject: &Subject) -> Option<Cell> {
    let (lock, page) = (subject.lock?, Pages::new(1));
    limit_locks_to(0);
    Some(match Said::by(|| lock(page.addr(), 0)) {
        Said::Success => Cell::fact("`Ok`", ""),
        said @ Said::Error(Some(_), _) => Cell::fact(said, ""),
        said => Cell::fact("error", said),
    })
}

pub fn unaligned(subject: &Subject) -> Option<Cell> {
    let (hide, page) = (subject.hide?, Pages::new(1));
    let said = Said::by(|| hide(page.byte(1), page_size() / 2));
    let done = said == Said::Success && has_flag(page.addr(), "dd");
    let right = done || matches!(said, Said::Error(..));
    Some(Cell::whether(right, said))
}

pub fn errno(subject: &Subject) -> Option<Cell> {
    let lock = (SYS_mlock, "a lock", subject.lock?);
    let hide = subject.hide.map(|it| (SYS_madvise, "an exclusion", it));
    let (mut lost, page) = (Vec::new(), Pages::new(1));
    for (number, what, call) in [lock].into_iter().chain(hide) {
        // The usual ones, and one that no such call answers.
        for errno in [EPERM, EAGAIN, ENOMEM, EINVAL, ENOSYS, EOPNOTSUPP, EREMOTEIO] {
            let said = refused(number, call, &page, errno);
            if !matches!(said, Said::Error(Some(code), _) if code == errno) {
                let errno = Errno::from_raw(errno);
                lost.push(format!("{errno:?} of {what} is {said}"));
            }
        }
    }
    Some(Cell::whether(lost.is_empty(), lost.join("; ")))
}

/// What a call says where a filter refuses its system call: the last one, of several.
fn refused(number: c_long, call: RangeCall, pages: &Pages, errno: c_int) -> Said {
    deny(number, errno);
    Said::by(|| call(pages.addr(), pages.len()))
}

/// Whether both are errors, and can be told apart.
fn apart(one: Said, other: Said) -> Option<Cell> {
    let saw = match [one.to_string(), other.to_string()] {
        [one, other] if one == other => format!("both are {one}"),
        [one, other] => format!("one is {one}, the other {other}"),
    };
    let errors = matches!((&one, &other), (Said::Error(..), Said::Error(..)));
    Some(Cell::whether(errors && one != other, saw))
}

pub fn enosys(subject: &Subject) -> Option<Cell> {
    let (lock, page) = (subject.lock?, Pages::new(1));
    let [one, other] = [ENOSYS, EINVAL].map(|it| refused(SYS_mlock, lock, &page, it));
    apart(one, other)
}

pub fn advice(subject: &Subject) -> Option<Cell> {
    let (hide, page) = (subject.hide?, Pages::new(2));
    let bad_argument = Said::by(|| hide(page.byte(1), page_size()));
    let advice = libc::MADV_DONTDUMP as u64;
    deny_when(SYS_madvise, 2, SeccompCmpOp::Eq, advice, EINVAL);
    apart(Said::by(|| hide(page.addr(), page_size())), bad_argument)
}

/// Two pages over a limit, and where a filter refuses to lock them.
pub fn over(pages: usize, subject: &Subject) -> Option<Cell> {
    let (lock, two) = (subject.lock?, Pages::new(2));
    limit_locks_to((pages * page_size()) as u64);
    let over = Said::by(|| lock(two.addr(), two.len()));
    apart(over, refused(SYS_mlock, lock, &two, EPERM))
}

/// What comes of reading, in a child, a limit that was set just before `confine`.
fn reading(limit: fn() -> Answer<[u64; 2]>, confine: impl FnOnce()) -> &'static str {
    let ended = fork_and(|| {
        let [soft, hard] = [2, 3].map(|it| it * page_size() as u64);
        set_rlimit(Resource::Memlock, soft, hard);
        confine();
        let mut read = [0; 2];
        match Said::by(|| limit().map(|it| read = it)) {
            Said::Success => u8::from(read != [soft, hard]),
            Said::Error(..) => 2,
            Said::Panic => 3,
        }
    });
    let made_up = "numbers that are not the limit";
    let saw = ["read", made_up, "refused", "a panic"];
    ended.code().map_or("killed", |it| saw[it as usize])
}

pub fn limit_policies(subject: &Subject) -> Option<Cell> {
    let limit = subject.limit?;
    let fates = POLICIES.iter().map(|policy| {
        let fate = reading(limit, || policy.enforce());
        (fate != "read").then(|| format!("{} ({fate})", policy.name))
    });
    let others: Vec<_> = fates.flatten().collect();
    let (all, read) = (POLICIES.len(), POLICIES.len() - others.len());
    let note = format!("not under {}", others.join(", "));
    Some(Cell::fact(format_args!("{read} of {all}"), note))
}

pub fn limit_refused(subject: &Subject) -> Option<Cell> {
    let limit = subject.limit?;
    let mut readings = Vec::from([EPERM, ENOSYS].map(|errno| {
        let calls = [SYS_prlimit64, SYS_GETRLIMIT].into_iter();
        reading(limit, || calls.for_each(|it| deny(it, errno)))
    }));
    readings.dedup();
    Some(Cell::whether(readings == ["refused"], readings.join(", ")))
}
