//! Mappings of other kinds, holes, and content.

use core::ffi::{c_int, c_void};
use core::ptr;
use std::fs::File;
use std::io::Error;
use std::mem;
use std::ops::Range;
use std::os::fd::{AsRawFd as _, FromRawFd as _};

use self::Kind::{Private, PrivateFile, Shared, SharedFile};
use super::every_system::Pages;
use crate::common::system::{check, mmap, page_size, unmap};

const READ_WRITE: c_int = libc::PROT_READ | libc::PROT_WRITE;
const PRIVATE: c_int = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
const SHARED: c_int = libc::MAP_SHARED | libc::MAP_ANONYMOUS;

/// What a page is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(i32)]
pub enum Kind {
    #[default]
    Private = PRIVATE,
    Shared = SHARED,
    PrivateFile = libc::MAP_PRIVATE,
    SharedFile = libc::MAP_SHARED,
}

pub const KINDS: [Kind; 4] = [Private, Shared, PrivateFile, SharedFile];

/// What a page may be used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(i32)]
pub enum Rights {
    #[default]
    None = libc::PROT_NONE,
    Read = libc::PROT_READ,
    ReadWrite = READ_WRITE,
}

pub const RIGHTS: [Rights; 3] = [Rights::None, Rights::Read, Rights::ReadWrite];

/// How many pages before and behind those of [`Pages::unmapped`] are never mapped.
pub const MARGIN: usize = 64;

impl Pages {
    /// Address space in which nothing is mapped; for each number another one. It lies
    /// low, where the kernel maps nothing unless told to: a hole stays one.
    pub fn unmapped(number: usize, count: usize) -> Self {
        let len = (MARGIN + count + MARGIN) * page_size();
        let places = (0..16).map(|place| (16 * (number + 1) + place) << 24);
        let mut places = places.map(ptr::with_exposed_provenance_mut);
        let place = places.find(|&place| is_free(place, len));
        let margin = place.expect("free address space");
        Self {
            start: margin.wrapping_byte_add(MARGIN * page_size()),
            count,
        }
    }

    /// Shared anonymous pages.
    pub fn shared(count: usize) -> Self {
        Self::map(count, READ_WRITE, SHARED, -1)
    }

    /// Pages of a new file of so many bytes, be it too short for them.
    pub fn of_file(count: usize, bytes: usize) -> Self {
        Self::map(
            count,
            READ_WRITE,
            SharedFile as c_int,
            new_file(bytes).as_raw_fd(),
        )
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

    /// Maps pages anew, over whatever was there.
    pub fn replace(&self, pages: Range<usize>, kind: Kind, rights: Rights) {
        assert!(pages.end <= self.count);
        let (place, len) = (self.ptr(pages.start), pages.len() * page_size());
        let (flags, file) = (kind as c_int | libc::MAP_FIXED, new_file(len));
        // SAFETY: the replaced pages are this mapping's own, and hold no Rust object. The
        // kernel looks at the file only where the flags ask for one.
        let got = unsafe { libc::mmap(place, len, rights as c_int, flags, file.as_raw_fd(), 0) };
        assert_eq!(got, place, "{}", Error::last_os_error());
    }

    /// Changes what a page may be used for.
    pub fn set_rights(&self, page: usize, rights: Rights) {
        // SAFETY: the page is this mapping's own, and holds no Rust object.
        check(unsafe { libc::mprotect(self.ptr(page), page_size(), rights as c_int) });
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

    /// Those of the pages that lie between two addresses, each the start of a page.
    pub fn between(&self, start: usize, end: usize) -> Range<usize> {
        let number = |addr: usize| addr.saturating_sub(self.start.addr()) / page_size();
        number(start).min(self.count)..number(end).min(self.count)
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

/// Whether nothing is mapped there: where the kernel can map something, this undoes it.
fn is_free(place: *mut c_void, len: usize) -> bool {
    let flags = PRIVATE | libc::MAP_FIXED_NOREPLACE;
    // SAFETY: no mapping is replaced.
    let got = unsafe { libc::mmap(place, len, libc::PROT_NONE, flags, -1, 0) };
    if got != libc::MAP_FAILED {
        // SAFETY: the memory is new, and nobody uses it.
        unsafe { unmap(got, len) };
    }
    got == place
}

/// A file of zeros, in memory.
fn new_file(bytes: usize) -> File {
    // SAFETY: the name is a C string.
    let fd = unsafe { libc::memfd_create(c"pages".as_ptr(), libc::MFD_CLOEXEC) };
    check(fd.min(0));
    // SAFETY: the descriptor is new, and nobody else's.
    let file = unsafe { File::from_raw_fd(fd) };
    file.set_len(bytes as u64).unwrap();
    file
}
