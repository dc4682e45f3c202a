//! What every system has of them.

use core::ffi::c_void;

use crate::common::system::{self, page_size};

/// A mapping of whole pages, unmapped on drop.
#[derive(Debug)]
pub struct Pages {
    pub(super) start: *mut c_void,
    pub(super) count: usize,
}

// SAFETY: a mapping belongs to the process and to no thread of it.
unsafe impl Send for Pages {}

impl Pages {
    /// Private anonymous pages.
    pub fn new(count: usize) -> Self {
        let start = system::map(count * page_size());
        Self { start, count }
    }

    /// Makes a hole: unmaps some pages.
    pub fn unmap(&self, from: usize, count: usize) {
        assert!(from + count <= self.count);
        // SAFETY: the pages are this mapping's own, and hold no Rust object.
        unsafe { system::unmap(self.ptr(from), count * page_size()) };
    }

    /// Takes every right from some pages.
    pub fn protect(&self, from: usize, count: usize) {
        self.try_protect(from, count).unwrap();
    }

    /// The same, and the errno where the kernel refuses it.
    pub fn try_protect(&self, from: usize, count: usize) -> Result<(), i32> {
        assert!(from + count <= self.count);
        // SAFETY: the pages are this mapping's own, and hold no Rust object.
        unsafe { system::forbid(self.ptr(from), count * page_size()) }
    }

    /// Where a page begins; the page behind the last one counts.
    pub fn ptr(&self, page: usize) -> *mut c_void {
        assert!(page <= self.count);
        self.start.wrapping_byte_add(page * page_size())
    }

    /// An address within the mapping.
    pub fn byte(&self, offset: usize) -> *mut c_void {
        assert!(offset <= self.len());
        self.start.wrapping_byte_add(offset)
    }

    pub fn addr(&self) -> *mut c_void {
        self.start
    }

    pub fn len(&self) -> usize {
        self.count * page_size()
    }

    pub fn count(&self) -> usize {
        self.count
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        for page in 0..self.count {
            // SAFETY: the page is this mapping's own, or is not mapped any more.
            unsafe { system::release(self.ptr(page)) };
        }
    }
}
