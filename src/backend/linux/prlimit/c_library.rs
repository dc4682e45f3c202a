//! Through the C library, where there is no assembly for the processor. Android and
//! `OpenHarmony` have it for all of theirs: there only Miri and the unit tests come here.

use core::ffi::c_int;
use core::ptr::null;

unsafe extern "C" {
    // musl's `prlimit` is of 64 bits on every processor. Since 1.2.4 programs cannot be
    // linked with the other name.
    #[cfg_attr(any(target_env = "musl", target_env = "ohos"), link_name = "prlimit")]
    fn prlimit64(pid: c_int, resource: c_int, new: *const [u64; 2], old: *mut [u64; 2]) -> c_int;

    #[cfg_attr(target_os = "android", link_name = "__errno")]
    fn __errno_location() -> *mut c_int;
}

/// # Safety
/// `old` points to memory that the call may write.
pub(crate) unsafe fn prlimit64_by_c(resource: usize, old: *mut [u64; 2]) -> isize {
    // SAFETY: the declaration is that of <sys/resource.h>, and the caller vouches for
    // `old`.
    let answer = unsafe { prlimit64(0, resource as c_int, null(), old) };
    if answer != -1 {
        return answer as isize;
    }
    // SAFETY: the C library gives each thread an errno of its own.
    let errno = unsafe { __errno_location() };
    // SAFETY: the pointer is to this thread's errno, which the call has just set.
    (unsafe { errno.read() } as isize).wrapping_neg()
}
