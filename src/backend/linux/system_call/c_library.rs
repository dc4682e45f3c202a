//! Through the C library, where there is no assembly for the processor.

use core::ffi::c_long;

use super::Argument;
use crate::backend::c_errno;
use crate::error::{Error, Result};

unsafe extern "C" {
    // Neither looks anything up nor keeps anything, and hands on the kernel's errno.
    fn syscall(number: c_long, ...) -> c_long;
}

/// # Safety
/// The call with this number and these arguments is sound.
pub(crate) unsafe fn system_call(
    number: usize,
    a: Argument,
    b: Argument,
    c: Argument,
    d: Argument,
) -> Result<()> {
    // SAFETY: the declaration is that of <unistd.h>, and the caller vouches for the
    // call, which does not look at an argument that is uninitialised.
    match unsafe { syscall(number as c_long, a, b, c, d) } {
        0 => Ok(()),
        -1 => Err(c_errno::last_error()),
        _ => Err(Error::ZERO),
    }
}
