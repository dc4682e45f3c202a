//! For a virtual machine with a disk to swap to, as its first process: puts one
//! pattern in locked pages, another in unlocked ones, and has the kernel page
//! out whatever it can. Whoever started the machine then looks into the disk.
#![no_std]
#![no_main]

use core::arch::asm;
use core::ffi::{CStr, c_void};
use core::hint::black_box;

use os_memlock::raw;
use rt::{check, must};
use rustix::io::Errno;
use rustix::mm::{Advice, madvise};
use rustix::mount::{MountFlags, mount};

const PAGES: usize = 64;

/// Bytes of the patterns, inverted: this file must not be where they are found.
const LOCKED: u128 = !u128::from_ne_bytes(*b"LOCKED-secret-1\n");
const UNLOCKED: u128 = !u128::from_ne_bytes(*b"UNLOCKED-secret\n");

/// As its driver names it.
const DISK: &CStr = c"/dev/nvme0n1";

#[unsafe(no_mangle)]
extern "C" fn rt_main() -> ! {
    check("the first process", rustix::process::getpid().is_init());
    let _ = rustix::fs::mkdir(c"/dev", rustix::fs::Mode::RWXU);
    let dev = c"devtmpfs";
    let mounted = mount(dev, c"/dev", dev, MountFlags::empty(), None);
    check("mount", mounted.is_ok());
    let page = must("page_size", raw::page_size());
    let len = page * PAGES;
    let locked = filled(LOCKED, len);
    // SAFETY: the mapping is never unmapped.
    must("mlock", unsafe { raw::mlock(locked, len) });
    let unlocked = filled(UNLOCKED, len);
    swap_on(DISK);
    page_out(locked, len, Err(Errno::INVAL));
    page_out(unlocked, len, Ok(()));
    rt::done()
}

/// A new mapping, full of the pattern.
fn filled(inverted: u128, len: usize) -> *mut c_void {
    let start = rt::map(len);
    for i in 0..len / 16 {
        let place = start.cast::<u128>().wrapping_add(i);
        // SAFETY: these 16 bytes are within the mapping.
        unsafe { place.write_volatile(!black_box(inverted)) };
    }
    start
}

/// Swaps to a device, for which rustix has no call, on the processors that this program is for.
fn swap_on(device: &CStr) {
    let answer: isize;
    let path = device.as_ptr();
    // SAFETY: the path ends in a zero byte and outlives the call.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        asm!("syscall", inlateout("rax") 167_isize => answer, in("rdi") path, in("rsi") 0_usize,
            lateout("rcx") _, lateout("r11") _);
    }
    // SAFETY: the same.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        asm!("svc 0", in("x8") 224_usize, inlateout("x0") path.addr() => answer, in("x1") 0_usize);
    }
    if answer != 0 {
        rt::fail("swapon", answer as i32);
    }
}

/// Pages the range out: twice, since a page that is being written goes only
/// when it is asked for again. For a locked range the kernel must refuse.
fn page_out(start: *mut c_void, len: usize, expected: rustix::io::Result<()>) {
    for _ in 0..2 {
        // SAFETY: this advice changes no byte of the process.
        let answer = unsafe { madvise(start, len, Advice::LinuxPageOut) };
        check("madvise(MADV_PAGEOUT)", answer == expected);
    }
}
