//! Whether success means that it was done.

use core::ptr;

use crate::cell::{Cell, attempt};
use crate::common::kernel::{has_flag, mapping_at, page_size, pages_kib, vm_lck_kib};
use crate::common::limits::limit_locks_to;
use crate::common::pages::Pages;
use crate::subjects::Subject;

pub(super) fn too_long(subject: &Subject) -> Cell {
    let Some(lock) = subject.lock else {
        return Cell::lacking();
    };
    let page = Pages::new(1);
    match attempt(|| lock(page.addr(), usize::MAX)) {
        Err(fault) => Cell::yes(format_args!("answers {fault}")),
        Ok(()) => Cell::no(format_args!("success, with {} KiB locked", vm_lck_kib())),
    }
}

pub(super) fn zero(subject: &Subject) -> Cell {
    let Some(lock) = subject.lock else {
        return Cell::lacking();
    };
    let page = Pages::new(1);
    limit_locks_to(0);
    match attempt(|| lock(page.addr(), 0)) {
        Ok(()) => Cell::yes("success"),
        Err(fault) => Cell::no(format_args!("answers {fault}")),
    }
}

pub(super) fn locked(subject: &Subject) -> Cell {
    let before = vm_lck_kib();
    let kept = match subject.keep(4 * page_size(), &|_| ()) {
        Ok(kept) => kept,
        Err(fault) => return Cell::no(format_args!("answers {fault}")),
    };
    let marked = vm_lck_kib() - before;
    let in_memory = mapping_at(kept.addr).map_or(0, |it| it.locked_kib);
    let wanted = pages_kib(4);
    let saw = format!("of {wanted} KiB {marked} are in `VmLck` and {in_memory} locked in memory");
    Cell::whether(marked.min(in_memory) >= wanted, saw)
}

/// Four pages, under a limit of one.
pub(super) fn unreported(subject: &Subject) -> Cell {
    // Whatever a library locks or opens when it is first used, it has done now.
    let _first = subject.keep(page_size(), &|_| ());
    limit_locks_to(page_size() as u64);
    let kept = subject.keep(4 * page_size(), &|_| ());
    let addr = kept.as_ref().map_or(ptr::null_mut(), |kept| kept.addr);
    match kept {
        Err(fault) => Cell::yes(format_args!("answers {fault}")),
        Ok(_) if has_flag(addr, "lo") => Cell::yes("locked all the same"),
        Ok(_) => Cell::no("its allocator hands out memory that is not locked, without an error"),
    }
}
