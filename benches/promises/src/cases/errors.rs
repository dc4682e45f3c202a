//! Whether an error says what went wrong.

use core::ffi::{c_int, c_void};

use seccompiler::SeccompCmpOp;

use crate::cell::{Answer, Cell, attempt};
use crate::child::ask;
use crate::common::kernel::page_size;
use crate::common::limits::limit_locks_to;
use crate::common::pages::Pages;
use crate::common::seccomp::{deny, deny_when};
use crate::subjects::{RangeCall, Subject};

/// The usual ones, and one that no lock answers.
const ERRNOS: [c_int; 6] = [
    libc::EPERM,
    libc::EAGAIN,
    libc::ENOMEM,
    libc::EINVAL,
    libc::ENOSYS,
    libc::EREMOTEIO,
];

pub(super) fn errno(subject: &Subject) -> Option<Cell> {
    let lock = subject.lock?;
    let says = |errno| {
        said(|page| {
            deny(libc::SYS_mlock, errno);
            lock(page, page_size()).map_err(|mut fault| {
                // Nothing but the code is asked for.
                fault.says = fault.code.map_or(fault.says, |_| String::new());
                fault
            })
        })
    };
    let lost = ERRNOS.into_iter().map(|it| (it, says(it)));
    let mut lost = lost.filter(|(errno, said)| !said.ends_with(&format!("\t{errno} ")));
    Some(match lost.next() {
        None => Cell::yes("each of six"),
        Some((_, said)) => Cell::no(format_args!("all that it says is {}", shown(&said))),
    })
}

pub(super) fn enosys(subject: &Subject) -> Option<Cell> {
    let lock = subject.lock?;
    Some(apart(
        refused(lock, libc::ENOSYS),
        refused(lock, libc::EINVAL),
    ))
}

pub(super) fn advice(subject: &Subject) -> Option<Cell> {
    let hide = subject.hide?;
    let unknown = said(|page| {
        let advice = libc::MADV_DONTDUMP as u64;
        deny_when(libc::SYS_madvise, 2, SeccompCmpOp::Eq, advice, libc::EINVAL);
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
    Some(apart(over, refused(lock, libc::EPERM)))
}

/// What a lock says where a filter refuses it.
fn refused(lock: RangeCall, errno: c_int) -> String {
    said(|page| {
        deny(libc::SYS_mlock, errno);
        lock(page, page_size())
    })
}

/// What a child, given two pages, is told, and after a tab all else that tells it from
/// other failures.
fn said(body: impl FnOnce(*mut c_void) -> Answer<()>) -> String {
    let pages = Pages::new(2);
    let said = ask(|| match attempt(|| body(pages.addr())) {
        Ok(()) => SUCCESS.into(),
        Err(fault) => format!("{fault}\t{} {}", fault.code.unwrap_or(-1), fault.says),
    });
    said.unwrap_or_else(|signal| format!("signal {signal}\t"))
}

const SUCCESS: &str = "success\t";

fn shown(said: &str) -> &str {
    said.split_once('\t').expect("what was said has a tab").0
}

/// Whether two failures can be told apart.
fn apart(one: String, other: String) -> Cell {
    let saw = match (shown(&one), shown(&other)) {
        (one, other) if one == other => format!("both are {one}"),
        (one, other) => format!("one is {one}, the other {other}"),
    };
    Cell::whether(one != other && one != SUCCESS && other != SUCCESS, saw)
}
