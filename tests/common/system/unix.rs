use core::ffi::{c_int, c_void};
use core::ptr;
use std::io::Error;

/// The page size, from the C library.
pub fn page_size() -> usize {
    // SAFETY: no pointer is involved.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap()
}

/// New private anonymous memory.
pub(in crate::common) fn map(len: usize) -> *mut c_void {
    let read_write = libc::PROT_READ | libc::PROT_WRITE;
    mmap(len, read_write, libc::MAP_PRIVATE | libc::MAP_ANON, -1)
}

/// New memory of any kind, of the start of the file `fd` if there is one.
pub(in crate::common) fn mmap(
    len: usize,
    protection: c_int,
    flags: c_int,
    fd: c_int,
) -> *mut c_void {
    // SAFETY: the kernel chooses the address, so that no other mapping is touched.
    let start = unsafe { libc::mmap(ptr::null_mut(), len, protection, flags, fd, 0) };
    assert_ne!(start, libc::MAP_FAILED, "{}", Error::last_os_error());
    start
}

/// # Safety
/// Nobody uses the memory after this.
pub(in crate::common) unsafe fn unmap(start: *mut c_void, len: usize) {
    // SAFETY: the caller's promise.
    check(unsafe { libc::munmap(start, len) });
}

/// Unmaps a page, if it is mapped: OpenBSD answers EINVAL where it is not.
///
/// # Safety
/// Nobody uses the page after this.
pub(in crate::common) unsafe fn release(page: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe { libc::munmap(page, page_size()) };
}

/// Takes every right from the pages.
///
/// # Safety
/// Nobody reads or writes the memory after this.
pub(in crate::common) unsafe fn forbid(start: *mut c_void, len: usize) -> Result<(), c_int> {
    // SAFETY: the caller's promise.
    result_of(unsafe { libc::mprotect(start, len, libc::PROT_NONE) })
}

/// Whether the page is in memory; OpenBSD does not tell.
#[cfg(not(target_os = "openbsd"))]
pub fn is_in_memory(page: *mut c_void) -> Option<bool> {
    let mut answer = 0;
    // SAFETY: the answer for one page is one byte.
    check(unsafe { libc::mincore(page, page_size(), &raw mut answer) });
    Some(answer & 1 != 0)
}

#[cfg(target_os = "openbsd")]
pub fn is_in_memory(_: *mut c_void) -> Option<bool> {
    None
}

/// Whether the page is locked. The kernel refuses to invalidate a page that is; one
/// that is not may lose its content.
#[cfg(not(any(target_os = "macos", target_os = "openbsd")))]
pub fn is_locked(page: *mut c_void) -> Option<bool> {
    // SAFETY: the page is the test's own, and needs no content.
    let answer = unsafe { libc::msync(page, page_size(), libc::MS_SYNC | libc::MS_INVALIDATE) };
    match result_of(answer) {
        Ok(()) => Some(false),
        Err(libc::EBUSY) => Some(true),
        Err(errno) => panic!("msync at {page:p}: errno {errno}"),
    }
}

/// The same where msync does not tell: by what the limit on locked memory has room for.
#[cfg(target_os = "macos")]
pub fn is_locked(page: *mut c_void) -> Option<bool> {
    // A page that is locked already needs no room; the lock is counted, and undone.
    Some(crate::common::limits::at_soft_limit(0, || has_room(page)))
}

#[cfg(target_os = "openbsd")]
pub fn is_locked(page: *mut c_void) -> Option<bool> {
    let before = locked_pages();
    // SAFETY: the page is the test's own.
    check(unsafe { libc::munlock(page, 1) });
    let was_locked = locked_pages() < before;
    if was_locked {
        // SAFETY: a lock changes no byte.
        at_soft_pages(before, || check(unsafe { libc::mlock(page, 1) }));
    }
    Some(was_locked)
}

/// How many pages of this process are locked: one less than the lowest limit at which
/// one more can be.
#[cfg(target_os = "openbsd")]
fn locked_pages() -> u64 {
    use os_memlock::Resource::Memlock;
    let spare = map(page_size());
    let most = crate::common::limits::get_rlimit(Memlock).1 / page_size() as u64;
    let room = (1..=most.min(64)).find(|&it| at_soft_pages(it, || has_room(spare)));
    // SAFETY: nobody else knows the page.
    unsafe { release(spare) };
    room.map_or(most, |pages| pages - 1)
}

#[cfg(target_os = "openbsd")]
fn at_soft_pages<T>(pages: u64, body: impl FnOnce() -> T) -> T {
    crate::common::limits::at_soft_limit(pages * page_size() as u64, body)
}

/// Whether the page can be locked. It is unlocked again.
#[cfg(not(target_os = "linux"))]
pub fn has_room(page: *mut c_void) -> bool {
    // SAFETY: a lock changes no byte.
    let answer = result_of(unsafe { libc::mlock(page, 1) });
    if answer.is_ok() {
        // SAFETY: the page has been locked just now.
        check(unsafe { libc::munlock(page, 1) });
    }
    answer.is_ok()
}

/// The errno of a C call that answers 0 on success.
pub fn result_of(answer: c_int) -> Result<(), c_int> {
    match answer {
        0 => Ok(()),
        _ => Err(Error::last_os_error().raw_os_error().unwrap()),
    }
}

/// Panics, with the text of the errno, if such a call failed.
#[track_caller]
pub fn check(answer: c_int) {
    result_of(answer).unwrap_or_else(|errno| panic!("{}", Error::from_raw_os_error(errno)));
}
