//! Whether success means that it was done.

use core::mem::forget;

use crate::cell::{Answer, Cell, YES, attempt};
use crate::common::kernel::{mapping_at, page_size, pages_kib, vm_lck_kib};
use crate::common::limits::limit_locks_to;
use crate::common::pages::Pages;
use crate::subjects::Subject;

/// At the start of a page and within it: whoever rounds a range adds to its length.
pub(super) fn too_long(subject: &Subject) -> Option<Cell> {
    let lock = subject.lock?;
    let page = Pages::new(1);
    for (place, addr) in [("", page.addr()), ("unaligned: ", page.byte(1))] {
        let cell = reported(|| lock(addr, usize::MAX));
        if cell.verdict != YES {
            return Some(Cell::no(format_args!("{place}{}", cell.saw)));
        }
    }
    Some(Cell::yes("errors"))
}

/// Whether a lock that cannot be is an error, and not a success nor a panic.
fn reported(lock: impl FnOnce() -> Answer<()>) -> Cell {
    let before = vm_lck_kib();
    let answer = attempt(lock);
    let locked = vm_lck_kib() - before;
    let success = |()| Cell::no(format_args!("success, with {locked} KiB locked"));
    answer.map_or_else(|fault| Cell::error(&fault), success)
}

pub(super) fn zero(subject: &Subject) -> Option<Cell> {
    let lock = subject.lock?;
    let page = Pages::new(1);
    limit_locks_to(0);
    Some(match attempt(|| lock(page.addr(), 0)) {
        Ok(()) => Cell::fact("`Ok`", ""),
        Err(fault) if fault.code.is_some() => Cell::fact(fault, ""),
        Err(fault) => Cell::fact("error", fault),
    })
}

pub(super) fn locked(subject: &Subject) -> Option<Cell> {
    let before = vm_lck_kib();
    let kept = match subject.keep(4 * page_size(), &|_| ()) {
        Ok(kept) => kept,
        Err(fault) => return Some(Cell::no(fault)),
    };
    let marked = vm_lck_kib() - before;
    let in_memory = mapping_at(kept.addr).map_or(0, |it| it.locked_kib);
    let wanted = pages_kib(4);
    let saw = format!("of {wanted} KiB {marked} are in `VmLck`, {in_memory} locked in memory");
    Some(Cell::whether(marked.min(in_memory) >= wanted, saw))
}

/// Four pages, under a limit of one.
pub(super) fn unreported(subject: &Subject) -> Option<Cell> {
    // What a library opens when it is first used is open from here on.
    let first = subject.keep(page_size(), &|_| ());
    first.ok().expect("a first page");
    limit_locks_to(page_size() as u64);
    let pages = Pages::new(4);
    // SAFETY: a lock changes no byte.
    let control = unsafe { libc::mlock(pages.addr(), pages.len()) };
    assert_ne!(control, 0, "the kernel does not refuse it");
    Some(reported(|| match (subject.allocate, subject.lock) {
        (None, Some(lock)) => lock(pages.addr(), pages.len()),
        _ => subject.keep(pages.len(), &|_| ()).map(forget),
    }))
}
