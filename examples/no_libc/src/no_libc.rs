//! A secret in memory that the kernel keeps in RAM, with neither std nor a C
//! library: each step is printed, and a step that fails ends the program.
#![no_std]
#![no_main]

use core::ffi::c_void;
use core::ptr::null_mut;

use os_memlock::raw;
use rt::{Failed, Line, Step};
use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous, munmap};

rt::entry!(main);

/// A secret with no zero byte, so that wiping shows.
const SECRET: &[u8] = b"correct horse battery staple";

fn main() -> i32 {
    rt::finish(&run())
}

fn run() -> Step {
    let len = raw::page_size().map_err(Failed::memlock("page_size"))?;
    let read_write = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a new mapping, where the kernel finds room for it.
    let page = unsafe { mmap_anonymous(null_mut(), len, read_write, MapFlags::PRIVATE) }
        .map_err(Failed::rustix("mmap"))?;
    let line = Line::new("map     one page of ");
    line.number(len).and(" bytes").end();
    // SAFETY: a whole page that is ours alone.
    unsafe { keep_secret(page, len) }?;
    // SAFETY: nothing refers to the page any more.
    unsafe { munmap(page, len) }.map_err(Failed::rustix("munmap"))?;
    rt::say(b"unmap   the page is given back\n");
    say_whether_advice_counts(page, len);
    Ok(())
}

/// # Safety
/// `page` is the start of a mapped page of `len` bytes that nothing else uses.
unsafe fn keep_secret(page: *mut c_void, len: usize) -> Step {
    // SAFETY: the page is ours.
    unsafe { expect_locked(page, len, false) }?;
    // Locked and hidden first: no moment in which the secret could leave.
    // SAFETY: the page stays mapped until it is unlocked.
    unsafe { raw::mlock(page, len) }.map_err(Failed::memlock("mlock"))?;
    rt::say(b"lock    the page stays in RAM\n");
    // SAFETY: the page is ours and starts where a page starts.
    unsafe { raw::madvise_dontdump(page, len) }.map_err(Failed::memlock("madvise"))?;
    rt::say(b"hide    the page is to stay out of core dumps\n");
    // SAFETY: the page is ours and longer than the secret.
    unsafe { page.cast::<u8>().copy_from(SECRET.as_ptr(), SECRET.len()) };
    rt::say(b"write   the secret is in the page\n");
    // SAFETY: the page is ours.
    unsafe { expect_locked(page, len, true) }?;
    // SAFETY: the page is ours.
    unsafe { wipe(page.cast(), len) }?;
    // SAFETY: the page is mapped, and only we locked it.
    unsafe { raw::munlock(page, len) }.map_err(Failed::memlock("munlock"))?;
    rt::say(b"unlock  the page may be swapped out again\n");
    // SAFETY: the page is ours.
    unsafe { expect_locked(page, len, false) }
}

/// Has the kernel itself say whether the page is locked.
///
/// # Safety
/// As [`rt::page_is_locked`].
unsafe fn expect_locked(page: *mut c_void, len: usize, expected: bool) -> Step {
    // SAFETY: forwarded.
    let locked = unsafe { rt::page_is_locked(page, len) }?;
    let line = Line::new("ask     the kernel: ");
    let line = line.and(if locked { "locked" } else { "not locked" });
    match rt::locked_kib() {
        Some(kib) => line.and(", VmLck ").number(kib).and(" kB").end(),
        None => line.and(", no /proc to read VmLck from").end(),
    }
    Failed::check("the lock is not as it should be", locked == expected)
}

/// # Safety
/// `len` bytes at `page` can be read and written.
unsafe fn wipe(page: *mut u8, len: usize) -> Step {
    let mut left = 0;
    let mut i = 0;
    while i < len {
        let at = page.wrapping_add(i);
        // Volatile, or the compiler may leave out what nobody reads later.
        // SAFETY: `at` is within the page.
        unsafe { at.write_volatile(0) };
        // SAFETY: the same.
        left |= unsafe { at.read_volatile() };
        i += 1;
    }
    Failed::check("the page is not wiped", left == 0)?;
    rt::say(b"wipe    every byte of the page is zero\n");
    Ok(())
}

/// A kernel that carries out the advice refuses it where nothing is mapped; some
/// emulators accept the advice unseen, and then the page was not hidden.
fn say_whether_advice_counts(page: *mut c_void, len: usize) {
    // SAFETY: nothing is mapped there, so there is nothing that could change.
    let heeded = unsafe { raw::madvise_dontdump(page, len) }.is_err();
    rt::say(if heeded {
        b"note    dump advice is heeded here\n"
    } else {
        b"note    dump advice is accepted and ignored here (an emulator?)\n"
    });
}
