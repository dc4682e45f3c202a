//! Lock and unlock, and nothing else: what the calls weigh.
#![no_std]
#![no_main]

use os_memlock::raw::{mlock, munlock};

rt::entry!(run);

fn run() -> i32 {
    let secret = [0_u8; 32];
    let addr = (&raw const secret).cast();
    // SAFETY: `secret` lives until both calls are done.
    let locked = unsafe { mlock(addr, secret.len()) };
    // SAFETY: as above, and nothing else locks this page.
    let unlocked = unsafe { munlock(addr, secret.len()) };
    i32::from(locked.is_err() || unlocked.is_err())
}
