//! Memory to lock.

use core::ffi::c_void;
use core::ptr::null_mut;

/// Private anonymous pages, never touched so far.
pub struct Pages {
    start: *mut c_void,
    len: usize,
}

// SAFETY: the value owns its mapping, as a `Box` would.
unsafe impl Send for Pages {}

impl Pages {
    /// # Panics
    /// When the system has no room for them.
    #[must_use]
    pub fn new(count: usize) -> Self {
        let len = count * size();
        let access = libc::PROT_READ | libc::PROT_WRITE;
        // Without NORESERVE four threads' worth of pages may not be promised.
        let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a new mapping, at an address of the kernel's choice.
        let start = unsafe { libc::mmap(null_mut(), len, access, kind, -1, 0) };
        assert!(start != libc::MAP_FAILED, "no room for {count} pages");
        Self { start, len }
    }

    /// The address of the page with this index.
    #[must_use]
    pub fn at(&self, page: usize) -> *mut c_void {
        assert!(page * size() < self.len);
        self.start.wrapping_byte_add(page * size())
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Gives the memory back, so that the next touch is a first one.
    ///
    /// # Panics
    /// When pages are locked: the kernel then keeps them.
    pub fn forget(&mut self) {
        // SAFETY: the range is the mapping of `self`, and nothing refers to it.
        let answer = unsafe { libc::madvise(self.start, self.len, libc::MADV_DONTNEED) };
        assert_eq!(answer, 0, "the pages are still locked");
    }

    /// Writes to each page.
    pub fn touch(&mut self) {
        for page in 0..self.len / size() {
            touch(self.at(page));
        }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: the mapping is this value's own.
        unsafe { libc::munmap(self.start, self.len) };
    }
}

fn touch(page: *mut c_void) {
    // SAFETY: only `Pages` calls this, with pages of its own mapping, which can
    // be written.
    unsafe { page.cast::<u8>().write_volatile(1) };
}

/// The page size.
///
/// # Panics
/// When the kernel will not tell.
#[must_use]
pub fn size() -> usize {
    os_memlock::raw::page_size().expect("the kernel tells its page size")
}
