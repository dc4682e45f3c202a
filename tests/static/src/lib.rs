//! What the programs here share: entry point, exit, memory functions, output, and questions
//! to the kernel. A program defines `rt_main`, an `extern "C" fn() -> !`.
#![no_std]
#![cfg_attr(
    any(
        target_arch = "mips",
        target_arch = "mips64",
        target_arch = "powerpc",
        target_arch = "powerpc64"
    ),
    // Newer compilers need it for fewer of them.
    allow(stable_features, unused_features),
    feature(asm_experimental_arch)
)]

mod arch;
mod line;
// The file that a reader copies: it is checked here, on every processor.
#[path = "../../../examples/no_libc/src/mem.rs"]
mod mem;

pub use arch::exit;
pub use line::Line;

use core::ffi::c_void;
use core::ptr::null_mut;

use rustix::io::{Errno, pread};
use rustix::mm::{MapFlags, MsyncFlags, ProtFlags, mmap_anonymous, msync};
use rustix::system::{RebootCommand, reboot};

/// An error that has an errno, or 0.
pub trait Code {
    /// The errno.
    fn code(&self) -> i32;
}

impl Code for Errno {
    fn code(&self) -> i32 {
        self.raw_os_error()
    }
}

impl Code for os_memlock::Error {
    fn code(&self) -> i32 {
        self.raw_os_error().unwrap_or(0)
    }
}

/// The answer of a call that must not fail: otherwise the program ends.
pub fn must<T>(call: &str, answer: Result<T, impl Code>) -> T {
    answer.unwrap_or_else(|error| fail(call, error.code()))
}

/// Ends the program unless this holds.
pub fn check(what: &str, holds: bool) {
    if !holds {
        fail(what, 0);
    }
}

/// Ends the program with the words that the scripts look for.
pub fn fail(what: &str, errno: i32) -> ! {
    let line = Line::new("FAILED  ").and(what).and(": errno ");
    line.number(errno.unsigned_abs() as usize).end();
    end(1)
}

/// Ends a program in which all was as it should be.
pub fn done() -> ! {
    Line::new("done").end();
    end(0)
}

/// The first process of a machine, which may not exit, switches it off.
fn end(status: i32) -> ! {
    if rustix::process::getpid().is_init() {
        let _ = reboot(RebootCommand::PowerOff);
    }
    exit(status)
}

/// New memory.
pub fn map(len: usize) -> *mut c_void {
    let read_write = ProtFlags::READ | ProtFlags::WRITE;
    // SAFETY: where the kernel finds room for it.
    let answer = unsafe { mmap_anonymous(null_mut(), len, read_write, MapFlags::PRIVATE) };
    must("mmap", answer)
}

/// Whether the page is locked: to invalidate a locked page is what `msync` refuses, with
/// EBUSY. It changes nothing of anonymous memory and needs no /proc.
///
/// # Safety
/// `page` is the start of a page of anonymous memory, `len` its size.
pub unsafe fn is_locked(page: *mut c_void, len: usize) -> bool {
    // SAFETY: anonymous memory has no store to synchronize with.
    match unsafe { msync(page, len, MsyncFlags::ASYNC | MsyncFlags::INVALIDATE) } {
        Err(Errno::BUSY) => true,
        answer => {
            must("msync", answer);
            false
        }
    }
}

/// `VmLck` in kB, where standard input is this process's /proc/self/status. To open a file
/// here would bring code that can panic.
#[must_use]
pub fn vmlck() -> Option<usize> {
    let mut text = [0; 2048];
    // SAFETY: these programs never close standard input.
    let len = pread(unsafe { rustix::stdio::stdin() }, &mut text, 0).ok()?;
    let text = text.get(..len)?;
    let at = text.windows(6).position(|word| word == b"VmLck:")?;
    let digits = text.get(at + 6..)?.trim_ascii_start();
    let digits = digits.iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |n: usize, byte| {
        n.wrapping_mul(10).wrapping_add(usize::from(byte - b'0'))
    }))
}

/// No panic is reachable in a release build of these programs. The words below
/// are what a check of the finished file looks for.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    Line::new("panicked").end();
    exit(101)
}

/// The unwind tables of `core` name it; nothing unwinds here.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}
