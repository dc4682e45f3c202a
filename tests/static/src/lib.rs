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

use os_memlock::Error;
use rustix::io::pread;
use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};
use rustix::system::{RebootCommand, reboot};

/// The answer of a call that must not fail: otherwise the program ends.
pub fn must<T>(call: &str, answer: Result<T, Error>) -> T {
    answer.unwrap_or_else(|error| fail(call, error.raw_os_error().unwrap_or(0)))
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
    answer.unwrap_or_else(|errno| fail("mmap", errno.raw_os_error()))
}

/// Prints `VmLck` where standard input is this process's /proc/self/status. To open a file
/// here would bring code that can panic.
pub fn say_vmlck(after: &str) {
    let mut text = [0; 2048];
    // SAFETY: these programs never close standard input.
    let len = pread(unsafe { rustix::stdio::stdin() }, &mut text, 0).unwrap_or(0);
    let text = text.get(..len).unwrap_or_default();
    let mut lines = text.split(|byte| *byte == b'\n');
    let line = lines.find(|line| line.starts_with(b"VmLck:"));
    let said = Line::new("after   ").and(after).and(" ");
    said.and(line.unwrap_or_default()).end();
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

/// As in C. On 32-bit x86, rustix looks for the kernel's entry in the vDSO by name.
#[cfg(target_arch = "x86")]
#[unsafe(no_mangle)]
unsafe extern "C" fn strlen(text: *const u8) -> usize {
    let mut len = 0;
    // SAFETY: no byte before this one was the last. Volatile for the reason in mem.rs.
    while unsafe { text.wrapping_add(len).read_volatile() } != 0 {
        len += 1;
    }
    len
}
