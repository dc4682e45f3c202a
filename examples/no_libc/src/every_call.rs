//! Makes every call of the crate and compares each answer with what Linux says on
//! any processor: the numbers of errors, and how a limit lies in memory. It is for
//! a test; `no_libc` is the program to read.
//!
//! It prints the limit on core files as it finds it and as it leaves it, for
//! whoever set the one and can look at the other.
#![no_std]
#![no_main]

use core::ffi::c_void;
use core::ptr::null_mut;

use os_memlock::raw::{self, Result};
use os_memlock::{Error, Limit, Resource, Support};
use rt::{Failed, Line, Step};
use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous, munmap};

rt::entry!(main);

const ENOMEM: i32 = 12;
const EINVAL: i32 = 22;

/// A soft limit whose two halves differ.
const SOFT: u64 = 0x3000;

type OnRange = unsafe fn(*mut c_void, usize) -> Result<()>;

/// The calls on a range. In this order each is allowed after the one before it.
const CALLS: [(&str, OnRange); 9] = [
    ("mlock", mlock),
    ("munlock", munlock),
    ("mlock_onfault", mlock_onfault),
    ("madvise_dontdump", raw::madvise_dontdump),
    ("madvise_dodump", raw::madvise_dodump),
    ("madvise_wipeonfork", raw::madvise_wipeonfork),
    ("madvise_keeponfork", raw::madvise_keeponfork),
    ("madvise_dontfork", raw::madvise_dontfork),
    ("madvise_dofork", raw::madvise_dofork),
];

/// # Safety
/// As the call.
unsafe fn mlock(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { raw::mlock(addr, len) }
}

/// # Safety
/// As the call.
unsafe fn munlock(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { raw::munlock(addr, len) }
}

/// # Safety
/// As the call.
unsafe fn mlock_onfault(addr: *mut c_void, len: usize) -> Result<()> {
    // SAFETY: forwarded.
    unsafe { raw::mlock_onfault(addr, len) }
}

fn main() -> i32 {
    rt::finish(&ranges().and_then(|()| process()))
}

fn ranges() -> Step {
    let page = raw::page_size().map_err(Failed::memlock("page_size"))?;
    let read_write = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a new mapping, where the kernel finds room for it.
    let addr = unsafe { mmap_anonymous(null_mut(), page, read_write, MapFlags::PRIVATE) }
        .map_err(Failed::rustix("mmap"))?;
    for (name, call) in CALLS {
        // SAFETY: a whole page that is ours alone.
        match unsafe { call(addr, page) } {
            Err(error) if error.is_unsupported() => say_missing(name, error),
            answer => answer.map_err(Failed::memlock(name))?,
        }
        // SAFETY: no byte at all.
        unsafe { call(addr.wrapping_byte_add(1), 0) }.map_err(Failed::memlock(name))?;
        // SAFETY: refused, since no range is so long.
        let too_long = unsafe { call(addr, usize::MAX) };
        Failed::check(name, is(too_long, EINVAL))?;
    }
    // SAFETY: refused: the address is not that of a page.
    let unaligned = unsafe { raw::madvise_dontdump(addr.wrapping_byte_add(1), page) };
    Failed::check("EINVAL of an address", is(unaligned, EINVAL))?;
    // SAFETY: nothing refers to the page any more.
    unsafe { munmap(addr, page) }.map_err(Failed::rustix("munmap"))?;
    // SAFETY: nothing is mapped there.
    let unmapped = unsafe { raw::mlock(addr, page) };
    Failed::check("ENOMEM of mlock", is(unmapped, ENOMEM))
}

/// Emulators lack some calls; no kernel does that this crate is tested on.
fn say_missing(name: &str, error: Error) {
    let errno = error.raw_os_error().unwrap_or(0).unsigned_abs() as usize;
    let line = Line::new("missing ").and(name).and(": errno ");
    line.number(errno).end();
}

/// Whether the answer is this error, of a call that exists.
fn is(answer: Result<()>, code: i32) -> bool {
    answer.is_err_and(|error| error.raw_os_error() == Some(code) && !error.is_unsupported())
}

fn process() -> Step {
    let found = raw::limit(Resource::Core).map_err(Failed::memlock("limit"))?;
    say_limit("found   ", found);
    let before = raw::set_soft_limit(Resource::Core, Some(SOFT))
        .map_err(Failed::memlock("set_soft_limit"))?;
    Failed::check("the limit before", before == found)?;
    let left = raw::limit(Resource::Core).map_err(Failed::memlock("limit"))?;
    say_limit("left    ", left);
    Failed::check(
        "the limit after",
        (left.soft, left.hard) == (Some(SOFT), found.hard),
    )?;
    let for_good = Limit::new(Some(0), Some(0));
    raw::set_limit(Resource::Core, for_good).map_err(Failed::memlock("set_limit"))?;
    let none = raw::limit(Resource::Core).map_err(Failed::memlock("limit"))?;
    Failed::check("the limit for good", none == for_good)?;
    raw::limit(Resource::Memlock).map_err(Failed::memlock("limit"))?;

    for dumpable in [false, true] {
        raw::set_process_dumpable(dumpable).map_err(Failed::memlock("set_process_dumpable"))?;
        let now = raw::process_dumpable().map_err(Failed::memlock("process_dumpable"))?;
        Failed::check("dumpable", now == dumpable)?;
    }
    let no_call = raw::disable_core_dumps_for_process().err();
    Failed::check("no such call", no_call.is_some_and(is_no_call))?;
    let no_guard = raw::disable_core_dumps_with_guard().err();
    Failed::check("no such guard", no_guard.is_some_and(is_no_call))?;
    let granted = raw::probe(Support::all());
    let line = Line::new("probe   not granted: ");
    line.number((raw::supported() - granted).bits() as usize)
        .end();
    Failed::check("probe", raw::supported().contains(granted))
}

fn is_no_call(error: Error) -> bool {
    error.raw_os_error().is_none() && error.is_unsupported()
}

/// 0 stands for no limit.
fn say_limit(when: &str, limit: Limit) {
    let line = Line::new(when).and("core limit ");
    let line = line.number(limit.soft.unwrap_or(0) as usize).and(" ");
    line.number(limit.hard.unwrap_or(0) as usize).end();
}
