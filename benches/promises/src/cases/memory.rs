//! What a call does to memory, and to memory beside it.

use core::ffi::{c_long, c_void};
use core::mem::{ManuallyDrop, forget};

use crate::cell::{Answer, Cell, attempt};
use crate::child::traced;
use crate::common::kernel::{has_flag, page_size};
use crate::common::pages::Pages;
use crate::subjects::Subject;

pub(super) fn unaligned(subject: &Subject) -> Option<Cell> {
    let hide = subject.hide?;
    let page = Pages::new(1);
    Some(match attempt(|| hide(page.byte(1), page_size() / 2)) {
        Err(fault) => Cell::yes(format_args!("answers {fault}")),
        Ok(()) if has_flag(page.addr(), "dd") => Cell::yes("success, and the page is excluded"),
        Ok(()) => Cell::no("success, and the page is not excluded"),
    })
}

pub(super) fn nothing_else(subject: &Subject) -> Option<Cell> {
    let (lock, unlock) = (subject.lock?, subject.unlock?);
    let page = Pages::new(1);
    page.write(0, 7);
    let (calls, intact) = traced(
        || {
            let _ = attempt(|| lock(page.addr(), page.len()));
            let _ = attempt(|| unlock(page.addr(), page.len()));
        },
        || page.read(0) == 7,
    );
    let names: Vec<_> = calls.iter().map(|it| name(*it)).collect();
    let bytes = if intact { "no byte is" } else { "bytes are" };
    let saw = format!("calls {}; {bytes} changed", names.join(", "));
    let expected = [libc::SYS_mlock, libc::SYS_munlock];
    Some(Cell::whether(intact && calls == expected, saw))
}

fn name(call: c_long) -> String {
    match call {
        libc::SYS_mlock => "`mlock`".into(),
        libc::SYS_munlock => "`munlock`".into(),
        libc::SYS_madvise => "`madvise`".into(),
        other => format!("system call {other}"),
    }
}

/// Two secrets of half a page, on one page where the caller says where they are.
pub(super) fn neighbour(subject: &Subject) -> Option<Cell> {
    let left = match subject.allocate {
        Some(_) => left_allocated(subject),
        None => left_on_a_page(subject),
    };
    Some(match left {
        Ok(addr) if has_flag(addr, "lo") => Cell::yes("it is still locked"),
        Ok(_) => Cell::no("the whole page is unlocked"),
        Err(fault) => Cell::no(format_args!("answers {fault}")),
    })
}

/// Where the secret is that is left of two.
fn left_allocated(subject: &Subject) -> Answer<*mut c_void> {
    let half = page_size() / 2;
    let [gone, left] = [subject.keep(half, &|_| ())?, subject.keep(half, &|_| ())?];
    let addr = left.addr;
    forget(left);
    (gone.free)();
    Ok(addr)
}

fn left_on_a_page(subject: &Subject) -> Answer<*mut c_void> {
    let (lock, unlock) = (subject.lock.unwrap(), subject.unlock.unwrap());
    let page = ManuallyDrop::new(Pages::new(1));
    let half = page.len() / 2;
    attempt(|| lock(page.addr(), half))?;
    attempt(|| lock(page.byte(half), half))?;
    attempt(|| unlock(page.addr(), half))?;
    Ok(page.byte(half))
}
