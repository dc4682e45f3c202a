use core::ffi::c_void;
use core::mem;
use core::ptr;
use std::io::Error;

use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleA, GetProcAddress};
use windows_sys::Win32::System::Memory::{
    MEM_COMMIT, MEM_DECOMMIT, MEM_RESERVE, PAGE_NOACCESS, PAGE_READWRITE, VirtualAlloc,
    VirtualFree, VirtualProtect,
};
use windows_sys::Win32::System::ProcessStatus::{
    K32QueryWorkingSetEx, PSAPI_WORKING_SET_EX_INFORMATION,
};
use windows_sys::Win32::System::SystemInformation::{GetNativeSystemInfo, SYSTEM_INFO};
use windows_sys::Win32::System::Threading::GetCurrentProcess;

/// The page size, from another call than the crate's.
pub fn page_size() -> usize {
    let mut info = SYSTEM_INFO::default();
    // SAFETY: the pointer is to a struct of this frame.
    unsafe { GetNativeSystemInfo(&raw mut info) };
    info.dwPageSize as usize
}

/// New private memory.
pub(in crate::common) fn map(len: usize) -> *mut c_void {
    // SAFETY: Windows chooses the address, so that no other memory is touched.
    let start = unsafe { VirtualAlloc(ptr::null(), len, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE) };
    assert!(!start.is_null(), "{}", Error::last_os_error());
    start
}

/// Leaves the addresses reserved.
///
/// # Safety
/// Nobody uses the memory after this.
pub(in crate::common) unsafe fn unmap(start: *mut c_void, len: usize) {
    // SAFETY: the caller's promise.
    check(unsafe { VirtualFree(start, len, MEM_DECOMMIT) });
}

/// # Safety
/// Nobody uses the page after this.
pub(in crate::common) unsafe fn release(page: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { unmap(page, page_size()) }
}

/// Takes every right from the pages.
///
/// # Safety
/// Nobody reads or writes the memory after this.
pub(in crate::common) unsafe fn forbid(start: *mut c_void, len: usize) -> Result<(), i32> {
    let mut before = 0;
    // SAFETY: the caller's promise, and the pointer is to a number of this frame.
    check(unsafe { VirtualProtect(start, len, PAGE_NOACCESS, &raw mut before) });
    Ok(())
}

pub fn is_in_memory(page: *mut c_void) -> Option<bool> {
    Some(working_set(page) & 1 != 0)
}

/// Whether the page is locked. Wine does not say.
pub fn is_locked(page: *mut c_void) -> Option<bool> {
    /// `Locked` of `PSAPI_WORKING_SET_EX_BLOCK`.
    const LOCKED: usize = 1 << 22;
    (!is_wine()).then(|| working_set(page) & LOCKED != 0)
}

/// The attributes of a page in the working set.
fn working_set(page: *mut c_void) -> usize {
    let mut info = PSAPI_WORKING_SET_EX_INFORMATION {
        VirtualAddress: page,
        ..Default::default()
    };
    let size = mem::size_of_val(&info) as u32;
    // SAFETY: the pointer is to a struct of this frame, of this size.
    let answer = unsafe { K32QueryWorkingSetEx(GetCurrentProcess(), (&raw mut info).cast(), size) };
    check(answer);
    // SAFETY: each member of the union is this number.
    unsafe { info.VirtualAttributes.Flags }
}

/// Whether this is wine, which has a function of its own in a library of Windows.
pub fn is_wine() -> bool {
    // SAFETY: the name is a C string, and the library of every process.
    let library = unsafe { GetModuleHandleA(c"ntdll.dll".as_ptr().cast()) };
    // SAFETY: as above.
    unsafe { GetProcAddress(library, c"wine_get_version".as_ptr().cast()) }.is_some()
}

/// Panics, with the text of the last error, if a call that answers 0 on failure failed.
#[track_caller]
pub fn check(answer: i32) {
    assert_ne!(answer, 0, "{}", Error::last_os_error());
}
