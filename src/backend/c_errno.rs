//! Why a function of the C library failed.

use core::ffi::c_int;

use crate::error::Error;

unsafe extern "C" {
    // Each C library has a name of its own for the function behind `errno`.
    #[cfg_attr(
        any(target_os = "freebsd", target_vendor = "apple"),
        link_name = "__error"
    )]
    #[cfg_attr(
        any(
            target_os = "android",
            target_os = "netbsd",
            target_os = "openbsd",
            target_os = "cygwin",
        ),
        link_name = "__errno"
    )]
    #[cfg_attr(
        any(target_os = "illumos", target_os = "solaris"),
        link_name = "___errno"
    )]
    #[cfg_attr(target_os = "aix", link_name = "_Errno")]
    #[cfg_attr(target_os = "nto", link_name = "__get_errno_ptr")]
    safe fn __errno_location() -> *mut c_int;
}

/// The error of the last call of this thread, which has just failed.
#[cold]
pub(crate) fn last_error() -> Error {
    // SAFETY: the pointer is to this thread's own errno, which lives as long as the thread.
    Error::from_raw_os_error(unsafe { __errno_location().read() })
}
