//! Locks and unlocks a page, and nothing else: what the calls weigh.
#![no_std]
#![no_main]

use core::ptr::null_mut;

use os_memlock::raw::{mlock, munlock};
use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};

#[unsafe(no_mangle)]
extern "C" fn rt_main() -> ! {
    // SAFETY: a new mapping, where the kernel finds room for it.
    let page = unsafe { mmap_anonymous(null_mut(), 4096, ProtFlags::WRITE, MapFlags::PRIVATE) };
    let Ok(page) = page else { rt::exit(2) };
    // SAFETY: the page is ours, and mapped until the program ends.
    let locked = unsafe { mlock(page, 4096) };
    // SAFETY: as above, and nothing else locks this page.
    let unlocked = unsafe { munlock(page, 4096) };
    rt::exit(i32::from(locked.is_err() || unlocked.is_err()))
}
