//! What a C library does around `main`: the entry point, the exit, and what is left of a panic.

use core::arch::{asm, global_asm};

// The kernel enters here; a Rust function wants the stack aligned, as it is on aarch64.
#[cfg(target_arch = "x86_64")]
global_asm!(".globl _start", "_start: and rsp, -16", "call {start}", start = sym start);
#[cfg(target_arch = "aarch64")]
global_asm!(".globl _start", "_start: bl {start}", start = sym start);

extern "C" fn start() -> ! {
    exit(crate::main())
}

/// Ends the program.
pub fn exit(status: i32) -> ! {
    // SAFETY: the number is that of exit_group, which does not return.
    #[cfg(target_arch = "x86_64")]
    unsafe {
        asm!("syscall", in("rax") 231_usize, in("rdi") status, options(noreturn))
    }
    // SAFETY: the same.
    #[cfg(target_arch = "aarch64")]
    unsafe {
        asm!("svc 0", in("x8") 94_usize, in("w0") status, options(noreturn))
    }
}

/// No panic is reachable in a release build of this program.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    exit(101)
}

/// The unwind tables of `core` name it; nothing unwinds here.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}
