//! The functions whose instructions are counted: each makes one call to lock memory and
//! returns its result as it is, or as a `std::io::Result`. This crate's come first.

use core::{ffi::c_void, mem::MaybeUninit};
use std::io;

use crate::floor;

/// A function that is counted, and what calls it; nothing else does.
pub type Way = (*const (), unsafe fn(*const c_void, usize) -> io::Result<()>);

/// One subject of the count.
pub struct Counted {
    pub name: &'static str,
    /// Returns the result of the call as it is.
    pub plain: Way,
    /// Turns it into a `std::io::Result`.
    pub io: Way,
}

/// The name, the call with its type, and how its result becomes a `std::io::Result`.
macro_rules! counted {
    ($name:literal, |$addr:ident, $len:ident| $body:expr => $result:ty, |$from:ident| $io:expr) => {{
        #[inline(never)]
        #[allow(unused_unsafe, reason = "one of them has a safe function")]
        unsafe fn function($addr: *const c_void, $len: usize) -> $result {
            // SAFETY: forwarded; the caller vouches for the range.
            unsafe { $body }
        }
        #[allow(unused_unsafe, reason = "one of them has a safe function")]
        unsafe fn io($addr: *const c_void, $len: usize) -> io::Result<()> {
            // SAFETY: forwarded; the caller vouches for the range.
            let $from = unsafe { $body };
            $io
        }
        unsafe fn call(addr: *const c_void, len: usize) -> io::Result<()> {
            // SAFETY: forwarded; the caller vouches for the range.
            let $from = unsafe { function(addr, len) };
            $io
        }
        Counted {
            name: $name,
            plain: (function as *const (), call),
            io: (io as *const (), io),
        }
    }};
}

/// What a caller of the C library writes.
fn last_error(failed: bool) -> io::Result<()> {
    if failed {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

pub const ALL: [Counted; 10] = [
    counted!("os_memlock::raw",
        |addr, len| os_memlock::raw::mlock(addr, len) => os_memlock::raw::Result<()>, |it| it.map_err(Into::into)),
    counted!("os_memlock",
        |addr, len| os_memlock::mlock(addr, len) => io::Result<()>, |it| it),
    counted!("raw::mlock_onfault",
        |addr, len| os_memlock::raw::mlock_onfault(addr, len) => os_memlock::raw::Result<()>, |it| it.map_err(Into::into)),
    counted!("mlock_onfault",
        |addr, len| os_memlock::mlock_onfault(addr, len) => io::Result<()>, |it| it),
    counted!("inline assembly",
        |addr, len| floor::call(libc::SYS_mlock, addr, len, MaybeUninit::uninit()) => isize,
        |it| if it == 0 { Ok(()) } else { Err(io::Error::from_raw_os_error(-it as i32)) }),
    counted!("rustix",
        |addr, len| rustix::mm::mlock(addr.cast_mut(), len) => rustix::io::Result<()>,
        |it| it.map_err(|errno| io::Error::from_raw_os_error(errno.raw_os_error()))),
    counted!("libc",
        |addr, len| libc::mlock(addr, len) => libc::c_int, |it| last_error(it != 0)),
    counted!("os-memlock 0.2.0",
        |addr, len| os_memlock_0_2::mlock(addr, len) => io::Result<()>, |it| it),
    counted!("region 4",
        |addr, len| region::lock(addr, len).map(core::mem::forget) => region::Result<()>, |it| it.map_err(Into::into)),
    counted!("memsec 0.7",
        |addr, len| memsec::mlock(addr.cast_mut().cast(), len) => bool, |it| last_error(!it)),
];
