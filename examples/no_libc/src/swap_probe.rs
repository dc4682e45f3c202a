//! For a virtual machine with a disk to swap to, as its first process: puts one
//! pattern in locked pages, another in unlocked ones, and has the kernel page
//! out whatever it can. Whoever started the machine then looks into the disk.
#![no_std]
#![no_main]

use core::ffi::{CStr, c_void};
use core::hint::black_box;
use core::ptr::null_mut;

use os_memlock::raw;
use rt::{Failed, Line, Step};
use rustix::io::Errno;
use rustix::mm::{Advice, MapFlags, ProtFlags, madvise, mmap_anonymous};
use rustix::mount::{MountFlags, mount};

rt::entry!(main);

const PAGES: usize = 64;

/// Bytes of the patterns, inverted: this file must not be where they are found.
const LOCKED: &[u8; 16] = &inverted(b"LOCKED-secret-1\n");
const UNLOCKED: &[u8; 16] = &inverted(b"UNLOCKED-secret\n");

/// Disks by the names that their drivers give them; the first one there is used.
const DISKS: [&CStr; 2] = [c"/dev/nvme0n1", c"/dev/vda"];

fn main() -> i32 {
    if !rt::is_init() {
        rt::say(b"FAILED  this program is for the first process of a virtual machine\n");
        return 1;
    }
    rt::finish(&run())
}

fn run() -> Step {
    for (source, target) in [(c"devtmpfs", c"/dev"), (c"proc", c"/proc")] {
        let _ = rustix::fs::mkdir(target, rustix::fs::Mode::RWXU);
        mount(source, target, source, MountFlags::empty(), None)
            .map_err(Failed::rustix("mount"))?;
    }
    let page = raw::page_size().map_err(Failed::memlock("page_size"))?;
    let len = page * PAGES;
    let locked = filled(LOCKED, page)?;
    // SAFETY: the mapping is never unmapped.
    unsafe { raw::mlock(locked, len) }.map_err(Failed::memlock("mlock"))?;
    let unlocked = filled(UNLOCKED, page)?;
    swap_to_a_disk()?;
    page_out(locked, len, true)?;
    page_out(unlocked, len, false)?;
    let line = Line::new("swap    VmLck ").number(rt::kib_of(b"VmLck:").unwrap_or(0));
    let line = line.and(" kB, VmSwap ");
    line.number(rt::kib_of(b"VmSwap:").unwrap_or(0))
        .and(" kB")
        .end();
    Ok(())
}

/// A new mapping, each page of it full of the pattern.
fn filled(pattern: &[u8; 16], page: usize) -> Step<*mut c_void> {
    let len = page * PAGES;
    let read_write = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: a new mapping, where the kernel finds room for it.
    let start = unsafe { mmap_anonymous(null_mut(), len, read_write, MapFlags::PRIVATE) }
        .map_err(Failed::rustix("mmap"))?;
    for i in 0..len {
        let byte = !black_box(pattern)[i % 16];
        // SAFETY: `i` is within the mapping.
        unsafe { start.cast::<u8>().wrapping_add(i).write_volatile(byte) };
    }
    Ok(start)
}

fn swap_to_a_disk() -> Step {
    for disk in DISKS {
        if rustix::fs::stat(disk).is_ok() {
            return rt::swap_on(disk);
        }
    }
    Err(Failed {
        call: "no disk",
        errno: 0,
    })
}

/// Pages the range out: twice, since a page that is being written goes only
/// when it is asked for again. For a locked range the kernel must refuse.
fn page_out(start: *mut c_void, len: usize, refuse: bool) -> Step {
    for _ in 0..2 {
        // SAFETY: this advice changes no byte of the process.
        match unsafe { madvise(start, len, Advice::LinuxPageOut) } {
            Err(Errno::INVAL) if refuse => {}
            Ok(()) if !refuse => {}
            other => {
                let errno = other.err().map_or(0, Errno::raw_os_error);
                return Err(Failed {
                    call: "madvise(MADV_PAGEOUT)",
                    errno,
                });
            }
        }
    }
    Ok(())
}

const fn inverted(text: &[u8; 16]) -> [u8; 16] {
    let mut out = [0; 16];
    let mut i = 0;
    while i < 16 {
        out[i] = !text[i];
        i += 1;
    }
    out
}
