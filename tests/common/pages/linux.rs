//! Mappings of other kinds, and their content.

use core::ffi::c_int;
use std::io::Error;
use std::mem;
use std::ops::Range;
use std::os::fd::AsRawFd as _;

use super::Pages;
use crate::common::system::{mmap, page_size};

const READ_WRITE: c_int = libc::PROT_READ | libc::PROT_WRITE;
const PRIVATE: c_int = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
const SHARED: c_int = libc::MAP_SHARED | libc::MAP_ANONYMOUS;

impl Pages {
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
        let start = mmap(count * page_size(), protection, flags, fd);
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
        mem::forget(self);
        // SAFETY: both ranges are these mappings' own, and hold no Rust object.
        let got = unsafe { libc::mremap(from, len, len, flags, place.start) };
        assert_eq!(got, place.start, "{}", Error::last_os_error());
        place
    }

    /// The addresses.
    pub fn range(&self) -> Range<usize> {
        self.start.addr()..self.start.addr() + self.len()
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
