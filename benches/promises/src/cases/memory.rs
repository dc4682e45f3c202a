//! What a call does to memory, and to memory beside it.

use core::ffi::c_void;
use core::mem::{ManuallyDrop, forget};

use crate::cell::{Answer, Cell, attempt};
use crate::child::{Call, traced};
use crate::common::kernel::{has_flag, page_size};
use crate::common::pages::Pages;
use crate::subjects::Subject;

pub(super) fn unaligned(subject: &Subject) -> Option<Cell> {
    let hide = subject.hide?;
    let page = Pages::new(1);
    Some(match attempt(|| hide(page.byte(1), page_size() / 2)) {
        Err(fault) => Cell::error(&fault),
        Ok(()) if has_flag(page.addr(), "dd") => Cell::yes("success, and the page is excluded"),
        Ok(()) => Cell::no("success, and the page is not excluded"),
    })
}

pub(super) fn exclusion_calls(subject: &Subject) -> Option<Cell> {
    let hide = subject.hide?;
    let page = Pages::new(1);
    let count = |addr, len, expected: Option<i32>| {
        let answer = || attempt(|| hide(addr, len)).map_or_else(|it| it.code, |()| Some(0));
        let (calls, code) = traced(|| u8::from(answer() != expected));
        let remark = if code == 0 { "" } else { " for another answer" };
        format!("{}{remark}", calls.len())
    };
    let good = count(page.addr(), page.len(), Some(0));
    let bad = count(page.byte(1), page.len() / 2, Some(libc::EINVAL));
    Some(Cell::fact(format_args!("{good}, {bad}"), ""))
}

/// The first of two pages is locked and unlocked.
pub(super) fn nothing_else(subject: &Subject) -> Option<Cell> {
    const SEEN: [&str; 3] = ["no byte is changed", "bytes are changed", "an error"];
    let (lock, unlock) = (subject.lock?, subject.unlock?);
    let pages = Pages::new(2);
    let bytes = || (0..pages.len()).map(|at| (pages.byte(at).cast::<u8>(), at as u8 | 1));
    // SAFETY: these bytes are this function's own.
    bytes().for_each(|(place, byte)| unsafe { place.write(byte) });
    let (calls, code) = traced(|| {
        let calls = [lock, unlock].into_iter();
        let mut answers = calls.map(|call| attempt(|| call(pages.addr(), page_size())));
        if answers.any(|it| it.is_err()) {
            return 2;
        }
        // SAFETY: as above.
        u8::from(bytes().any(|(place, byte)| unsafe { place.read() } != byte))
    });
    let range = [pages.addr().addr(), page_size()];
    let names: Vec<_> = calls.iter().map(|it| name(it, range)).collect();
    let saw = format!("calls {}; {}", names.join(", "), SEEN[code]);
    let expected = [libc::SYS_mlock, libc::SYS_munlock].map(|it| (it, range));
    Some(Cell::whether(code == 0 && calls == expected, saw))
}

fn name((call, range): &Call, whole: [usize; 2]) -> String {
    let name = match *call {
        libc::SYS_mlock => "`mlock`".into(),
        libc::SYS_munlock => "`munlock`".into(),
        libc::SYS_madvise => "`madvise`".into(),
        other => format!("system call {other}"),
    };
    name + if *range == whole { "" } else { " elsewhere" }
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
        Err(fault) => Cell::no(fault),
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
