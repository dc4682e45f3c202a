//! What a C library would do before `main`, and the little of it that the
//! programs here need: an entry point, an exit, memory functions, output.
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
mod kernel;
mod mem;
mod print;

pub use arch::syscall3;
pub use kernel::{Ask, exit, is_init, kib_of, locked_kib, page_is_locked, power_off, swap_on};
pub use print::{Line, say};

/// The `Result` of a program's steps.
pub type Step<T = ()> = Result<T, Failed>;

/// Which call failed, and the errno that it gave.
pub struct Failed {
    /// The name of the call.
    pub call: &'static str,
    /// The number that the kernel gave, or 0 when none did.
    pub errno: i32,
}

impl Failed {
    /// What turned out not to be so, with no errno to tell of.
    pub fn check(what: &'static str, holds: bool) -> Step {
        if holds {
            return Ok(());
        }
        Err(Self {
            call: what,
            errno: 0,
        })
    }

    /// Prints it, with the errno if there is one.
    pub fn say(&self) {
        let line = Line::new("FAILED  ").and(self.call);
        match self.errno {
            0 => line.end(),
            errno => line
                .and(": errno ")
                .number(errno.unsigned_abs() as usize)
                .end(),
        }
    }

    /// Pairs a failed call of rustix with its name.
    pub fn rustix(call: &'static str) -> impl Fn(rustix::io::Errno) -> Self {
        move |errno| Self {
            call,
            errno: errno.raw_os_error(),
        }
    }

    /// Pairs a failed call of os-memlock with its name.
    pub fn memlock(call: &'static str) -> impl Fn(os_memlock::Error) -> Self {
        move |error| Self {
            call,
            errno: error.raw_os_error().unwrap_or(0),
        }
    }
}

/// The last words of a program, and its exit status. One that is all the userland
/// there is switches the machine off.
pub fn finish(outcome: &Step) -> i32 {
    let status = match outcome {
        Ok(()) => {
            say(b"done\n");
            0
        }
        Err(failed) => {
            failed.say();
            1
        }
    };
    if is_init() {
        power_off();
    }
    status
}

/// Makes `$main`, a `fn() -> i32`, what runs at the entry point; its result is
/// the exit status.
#[macro_export]
macro_rules! entry {
    ($main:path) => {
        #[unsafe(no_mangle)]
        extern "C" fn no_libc_main() -> ! {
            $crate::exit($main())
        }
    };
}

/// No panic is reachable in a release build of these programs. The words below
/// are what a check of the finished file looks for.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    say(b"panicked\n");
    exit(101)
}

/// The unwind tables of `core` name it; nothing unwinds here.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}
