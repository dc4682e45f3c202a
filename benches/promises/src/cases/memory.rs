//! What a call does to memory, and to memory beside it.

use core::ffi::{c_long, c_void};
use core::mem::{ManuallyDrop, forget};

use crate::cell::{Answer, Cell, attempt};
use crate::child::traced;
use crate::common::kernel::{has_flag, page_size};
use crate::common::pages::Pages;
use crate::subjects::Subject;

pub(super) fn unaligned(subject: &Subject) -> Cell {
    let Some(hide) = subject.hide else {
        return Cell::lacking();
    };
    let page = Pages::new(1);
    match attempt(|| hide(page.byte(1), page_size() / 2)) {
        Err(fault) => Cell::yes(format_args!("answers {fault}")),
        Ok(()) => Cell::whether(
            has_flag(page.addr(), "dd"),
            "success, and the page is not excluded",
        ),
    }
}

pub(super) fn nothing_else(subject: &Subject) -> Cell {
    let (Some(lock), Some(unlock)) = (subject.lock, subject.unlock) else {
        return Cell::lacking();
    };
    let pages = Pages::new(2);
    (0..2).for_each(|page| pages.write(page, 7));
    let (calls, intact) = traced(
        || {
            let _ = attempt(|| lock(pages.addr(), pages.len()));
            let _ = attempt(|| unlock(pages.addr(), pages.len()));
        },
        || (0..2).all(|page| pages.read(page) == 7),
    );
    let names: Vec<_> = calls.iter().map(|it| name(*it)).collect();
    let bytes = if intact {
        "no byte is changed"
    } else {
        "bytes are changed"
    };
    let saw = format!("{}; {bytes}", names.join(", "));
    Cell::whether(intact && calls == [libc::SYS_mlock, libc::SYS_munlock], saw)
}

fn name(call: c_long) -> String {
    match call {
        libc::SYS_mlock => "mlock".into(),
        libc::SYS_munlock => "munlock".into(),
        libc::SYS_madvise => "madvise".into(),
        other => format!("system call {other}"),
    }
}

/// Two secrets of half a page, on one page where the caller says where they are.
pub(super) fn neighbour(subject: &Subject) -> Cell {
    let answer = match subject.allocate {
        Some(_) => neighbour_of_its_own(subject),
        None => neighbour_on_a_page(subject),
    };
    match answer {
        Ok(addr) => Cell::whether(has_flag(addr, "lo"), "the whole page is unlocked"),
        Err(fault) => Cell::no(format_args!("answers {fault}")),
    }
}

/// Where the one that is left is.
fn neighbour_of_its_own(subject: &Subject) -> Answer<*mut c_void> {
    let half = page_size() / 2;
    let [gone, left] = [subject.keep(half, &|_| ())?, subject.keep(half, &|_| ())?];
    (gone.free)();
    let addr = left.addr;
    forget(left);
    Ok(addr)
}

fn neighbour_on_a_page(subject: &Subject) -> Answer<*mut c_void> {
    let (lock, unlock) = (subject.lock.unwrap(), subject.unlock.unwrap());
    let half = page_size() / 2;
    let page = ManuallyDrop::new(Pages::new(1));
    attempt(|| lock(page.addr(), half))?;
    attempt(|| lock(page.byte(half), half))?;
    attempt(|| unlock(page.addr(), half))?;
    Ok(page.byte(half))
}
