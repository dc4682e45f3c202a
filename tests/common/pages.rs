//! Whole pages of the tests' own.
#![cfg(target_os = "linux")]

use core::ffi::{c_int, c_void};
use core::ptr;
use std::io::Error;
use std::ops::Range;
use std::os::fd::AsRawFd as _;

use super::kernel::{check, page_size, result_of};

const READ_WRITE: c_int = libc::PROT_READ | libc::PROT_WRITE;
const PRIVATE: c_int = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
const SHARED: c_int = libc::MAP_SHARED | libc::MAP_ANONYMOUS;

/// A mapping of whole pages, unmapped on drop.
#[derive(Debug)]
pub struct Pages {
    start: *mut c_void,
    count: usize,
}

// SAFETY: a mapping belongs to the process and to no thread of it.
unsafe impl Send for Pages {}

impl Pages {
    /// Private anonymous pages.
    pub fn new(count: usize) -> Self {
        Self::map(count, READ_WRITE, PRIVATE, -1)
    }

    /// Shared anonymous pages.
    pub fn shared(count: usize) -> Self {
        Self::map(count, READ_WRITE, SHARED, -1)
    }

    /// Pages of a new file, private or shared.
    pub fn of_file(count: usize, sharing: c_int) -> Self {
        Self::of_file_with(count, sharing, (count * page_size()) as u64)
    }

    /// Pages of a new file of so many bytes, be it too short for them.
    pub fn of_file_with(count: usize, sharing: c_int, bytes: u64) -> Self {
        let file = tempfile::tempfile().unwrap();
        file.set_len(bytes).unwrap();
        Self::map(count, READ_WRITE, sharing, file.as_raw_fd())
    }

    /// Pages that the kernel may take away at any time, `MAP_DROPPABLE`.
    pub fn droppable(count: usize) -> Self {
        const MAP_DROPPABLE: c_int = 8;
        Self::map(count, READ_WRITE, MAP_DROPPABLE | libc::MAP_ANONYMOUS, -1)
    }

    /// Private anonymous pages that may not be accessed.
    pub fn prot_none(count: usize) -> Self {
        Self::map(count, libc::PROT_NONE, PRIVATE, -1)
    }

    fn map(count: usize, protection: c_int, flags: c_int, fd: c_int) -> Self {
        let len = count * page_size();
        // SAFETY: the kernel chooses the address, so that no other mapping is touched.
        let start = unsafe { libc::mmap(ptr::null_mut(), len, protection, flags, fd, 0) };
        assert_ne!(start, libc::MAP_FAILED, "{}", Error::last_os_error());
        Self { start, count }
    }

    /// Replaces some pages by shared anonymous ones, a mapping of another kind.
    pub fn replace_by_shared(&self, from: usize, count: usize) {
        assert!(from + count <= self.count);
        let (place, len) = (self.ptr(from), count * page_size());
        let flags = SHARED | libc::MAP_FIXED;
        // SAFETY: the replaced pages are this mapping's own, and hold no Rust object.
        let got = unsafe { libc::mmap(place, len, READ_WRITE, flags, -1, 0) };
        assert_eq!(got, place, "{}", Error::last_os_error());
    }

    /// The same pages at another address.
    pub fn moved(self) -> Self {
        let place = Self::prot_none(self.count);
        let flags = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED;
        let (from, len) = (self.start, self.len());
        std::mem::forget(self);
        // SAFETY: both ranges are these mappings' own, and hold no Rust object.
        let got = unsafe { libc::mremap(from, len, len, flags, place.start) };
        assert_eq!(got, place.start, "{}", Error::last_os_error());
        place
    }

    /// Makes a hole: unmaps some pages.
    pub fn unmap(&self, from: usize, count: usize) {
        assert!(from + count <= self.count);
        // SAFETY: the pages are this mapping's own, and hold no Rust object.
        check(unsafe { libc::munmap(self.ptr(from), count * page_size()) });
    }

    /// Takes every right from some pages.
    pub fn protect(&self, from: usize, count: usize) {
        self.try_protect(from, count).unwrap();
    }

    /// The same, and the errno where the kernel refuses it.
    pub fn try_protect(&self, from: usize, count: usize) -> Result<(), c_int> {
        assert!(from + count <= self.count);
        // SAFETY: the pages are this mapping's own, and hold no Rust object.
        let answer =
            unsafe { libc::mprotect(self.ptr(from), count * page_size(), libc::PROT_NONE) };
        result_of(answer)
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

    /// The addresses.
    pub fn range(&self) -> Range<usize> {
        self.start.addr()..self.start.addr() + self.len()
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// Writes one byte at the start of a page that may be written.
    pub fn write(&self, page: usize, value: u8) {
        assert!(page < self.count);
        // SAFETY: the page is mapped; the tests write to pages with both rights.
        unsafe { self.ptr(page).cast::<u8>().write_volatile(value) }
    }

    /// Reads the byte at the start of a page that may be read.
    pub fn read(&self, page: usize) -> u8 {
        assert!(page < self.count);
        // SAFETY: as for `write`; fresh pages hold zeros.
        unsafe { self.ptr(page).cast::<u8>().read_volatile() }
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: the range is this mapping's own; a hole in it is no error.
        unsafe { libc::munmap(self.start, self.len()) };
    }
}
