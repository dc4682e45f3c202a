//! Whether success means that it was done.

use crate::cell::{Cell, attempt};
use crate::common::kernel::{has_flag, mapping_at, page_size, pages_kib, vm_lck_kib};
use crate::common::limits::limit_locks_to;
use crate::common::pages::Pages;
use crate::subjects::Subject;

pub(super) fn too_long(subject: &Subject) -> Option<Cell> {
    let lock = subject.lock?;
    let page = Pages::new(1);
    Some(match attempt(|| lock(page.addr(), usize::MAX)) {
        Err(fault) => Cell::yes(format_args!("answers {fault}")),
        Ok(()) => Cell::no(format_args!("success, with {} KiB locked", vm_lck_kib())),
    })
}

pub(super) fn zero(subject: &Subject) -> Option<Cell> {
    let lock = subject.lock?;
    let page = Pages::new(1);
    limit_locks_to(0);
    Some(match attempt(|| lock(page.addr(), 0)) {
        Ok(()) => Cell::yes("success"),
        Err(fault) => Cell::no(format_args!("answers {fault}")),
    })
}

pub(super) fn locked(subject: &Subject) -> Option<Cell> {
    let before = vm_lck_kib();
    let kept = match subject.keep(4 * page_size(), &|_| ()) {
        Ok(kept) => kept,
        Err(fault) => return Some(Cell::no(format_args!("answers {fault}"))),
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
    let _first = subject.keep(page_size(), &|_| ());
    limit_locks_to(page_size() as u64);
    Some(match subject.keep(4 * page_size(), &|_| ()) {
        Err(fault) => Cell::yes(format_args!("answers {fault}")),
        Ok(kept) if has_flag(kept.addr, "lo") => Cell::yes("locked all the same"),
        Ok(_) => Cell::no("hands out memory that is not locked, without an error"),
    })
}
