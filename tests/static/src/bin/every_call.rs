//! Makes every call of the crate and compares each answer with what Linux says on
//! any processor: the numbers of errors, the locks, and how a limit lies in memory.
//!
//! What only a script can know is printed: the page size, `VmLck`, calls that are missing,
//! and the limit on core files as it is found and as it is left.
#![no_std]
#![no_main]

use core::ffi::c_void;
use core::hint::black_box;

use os_memlock::raw::{self, Result};
use os_memlock::{Error, Limit, Resource, Support};
use rt::{Line, check, must};
use rustix::io::Errno;
use rustix::mm::{MsyncFlags, msync, munmap};

const ENOMEM: i32 = 12;
const EINVAL: i32 = 22;

/// A soft limit whose two halves differ.
const SOFT: u64 = 0x3000;

type OnRange = unsafe fn(*mut c_void, usize) -> Result<()>;

/// A call that takes `*const c_void` as one of these.
macro_rules! on_range {
    ($call:path) => {
        |addr, len| {
            // SAFETY: forwarded.
            unsafe { $call(addr, len) }
        }
    };
}

/// The calls on a range, and whether the page is locked after each. In this order each is
/// allowed after the one before it.
const CALLS: [(&str, OnRange, bool); 10] = [
    ("mlock", on_range!(raw::mlock), true),
    ("munlock", on_range!(raw::munlock), false),
    ("mlock_onfault", on_range!(raw::mlock_onfault), true),
    ("munlock", on_range!(raw::munlock), false),
    ("madvise_dontdump", raw::madvise_dontdump, false),
    ("madvise_dodump", raw::madvise_dodump, false),
    ("madvise_wipeonfork", raw::madvise_wipeonfork, false),
    ("madvise_keeponfork", raw::madvise_keeponfork, false),
    ("madvise_dontfork", raw::madvise_dontfork, false),
    ("madvise_dofork", raw::madvise_dofork, false),
];

#[unsafe(no_mangle)]
extern "C" fn rt_main() -> ! {
    memory();
    ranges();
    limits();
    process();
    rt::done()
}

/// The memory functions are the example's. On x86, some become instructions in place.
fn memory() {
    let counted = |bytes: &[u8]| (0..500_u16).zip(bytes).all(|(i, byte)| *byte == i as u8);
    let mut bytes: [u8; 512] = core::array::from_fn(|i| i as u8);
    let start = black_box(&raw mut bytes).cast::<u8>();
    // SAFETY: both ranges are within the array.
    unsafe { start.copy_to(start.wrapping_add(12), 500) };
    check("memmove upwards", bytes.get(12..).is_some_and(counted));
    // SAFETY: the same.
    unsafe { start.wrapping_add(12).copy_to(start, 500) };
    check("memmove downwards", counted(&bytes));
    let mut copy = black_box(bytes);
    check("memcpy, bcmp", black_box(&copy) == black_box(&bytes));
    black_box(&mut copy).fill(black_box(0xff));
    check("memset", black_box(&copy).iter().all(|byte| *byte == 0xff));
    check("memcmp", black_box(&copy) > black_box(&bytes));
}

fn ranges() {
    let page = must("page_size", raw::page_size());
    check("MAX_PAGE_SIZE", page <= raw::MAX_PAGE_SIZE);
    Line::new("page    ").number(page).and(" bytes").end();
    let addr = rt::map(page);
    ask("mmap", addr, page, false);
    for (name, call, locks) in CALLS {
        // SAFETY: a whole page that is ours alone.
        let answer = unsafe { call(addr, page) };
        let missing = answer.err().filter(|error| error.is_unsupported());
        // Emulators lack some calls; no kernel does that this crate is tested on.
        if let Some(error) = missing {
            let errno = error.raw_os_error().unwrap_or(0).unsigned_abs() as usize;
            let line = Line::new("missing ").and(name).and(": errno ");
            line.number(errno).end();
        } else {
            must(name, answer);
        }
        ask(name, addr, page, locks && missing.is_none());
        // SAFETY: no byte at all.
        must(name, unsafe { call(addr.wrapping_byte_add(1), 0) });
        // SAFETY: refused, since no range is so long.
        let too_long = unsafe { call(addr, usize::MAX) };
        check(name, is(too_long, EINVAL));
    }
    // SAFETY: a whole page that is ours alone.
    must("mlock", unsafe { raw::mlock(addr, page) });
    // SAFETY: as above.
    unsafe { raw::munlock_after_failed_mlock(addr, page) };
    ask("munlock_after_failed_mlock", addr, page, false);
    // SAFETY: refused: the address is not that of a page.
    let unaligned = unsafe { raw::madvise_dontdump(addr.wrapping_byte_add(1), page) };
    check("EINVAL of an address", is(unaligned, EINVAL));
    // SAFETY: nothing refers to the page any more.
    check("munmap", unsafe { munmap(addr, page) }.is_ok());
    // SAFETY: nothing is mapped there.
    let unmapped = unsafe { raw::mlock(addr, page) };
    check("ENOMEM of mlock", is(unmapped, ENOMEM));
    // Some emulators accept the advice unseen.
    // SAFETY: nothing is mapped there.
    let heeded = unsafe { raw::madvise_dontdump(addr, page) }.is_err();
    let line = Line::new("advice  ");
    line.and(if heeded { "heeded" } else { "ignored" }).end();
}

/// Has the kernel say whether the page is locked: to invalidate a locked page is what `msync`
/// refuses, with EBUSY. It changes nothing of anonymous memory and needs no /proc.
fn ask(after: &str, page: *mut c_void, len: usize, locked: bool) {
    rt::say_vmlck(after);
    // SAFETY: anonymous memory has no store to synchronize with.
    let answer = unsafe { msync(page, len, MsyncFlags::ASYNC | MsyncFlags::INVALIDATE) };
    let expected = if locked { Err(Errno::BUSY) } else { Ok(()) };
    check(after, answer == expected);
}

/// Whether the answer is this error, of a call that exists.
fn is(answer: Result<()>, code: i32) -> bool {
    answer.is_err_and(|error| error.raw_os_error() == Some(code) && !error.is_unsupported())
}

fn limits() {
    let found = must("limit", raw::limit(Resource::Core));
    say_limit("found   ", found);
    let before = raw::set_soft_limit(Resource::Core, Some(SOFT));
    check("the limit before", must("set_soft_limit", before) == found);
    let left = must("limit", raw::limit(Resource::Core));
    say_limit("left    ", left);
    let expected = Limit::new(Some(SOFT), found.hard);
    check("the limit after", left == expected);
    let none = Limit::new(Some(0), Some(0));
    must("set_limit", raw::set_limit(Resource::Core, none));
    let left = must("limit", raw::limit(Resource::Core));
    check("the limit for good", left == none);
    must("limit", raw::limit(Resource::Memlock));
}

fn process() {
    for dumpable in [false, true] {
        must("set_process_dumpable", raw::set_process_dumpable(dumpable));
        let now = must("process_dumpable", raw::process_dumpable());
        check("dumpable", now == dumpable);
    }
    let no_call = raw::disable_core_dumps_for_process();
    check("no such call", no_call.is_err_and(is_no_call));
    let no_guard = raw::disable_core_dumps_with_guard();
    check("no such guard", no_guard.is_err_and(is_no_call));
    let granted = raw::probe(Support::all());
    let refused = (raw::supported() - granted).bits() as usize;
    Line::new("probe   not granted: ").number(refused).end();
    check("probe", raw::supported().contains(granted));
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
