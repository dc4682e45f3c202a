//! Functions that make one call and return its result, under names that can be
//! found in the assembly.

use core::ffi::c_void;
use std::io;

use os_memlock::raw;

macro_rules! one_call {
    ($($name:ident: $call:path, $pointer:ty, $result:ty;)+) => {$(
        /// # Safety
        /// As the call that it is named after.
        #[unsafe(no_mangle)]
        pub unsafe fn $name(addr: $pointer, len: usize) -> $result {
            // SAFETY: forwarded; the caller vouches for the range.
            unsafe { $call(addr, len) }
        }
    )+};
}

one_call! {
    raw_mlock: raw::mlock, *const c_void, raw::Result<()>;
    std_mlock: os_memlock::mlock, *const c_void, io::Result<()>;
    raw_munlock: raw::munlock, *const c_void, raw::Result<()>;
    std_munlock: os_memlock::munlock, *const c_void, io::Result<()>;
    raw_onfault: raw::mlock_onfault, *const c_void, raw::Result<()>;
    std_onfault: os_memlock::mlock_onfault, *const c_void, io::Result<()>;
    raw_dontdump: raw::madvise_dontdump, *mut c_void, raw::Result<()>;
    std_dontdump: os_memlock::madvise_dontdump, *mut c_void, io::Result<()>;
}
