//! Whether an error says what went wrong.

use core::ffi::{c_int, c_long, c_void};

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

pub(super) fn errno(subject: &Subject) -> Cell {
    let Some(lock) = subject.lock else {
        return Cell::lacking();
    };
    let page = Pages::new(1);
    for errno in ERRNOS {
        let said = ask(|| {
            deny(libc::SYS_mlock, errno);
            match attempt(|| lock(page.addr(), page.len())) {
                Err(fault) if fault.code == Some(errno) => String::new(),
                answer => identity(answer),
            }
        });
        if said != Ok(String::new()) {
            let said = said.unwrap_or("\t".into());
            return Cell::no(format_args!("all that it says is {}", shown(&said)));
        }
    }
    Cell::yes("each of six")
}

pub(super) fn enosys(subject: &Subject) -> Cell {
    let Some(lock) = subject.lock else {
        return Cell::lacking();
    };
    apart(
        refused(lock, libc::SYS_mlock, libc::ENOSYS),
        refused(lock, libc::SYS_mlock, libc::EINVAL),
    )
}

pub(super) fn advice(subject: &Subject) -> Cell {
    let Some(hide) = subject.hide else {
        return Cell::lacking();
    };
    let unknown = || {
        let advice = libc::MADV_DONTDUMP as u64;
        deny_when(libc::SYS_madvise, 2, SeccompCmpOp::Eq, advice, libc::EINVAL);
    };
    apart(
        answer(unknown, |page| hide(page, page_size())),
        answer(|| (), |page| hide(page.wrapping_byte_add(1), page_size())),
    )
}

pub(super) fn over_limit(subject: &Subject) -> Cell {
    over(subject, page_size() as u64)
}

pub(super) fn limit_of_0(subject: &Subject) -> Cell {
    over(subject, 0)
}

/// Two pages, over a limit, and where a filter refuses to lock.
fn over(subject: &Subject, limit: u64) -> Cell {
    let Some(lock) = subject.lock else {
        return Cell::lacking();
    };
    apart(
        answer(|| limit_locks_to(limit), |page| lock(page, 2 * page_size())),
        refused(lock, libc::SYS_mlock, libc::EPERM),
    )
}

/// What the call says where a filter refuses the system call.
fn refused(call: RangeCall, number: c_long, errno: c_int) -> String {
    answer(|| deny(number, errno), |page| call(page, page_size()))
}

/// What a call on the first of two pages says in a child, after some preparation.
fn answer(before: impl FnOnce(), call: impl FnOnce(*mut c_void) -> Answer<()>) -> String {
    let pages = Pages::new(2);
    let said = ask(|| {
        before();
        identity(attempt(|| call(pages.addr())))
    });
    said.unwrap_or_else(|signal| format!("signal {signal}\t"))
}

const SUCCESS: &str = "success\t";

fn identity(answer: Answer<()>) -> String {
    answer.map_or_else(|fault| fault.identity(), |()| SUCCESS.into())
}

fn shown(identity: &str) -> &str {
    identity.split_once('\t').expect("an identity").0
}

/// Whether two failures can be told apart.
fn apart(one: String, other: String) -> Cell {
    let words = [&one, &other].map(|it| shown(it));
    if one == other {
        Cell::no(format_args!("both are {}", words[0]))
    } else if one == SUCCESS || other == SUCCESS {
        Cell::no(format_args!("one is {}, the other {}", words[0], words[1]))
    } else {
        Cell::yes(
            format_args!("{one} and {other}")
                .to_string()
                .replace('\t', " "),
        )
    }
}
