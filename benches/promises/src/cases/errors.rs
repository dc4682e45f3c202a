//! Whether an error says what went wrong.

use core::ffi::{c_int, c_long, c_void};

use libc::{EAGAIN, EINVAL, ENOMEM, ENOSYS, EOPNOTSUPP, EPERM, EREMOTEIO};
use nix::errno::Errno;
use seccompiler::SeccompCmpOp;

use crate::cell::{Answer, Cell, attempt};
use crate::child::ask;
use crate::common::kernel::page_size;
use crate::common::limits::limit_locks_to;
use crate::common::pages::Pages;
use crate::common::seccomp::{deny, deny_when};
use crate::subjects::{RangeCall, Subject};

/// The usual ones, and one that no such call answers.
const ERRNOS: [c_int; 7] = [EPERM, EAGAIN, ENOMEM, EINVAL, ENOSYS, EOPNOTSUPP, EREMOTEIO];

pub(super) fn errno(subject: &Subject) -> Option<Cell> {
    let mut all = lost("a lock", libc::SYS_mlock, subject.lock?);
    if let Some(hide) = subject.hide {
        all.extend(lost("an exclusion", libc::SYS_madvise, hide));
    }
    Some(Cell::whether(all.is_empty(), all.join("; ")))
}

/// What stands in place of the codes that do not arrive.
fn lost(what: &str, number: c_long, call: RangeCall) -> Vec<String> {
    let said = ERRNOS.map(|errno| (errno, refused(number, call, errno)));
    let lost = said.into_iter().filter(|(errno, said)| {
        let code = said.split('\t').nth(1);
        code != Some(&errno.to_string())
    });
    lost.map(|(errno, said)| {
        let errno = Errno::from_raw(errno);
        format!("{errno:?} of {what} is {}", shown(&said))
    })
    .collect()
}

pub(super) fn enosys(subject: &Subject) -> Option<Cell> {
    let lock = subject.lock?;
    let [one, other] = [ENOSYS, EINVAL].map(|errno| refused(libc::SYS_mlock, lock, errno));
    Some(apart(one, other))
}

pub(super) fn advice(subject: &Subject) -> Option<Cell> {
    let hide = subject.hide?;
    let unknown = said(|page| {
        let advice = libc::MADV_DONTDUMP as u64;
        deny_when(libc::SYS_madvise, 2, SeccompCmpOp::Eq, advice, EINVAL);
        hide(page, page_size())
    });
    let bad_argument = said(|page| hide(page.wrapping_byte_add(1), page_size()));
    Some(apart(unknown, bad_argument))
}

pub(super) fn over_limit(subject: &Subject) -> Option<Cell> {
    over(subject, page_size())
}

pub(super) fn limit_of_0(subject: &Subject) -> Option<Cell> {
    over(subject, 0)
}

/// Two pages over a limit, and a page where a filter refuses to lock.
fn over(subject: &Subject, limit: usize) -> Option<Cell> {
    let lock = subject.lock?;
    let over = said(|page| {
        limit_locks_to(limit as u64);
        lock(page, 2 * page_size())
    });
    Some(apart(over, refused(libc::SYS_mlock, lock, EPERM)))
}

/// What a call says where a filter refuses its system call.
fn refused(number: c_long, call: RangeCall, errno: c_int) -> String {
    said(|page| {
        deny(number, errno);
        call(page, page_size())
    })
}

/// What a child, given two pages, is told. Behind an error stand its code and, as that
/// tells errors apart too, its `Debug` output, each after a tab.
fn said(body: impl FnOnce(*mut c_void) -> Answer<()>) -> String {
    let pages = Pages::new(2);
    let said = ask(|| match attempt(|| body(pages.addr())) {
        Ok(()) => "success".into(),
        Err(fault) if fault.is_panic() => fault.to_string(),
        Err(fault) => format!("{fault}\t{}\t{}", fault.code.unwrap_or(-1), fault.says),
    });
    said.unwrap_or_else(|signal| format!("signal {signal}"))
}

fn shown(said: &str) -> &str {
    said.split('\t').next().unwrap_or(said)
}

/// Whether both are errors, and can be told apart.
fn apart(one: String, other: String) -> Cell {
    let saw = match (shown(&one), shown(&other)) {
        (one, other) if one == other => format!("both are {one}"),
        (one, other) => format!("one is {one}, the other {other}"),
    };
    let errors = [&one, &other].iter().all(|it| it.contains('\t'));
    Cell::whether(errors && one != other, saw)
}
