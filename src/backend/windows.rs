//! Windows.
//!
//! Reference: [VirtualLock](https://learn.microsoft.com/en-us/windows/win32/api/memoryapi/nf-memoryapi-virtuallock),
//! [VirtualUnlock](https://learn.microsoft.com/en-us/windows/win32/api/memoryapi/nf-memoryapi-virtualunlock),
//! [GetSystemInfo](https://learn.microsoft.com/en-us/windows/win32/api/sysinfoapi/nf-sysinfoapi-getsysteminfo),
//! [error codes](https://learn.microsoft.com/en-us/windows/win32/debug/system-error-codes).

use core::ffi::c_void;
use core::mem::offset_of;

use super::contract::Backend;
use crate::errno::{ErrorCodes, WINDOWS};
use crate::error::{Error, Result};
use crate::support::Support;

/// `SYSTEM_INFO`, as <sysinfoapi.h> lays it out.
#[repr(C)]
#[derive(Default)]
struct SystemInfo {
    processor_architecture: u16,
    reserved: u16,
    page_size: u32,
    minimum_application_address: usize,
    maximum_application_address: usize,
    active_processor_mask: usize,
    number_of_processors: u32,
    processor_type: u32,
    allocation_granularity: u32,
    processor_level: u16,
    processor_revision: u16,
}

// `.ci/proofs/headers` compares these with the layout in <sysinfoapi.h>.
const _: () = assert!(size_of::<SystemInfo>() == 24 + 3 * size_of::<usize>());
const _: () = assert!(offset_of!(SystemInfo, page_size) == 4);

// raw-dylib needs neither an import library nor another crate. On 32-bit x86 the
// names in kernel32.dll have no stdcall decoration.
#[cfg_attr(
    target_arch = "x86",
    link(
        name = "kernel32",
        kind = "raw-dylib",
        import_name_type = "undecorated"
    )
)]
#[cfg_attr(not(target_arch = "x86"), link(name = "kernel32", kind = "raw-dylib"))]
unsafe extern "system" {
    fn VirtualLock(address: *const c_void, size: usize) -> i32;
    fn VirtualUnlock(address: *const c_void, size: usize) -> i32;
    safe fn GetSystemInfo(info: &mut SystemInfo);
    safe fn GetLastError() -> u32;
}

pub(crate) enum Os {}

impl Backend for Os {
    const CODES: ErrorCodes = WINDOWS;

    const SUPPORTED: Support = Support::MLOCK
        .union(Support::MUNLOCK)
        .union(Support::PAGE_SIZE);

    #[inline]
    unsafe fn mlock(addr: *const c_void, len: usize) -> Result<()> {
        // SAFETY: the declaration is that of <memoryapi.h>; locking changes no
        // byte, and the rest is the range conditions.
        result(unsafe { VirtualLock(addr, len) })
    }

    #[inline]
    unsafe fn munlock(addr: *const c_void, len: usize) -> Result<()> {
        // SAFETY: as for `VirtualLock`.
        result(unsafe { VirtualUnlock(addr, len) })
    }

    fn page_size() -> Result<usize> {
        let mut info = SystemInfo::default();
        GetSystemInfo(&mut info);
        let size = info.page_size as usize;
        if size.is_power_of_two() {
            Ok(size)
        } else {
            Err(Error::NO_PAGE_SIZE)
        }
    }
}

/// A call that returns BOOL: 0 is failure, with the reason in the thread's last
/// error, to be read before anything else can set it.
#[inline]
fn result(success: i32) -> Result<()> {
    if success != 0 {
        Ok(())
    } else {
        Err(last_error())
    }
}

#[cold]
fn last_error() -> Error {
    Error::from_raw_os_error(GetLastError() as i32)
}
