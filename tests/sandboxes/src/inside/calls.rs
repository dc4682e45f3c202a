//! The functions of the crate: what they returned, and what was seen of it.

use core::ffi::c_void;

use os_memlock::raw::{self, Error, Result};
use os_memlock::{Limit, Resource, Support};

use crate::pages::{OnRange, Pages, line, page, text};

/// Calls a function in a process that ends with it.
type Call = fn() -> String;

pub(crate) const ALL: [(&str, Call); 21] = [
    ("mlock", || makes(mlock, LOCKED)),
    ("munlock", || undoes(munlock, mlock, LOCKED)),
    ("munlock_after_failed_mlock", after_failed_mlock),
    ("mlock_onfault", || {
        makes(mlock_onfault, &["VmLck", "EBUSY", "Locked", "lo", "lf"])
    }),
    ("madvise_dontdump", || makes(raw::madvise_dontdump, &["dd"])),
    ("madvise_dodump", || {
        undoes(raw::madvise_dodump, raw::madvise_dontdump, &["dd"])
    }),
    ("madvise_wipeonfork", || {
        makes(raw::madvise_wipeonfork, WIPED)
    }),
    ("madvise_keeponfork", || {
        undoes(raw::madvise_keeponfork, raw::madvise_wipeonfork, WIPED)
    }),
    ("madvise_dontfork", || makes(raw::madvise_dontfork, GONE)),
    ("madvise_dofork", || {
        undoes(raw::madvise_dofork, raw::madvise_dontfork, GONE)
    }),
    ("probe", probe),
    ("page_size", page_size),
    ("limit", || of_limits(raw::limit)),
    ("set_soft_limit", || of_limits(set_soft_limit)),
    ("set_limit", || of_limits(set_limit)),
    ("process_dumpable", || {
        told(raw::process_dumpable(), |&yes| yes)
    }),
    ("set_process_dumpable", set_process_dumpable),
    ("disable_core_dumps_for_process", || {
        told(raw::disable_core_dumps_for_process(), |()| true)
    }),
    ("disable_core_dumps_with_guard", || {
        told(raw::disable_core_dumps_with_guard(), |_| true)
    }),
    ("mlock 64 MiB", || large(mlock)),
    ("mlock_onfault 64 MiB", || large(mlock_onfault)),
];

/// What shows that pages are locked, that a child reads zeros, that it has no page.
const LOCKED: &[&str] = &["VmLck", "EBUSY", "Locked", "lo"];
const WIPED: &[&str] = &["wf", "zeros"];
const GONE: &[&str] = &["dc", "SIGSEGV"];

unsafe fn mlock(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { raw::mlock(addr, len) }
}

unsafe fn munlock(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { raw::munlock(addr, len) }
}

unsafe fn mlock_onfault(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { raw::mlock_onfault(addr, len) }
}

fn makes(call: OnRange, expected: &[&str]) -> String {
    let pages = Pages::new(page());
    let answer = pages.call(call);
    pages.touch();
    verdict(answer, &pages.marks(), expected)
}

/// The call after the one that it undoes.
fn undoes(call: OnRange, what: OnRange, expected: &[&str]) -> String {
    let pages = Pages::new(page());
    pages.touch();
    let _ = pages.call(what);
    let before = pages.marks();
    undone(pages.call(call), &before, &pages, expected)
}

/// A lock over a hole fails, and leaves what was mapped before it locked.
fn after_failed_mlock() -> String {
    let pages = Pages::before_a_hole();
    pages.touch();
    let answer = match pages.call_for(2 * page(), mlock) {
        Err(error) if error.raw_os_error() == Some(libc::ENOMEM) => Ok(()),
        other => other,
    };
    let before = pages.marks();
    let unlock: OnRange = |addr, len| {
        // SAFETY: forwarded.
        unsafe { raw::munlock_after_failed_mlock(addr, len) };
        Ok(())
    };
    let _ = pages.call_for(2 * page(), unlock);
    undone(answer, &before, &pages, LOCKED)
}

/// What was seen before, of which nothing may be left.
fn undone(answer: Result<()>, before: &[&str], pages: &Pages, expected: &[&str]) -> String {
    match pages.marks() {
        left if left.is_empty() => verdict(answer, before, expected),
        left => format!("{answer:?}, and left {left:?}"),
    }
}

/// In one word or few: an error, or what the kernel does not show of the effect, or shows
/// besides.
fn verdict(answer: Result<()>, seen: &[&str], expected: &[&str]) -> String {
    let without = |all: &[&str], some: &[&str]| {
        let rest = all.iter().filter(|it| !some.contains(it));
        rest.copied().collect::<Vec<_>>().join(" ")
    };
    let (lacks, besides) = (without(expected, seen), without(seen, expected));
    match answer {
        Err(error) => name(error),
        Ok(()) if !besides.is_empty() => format!("Ok, and also {besides}"),
        Ok(()) if lacks.is_empty() => "works".into(),
        Ok(()) if seen.is_empty() => NOTHING.into(),
        Ok(()) => format!("Ok, but no {lacks}"),
    }
}

const NOTHING: &str = "Ok, and nothing happened";

fn told<T>(answer: Result<T>, is_so: impl FnOnce(&T) -> bool) -> String {
    match answer {
        Err(error) => name(error),
        Ok(value) if is_so(&value) => "works".into(),
        Ok(_) => NOTHING.into(),
    }
}

fn name(error: Error) -> String {
    let name = match error.raw_os_error() {
        None => "no call".into(),
        Some(libc::EPERM) => "EPERM".into(),
        Some(libc::ENOMEM) => "ENOMEM".into(),
        Some(libc::EINVAL) => "EINVAL".into(),
        Some(libc::ENOSYS) => "ENOSYS".into(),
        Some(other) => format!("errno {other}"),
    };
    if error.is_unsupported() {
        format!("unsupported ({name})")
    } else {
        name
    }
}

/// What is not granted of what the target has.
fn probe() -> String {
    let refused = raw::supported() - raw::probe(Support::all());
    let names: Vec<_> = refused.iter_names().map(|(name, _)| name).collect();
    match refused.is_empty() {
        true => "all".into(),
        false => format!("all but {}", names.join(", ")),
    }
}

fn page_size() -> String {
    // SAFETY: no pointer is involved.
    let from_the_kernel = unsafe { libc::getauxval(libc::AT_PAGESZ) };
    told(raw::page_size(), |&size| size as u64 == from_the_kernel)
}

/// The limit that the call answers, for each resource, is the one in /proc.
fn of_limits(call: fn(Resource) -> Result<Limit>) -> String {
    let names = [
        (Resource::Memlock, "Max locked memory"),
        (Resource::Core, "Max core file size"),
    ];
    let mut texts = Vec::from(names.map(|(resource, name)| {
        told(call(resource), |limit| {
            let (text, number) = (text("limits"), |word: &str| word.parse().ok());
            let mut words = line(&text, name).split_whitespace().map(number);
            words.next() == Some(limit.soft) && words.next() == Some(limit.hard)
        })
    }));
    texts.dedup();
    texts.join(", ")
}

fn set_soft_limit(of: Resource) -> Result<Limit> {
    let before = raw::set_soft_limit(of, Some(4096))?;
    Ok(Limit::new(Some(4096), before.hard))
}

fn set_limit(of: Resource) -> Result<Limit> {
    let limit = Limit::new(Some(0), Some(8192));
    raw::set_limit(of, limit).map(|()| limit)
}

fn set_process_dumpable() -> String {
    told(raw::set_process_dumpable(false), |()| {
        raw::process_dumpable() == Ok(false)
    })
}

/// More than the limit and the group of any row but those that have none.
fn large(call: OnRange) -> String {
    let pages = Pages::new(64 << 20);
    let answer = pages.call(call);
    pages.touch();
    told(answer, |()| true)
}

/// Locks a page until the program ends.
pub(crate) fn keep_locked() -> String {
    told(Pages::new(page()).call(mlock), |()| true)
}
