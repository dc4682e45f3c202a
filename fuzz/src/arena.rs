//! A stretch of address space that belongs to the fuzz target alone, and the
//! kernel's account of it.

use std::ffi::{c_int, c_void};
use std::fs::File;
use std::io::{BufRead as _, BufReader, Error};
use std::ptr;

use arbitrary::Arbitrary;

pub const PAGE: usize = 4096;
pub const PAGES: usize = 24;

/// How far around an arena nothing is ever mapped. The arenas lie at low
/// addresses, which the kernel gives out only to who asks for them.
pub const MARGIN: usize = 64 * PAGE;

/// What kind of memory a page is.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Private,
    Shared,
    File,
}

/// What a page may be used for.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    None,
    Read,
    ReadWrite,
}

impl Rights {
    fn prot(self) -> c_int {
        match self {
            Self::None => libc::PROT_NONE,
            Self::Read => libc::PROT_READ,
            Self::ReadWrite => libc::PROT_READ | libc::PROT_WRITE,
        }
    }
}

/// The flags of smaps that this crate's calls change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `lo`: locked.
    pub locked: bool,
    /// `lf`: locked on fault.
    pub onfault: bool,
    /// `dd`: not dumped.
    pub dontdump: bool,
    /// `wf`: wiped on fork.
    pub wipeonfork: bool,
    /// `dc`: not copied on fork.
    pub dontfork: bool,
}

/// [`PAGES`] pages of address space, any of which may be mapped.
#[derive(Clone, Copy, Debug)]
pub struct Arena {
    base: usize,
}

impl Arena {
    /// The arena of that number; each number has an address of its own.
    pub fn new(number: usize) -> Self {
        let arena = Self {
            base: 0x1000_0000 + number * (1 << 24),
        };
        arena.unmap(0, PAGES);
        arena
    }

    pub fn base(self) -> usize {
        self.base
    }

    pub fn ptr(self, page: usize) -> *mut c_void {
        ptr::with_exposed_provenance_mut(self.base + page * PAGE)
    }

    /// Maps pages anew, over whatever was there.
    pub fn map(self, page: usize, count: usize, kind: Kind, rights: Rights) {
        if count == 0 {
            return;
        }
        let (flags, fd) = match kind {
            Kind::Private => (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1),
            Kind::Shared => (libc::MAP_SHARED | libc::MAP_ANONYMOUS, -1),
            Kind::File => (libc::MAP_PRIVATE, memfd(count * PAGE)),
        };
        // SAFETY: the arena is this target's own, and no Rust object lies in it.
        let got = unsafe {
            let prot = rights.prot();
            libc::mmap(
                self.ptr(page),
                count * PAGE,
                prot,
                flags | libc::MAP_FIXED,
                fd,
                0,
            )
        };
        assert_eq!(got, self.ptr(page), "mmap: {}", Error::last_os_error());
        if fd >= 0 {
            // SAFETY: the descriptor is this function's own; the mapping keeps the file.
            unsafe { libc::close(fd) };
        }
    }

    pub fn unmap(self, page: usize, count: usize) {
        if count > 0 {
            // SAFETY: as for `map`.
            let done = unsafe { libc::munmap(self.ptr(page), count * PAGE) };
            assert_eq!(done, 0, "munmap: {}", Error::last_os_error());
        }
    }

    /// Changes the rights of one mapped page.
    pub fn protect(self, page: usize, rights: Rights) {
        // SAFETY: as for `map`.
        let done = unsafe { libc::mprotect(self.ptr(page), PAGE, rights.prot()) };
        assert_eq!(done, 0, "mprotect: {}", Error::last_os_error());
    }

    /// Writes the first byte of a page that may be written.
    pub fn write(self, page: usize, byte: u8) {
        // SAFETY: the caller has mapped the page for writing.
        unsafe { self.ptr(page).cast::<u8>().write_volatile(byte) };
    }

    /// Reads the first byte of a page that may be read.
    pub fn read(self, page: usize) -> u8 {
        // SAFETY: the caller has mapped the page for reading.
        unsafe { self.ptr(page).cast::<u8>().read_volatile() }
    }

    /// What smaps says of each page; `None` where nothing is mapped.
    pub fn account(self) -> [Option<Flags>; PAGES] {
        let mut pages = [None; PAGES];
        let (mut start, mut end) = (0, 0);
        for line in BufReader::new(File::open("/proc/self/smaps").unwrap()).lines() {
            let line = line.unwrap();
            let (word, rest) = line.split_once(' ').unwrap();
            if let Some((from, to)) = word.split_once('-') {
                start = usize::from_str_radix(from, 16).unwrap();
                end = usize::from_str_radix(to, 16).unwrap();
                if start >= self.base + PAGES * PAGE {
                    break;
                }
            } else if word == "VmFlags:" {
                let has = |flag| rest.split_whitespace().any(|word| word == flag);
                let flags = Flags {
                    locked: has("lo"),
                    onfault: has("lf"),
                    dontdump: has("dd"),
                    wipeonfork: has("wf"),
                    dontfork: has("dc"),
                };
                for (number, page) in pages.iter_mut().enumerate() {
                    if (start..end).contains(&(self.base + number * PAGE)) {
                        *page = Some(flags);
                    }
                }
            }
        }
        pages
    }
}

/// A page of an arena and a count of pages that fits behind it, from any bytes.
pub fn within(page: u8, count: u8) -> (usize, usize) {
    let page = page as usize % PAGES;
    (page, count as usize % (PAGES - page + 1))
}

fn memfd(len: usize) -> c_int {
    // SAFETY: the name is a C string.
    let fd = unsafe { libc::memfd_create(c"arena".as_ptr(), libc::MFD_CLOEXEC) };
    assert!(fd >= 0, "memfd_create: {}", Error::last_os_error());
    // SAFETY: no pointer is involved.
    let done = unsafe { libc::ftruncate(fd, len as libc::off_t) };
    assert_eq!(done, 0, "ftruncate: {}", Error::last_os_error());
    fd
}

/// `VmLck` of this process, in pages.
pub fn locked_pages() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmLck:"))
        .unwrap();
    let kib: usize = line.trim().trim_end_matches(" kB").parse().unwrap();
    kib * 1024 / PAGE
}
