//! Questions to the kernel, and the end of a program.

use core::ffi::{CStr, c_void};

use rustix::fd::{BorrowedFd, RawFd};
use rustix::io::{Errno, close, read};
use rustix::mm::{MsyncFlags, msync};
use rustix::system::{RebootCommand, reboot};

use crate::arch::{EXIT_GROUP, OPENAT, SWAPON, syscall3};
use crate::{Failed, Step};

/// What the kernel says of a page.
pub type Ask = Step<bool>;

/// Whether the page is locked: to invalidate a locked page is what `msync`
/// refuses, with EBUSY. It changes nothing of anonymous memory and needs no /proc.
///
/// # Errors
/// Any other refusal, such as ENOMEM where nothing is mapped.
///
/// # Safety
/// `page` is the start of a page of anonymous memory, `len` its size.
pub unsafe fn page_is_locked(page: *mut c_void, len: usize) -> Ask {
    // SAFETY: anonymous memory has no store to synchronize with.
    match unsafe { msync(page, len, MsyncFlags::ASYNC | MsyncFlags::INVALIDATE) } {
        Ok(()) => Ok(false),
        Err(Errno::BUSY) => Ok(true),
        Err(errno) => Err(Failed::rustix("msync")(errno)),
    }
}

/// `VmLck` of this process in kB; `None` where /proc is not mounted.
#[must_use]
pub fn locked_kib() -> Option<usize> {
    kib_of(b"VmLck:")
}

/// The number after `key` in /proc/self/status.
#[must_use]
pub fn kib_of(key: &[u8]) -> Option<usize> {
    let mut text = [0; 2048];
    let len = contents(c"/proc/self/status", &mut text)?;
    let text = text.get(..len)?;
    let at = (0..len).find(|&at| text.get(at..).is_some_and(|rest| rest.starts_with(key)))?;
    let digits = text.get(at + key.len()..)?.trim_ascii_start();
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |n: usize, byte| {
        n.wrapping_mul(10).wrapping_add((byte - b'0') as usize)
    }))
}

/// Reads the start of a file; the path is absolute, so that the folder which
/// the call also takes does not matter.
fn contents(path: &CStr, text: &mut [u8]) -> Option<usize> {
    // SAFETY: the path ends in a zero byte; flags of 0 only read.
    let answer = unsafe { syscall3(OPENAT, 0, path.as_ptr().addr(), 0) };
    let raw = RawFd::try_from(answer).ok().filter(|&fd| fd >= 0)?;
    // SAFETY: open until the end of this function.
    let file = unsafe { BorrowedFd::borrow_raw(raw) };
    let len = read(file, text).ok();
    // SAFETY: ours, and not used after this.
    unsafe { close(raw) };
    len
}

/// Whether this process is the first one, which may never exit.
#[must_use]
pub fn is_init() -> bool {
    rustix::process::getpid().is_init()
}

/// Switches the machine off.
pub fn power_off() {
    // Whoever may not do so is told by the exit that follows.
    let _ = reboot(RebootCommand::PowerOff);
}

/// Ends the program.
pub fn exit(status: i32) -> ! {
    loop {
        // SAFETY: nothing runs after it.
        unsafe { syscall3(EXIT_GROUP, status as usize, 0, 0) };
    }
}

/// Swaps to a device, for which rustix has no call.
///
/// # Errors
/// What the kernel says.
pub fn swap_on(device: &CStr) -> Step {
    // SAFETY: the path ends in a zero byte and outlives the call.
    let answer = unsafe { syscall3(SWAPON, device.as_ptr().addr(), 0, 0) };
    if answer < 0 {
        return Err(Failed {
            call: "swapon",
            errno: -answer as i32,
        });
    }
    Ok(())
}
