//! The functions whose instructions are counted: each makes one call to lock
//! memory and returns its result as it is, or as a `std::io::Result`. The first of
//! them are this crate's.

use core::ffi::c_void;
use std::io;

/// One subject of the count.
pub struct Counted {
    pub name: &'static str,
    /// What [`Self::call`] calls, and nothing else does.
    pub function: *const (),
    /// Makes the call; true on success.
    pub call: unsafe fn(*const c_void, usize) -> bool,
    /// Makes the call and turns its error into a `std::io::Error`.
    pub io: unsafe fn(*const c_void, usize) -> io::Result<()>,
}

/// The name, the call with its type, when its result is a success, and how it becomes a
/// `std::io::Result`.
macro_rules! counted {
    ($name:literal, |$addr:ident, $len:ident| $body:expr => $result:ty,
     |$ok:ident| $is_ok:expr, |$from:ident| $into_io:expr) => {{
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
            $into_io
        }
        unsafe fn call(addr: *const c_void, len: usize) -> bool {
            // SAFETY: forwarded; the caller vouches for the range.
            let $ok = unsafe { function(addr, len) };
            $is_ok
        }
        Counted {
            name: $name,
            function: function as *const (),
            call,
            io,
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
        |addr, len| os_memlock::raw::mlock(addr, len) => os_memlock::raw::Result<()>,
        |result| result.is_ok(), |result| Ok(result?)),
    counted!("os_memlock",
        |addr, len| os_memlock::mlock(addr, len) => io::Result<()>,
        |result| result.is_ok(), |result| result),
    counted!("raw::mlock_onfault",
        |addr, len| os_memlock::raw::mlock_onfault(addr, len) => os_memlock::raw::Result<()>,
        |result| result.is_ok(), |result| Ok(result?)),
    counted!("mlock_onfault",
        |addr, len| os_memlock::mlock_onfault(addr, len) => io::Result<()>,
        |result| result.is_ok(), |result| result),
    counted!("inline assembly",
    |addr, len| crate::floor::mlock(addr, len) => isize,
    |result| result == 0,
    |result| match result {
        0 => Ok(()),
        errno => Err(io::Error::from_raw_os_error(-errno as i32)),
    }),
    counted!("rustix",
        |addr, len| rustix::mm::mlock(addr.cast_mut(), len) => rustix::io::Result<()>,
        |result| result.is_ok(),
        |result| result.map_err(|errno| io::Error::from_raw_os_error(errno.raw_os_error()))),
    counted!("libc",
        |addr, len| libc::mlock(addr, len) => libc::c_int,
        |result| result == 0, |result| last_error(result != 0)),
    counted!("os-memlock 0.2.0",
        |addr, len| os_memlock_0_2::mlock(addr, len) => io::Result<()>,
        |result| result.is_ok(), |result| result),
    counted!("region 4",
        |addr, len| region::lock(addr, len).map(core::mem::forget) => region::Result<()>,
        |result| result.is_ok(), |result| Ok(result?)),
    counted!("memsec 0.7",
        |addr, len| memsec::mlock(addr.cast_mut().cast(), len) => bool,
        |result| result, |result| last_error(!result)),
];
