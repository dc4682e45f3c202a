//! A key on a page that stays in RAM and out of core dumps, in a static program with
//! neither std nor a C library. Each step is printed with what the kernel says of the page.
//! The exit status is the errno of a step that failed.
#![no_std]
#![no_main]

mod mem;
mod rt;

use core::ffi::c_void;
use core::hint::black_box;
use core::{ptr, slice};

use os_memlock::{Error, raw};
use rustix::io::Errno;
use rustix::mm::{MapFlags, MsyncFlags, ProtFlags, mmap_anonymous, msync, munmap};

/// In its place comes what reads the key: into the page, and nowhere else.
const KEY: &[u8; 28] = b"correct horse battery staple";

fn main() -> i32 {
    match run() {
        Ok(()) => 0,
        Err(error) => {
            say("failed\n");
            error.raw_os_error().unwrap_or(255)
        }
    }
}

/// A step that fails ends the program, and with it the mapping and the lock.
fn run() -> raw::Result<()> {
    let len = raw::page_size()?;
    let read_write = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a new mapping, where the kernel finds room for it.
    let addr = unsafe { mmap_anonymous(ptr::null_mut(), len, read_write, MapFlags::PRIVATE) };
    let addr = addr.map_err(from_rustix)?;
    ask("mapped", addr, len)?;
    // SAFETY: the page is ours alone, and unlocked before it is unmapped.
    unsafe { raw::mlock(addr, len) }?;
    // SAFETY: a whole page that is ours alone.
    unsafe { raw::madvise_dontdump(addr, len) }?;
    ask("locked, excluded from core dumps", addr, len)?;
    // SAFETY: the page is mapped, initialised, and reached through this slice only.
    let page = unsafe { slice::from_raw_parts_mut(addr.cast(), len) };
    if !use_key(page) {
        say("the page does not hold what was written\n");
        return Err(from_rustix(Errno::IO));
    }
    say("filled, used, wiped\n");
    // SAFETY: the page is ours alone, and wiped.
    unsafe { raw::munlock(addr, len) }?;
    ask("unlocked", addr, len)?;
    // SAFETY: nothing refers to the page any more.
    unsafe { munmap(addr, len) }.map_err(from_rustix)
}

/// Whether the page held the key, and is wiped.
fn use_key(page: &mut [u8]) -> bool {
    // No zero byte, so that wiping shows.
    page.fill(0xff);
    if let Some(start) = page.first_chunk_mut() {
        *start = *KEY;
    }
    let held = black_box(&*page).starts_with(KEY) && page.ends_with(&[0xff]);
    for byte in &mut *page {
        // Volatile, or the compiler may leave out what nobody reads later.
        // SAFETY: a reference is valid.
        unsafe { ptr::from_mut(byte).write_volatile(0) };
    }
    held && black_box(&*page).iter().all(|byte| *byte == 0)
}

/// Prints the step, and whether the page is locked: `msync` refuses to invalidate a locked
/// page, with EBUSY, and changes nothing of anonymous memory.
fn ask(step: &str, addr: *mut c_void, len: usize) -> raw::Result<()> {
    // SAFETY: anonymous memory has no file to synchronize with.
    let answer = unsafe { msync(addr, len, MsyncFlags::ASYNC | MsyncFlags::INVALIDATE) };
    say(step);
    match answer {
        Ok(()) => say(": the kernel says not locked\n"),
        Err(Errno::BUSY) => say(": the kernel says locked\n"),
        Err(errno) => return Err(from_rustix(errno)),
    }
    Ok(())
}

fn from_rustix(errno: Errno) -> Error {
    Error::from_raw_os_error(errno.raw_os_error())
}

/// Prints without `core::fmt`, which can panic. There is nobody to tell when it fails.
fn say(text: &str) {
    // SAFETY: this program never closes standard output.
    let _ = rustix::io::write(unsafe { rustix::stdio::stdout() }, text.as_bytes());
}
