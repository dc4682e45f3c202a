//! Pages of the program's own, and what the kernel shows of them.

use core::ffi::c_void;
use core::ptr::null_mut;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;

use os_memlock::raw::{self, Result};

use crate::child::fork;

pub(crate) type OnRange = unsafe fn(*mut c_void, usize) -> Result<()>;

/// A private anonymous mapping that nothing else uses.
pub(crate) struct Pages {
    start: *mut c_void,
    len: usize,
}

/// The size of a page, or of several.
pub(crate) fn page() -> usize {
    raw::page_size().unwrap_or(raw::MAX_PAGE_SIZE)
}

impl Pages {
    pub(crate) fn new(len: usize) -> Self {
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let kind = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a new mapping, where the kernel finds room for it.
        let start = unsafe { libc::mmap(null_mut(), len, access, kind, -1, 0) };
        assert_ne!(start, libc::MAP_FAILED, "mmap");
        Self { start, len }
    }

    /// One page with a hole behind it.
    pub(crate) fn before_a_hole() -> Self {
        let pages = Self::new(2 * page());
        // SAFETY: within the mapping, to which nothing refers.
        unsafe { libc::munmap(pages.start.wrapping_byte_add(page()), page()) };
        Self {
            len: page(),
            ..pages
        }
    }

    pub(crate) fn call(&self, call: OnRange) -> Result<()> {
        self.call_for(self.len, call)
    }

    /// The call on so many bytes from the start on.
    pub(crate) fn call_for(&self, len: usize, call: OnRange) -> Result<()> {
        // SAFETY: the mapping is this program's alone, and what is behind it is not mapped.
        unsafe { call(self.start, len) }
    }

    pub(crate) fn touch(&self) {
        for at in (0..self.len).step_by(4096) {
            // SAFETY: within the mapping, and of one byte.
            unsafe { self.start.cast::<u8>().wrapping_add(at).write_volatile(7) };
        }
    }

    fn first_byte(&self) -> u8 {
        // SAFETY: within the mapping; a child that lacks it is killed, as it should be.
        unsafe { self.start.cast::<u8>().read_volatile() }
    }

    /// All that the kernel shows: what it counts as locked, what msync says of it, what
    /// smaps has of it, and what a child of fork finds.
    pub(crate) fn marks(&self) -> Vec<&'static str> {
        let smaps = self.smaps();
        let flags = line(&smaps, "VmFlags:");
        let flag = |name| flags.split(' ').any(|it| it == name);
        let child = fork(|| {
            // No core of one that is killed.
            let _ = raw::set_process_dumpable(false);
            self.first_byte()
        });
        let marks = [
            ("VmLck", counts(&text("status"), "VmLck:")),
            ("EBUSY", self.msync_says_locked()),
            ("Locked", counts(&smaps, "Locked:")),
            ("lo", flag("lo")),
            ("lf", flag("lf")),
            ("dd", flag("dd")),
            ("wf", flag("wf")),
            ("dc", flag("dc")),
            ("zeros", self.first_byte() != 0 && child.code() == Some(0)),
            ("SIGSEGV", child.signal() == Some(libc::SIGSEGV)),
        ];
        let shown = marks.into_iter().filter(|(_, is_shown)| *is_shown);
        shown.map(|(name, _)| name).collect()
    }

    /// The lines of smaps about the mapping that begins here.
    fn smaps(&self) -> String {
        let head = format!("{:08x}-", self.start.addr());
        let text = text("smaps");
        let lines = text.lines().skip_while(|line| !line.contains(&head));
        let is_detail = |line: &&str| line.starts_with(|c: char| c.is_ascii_uppercase());
        let details: Vec<_> = lines.skip(1).take_while(is_detail).collect();
        details.join("\n")
    }

    fn msync_says_locked(&self) -> bool {
        let how = libc::MS_ASYNC | libc::MS_INVALIDATE;
        // SAFETY: writes nothing, since there is no file behind the mapping.
        let answer = unsafe { libc::msync(self.start, self.len, how) };
        answer == -1 && std::io::Error::last_os_error().raw_os_error() == Some(libc::EBUSY)
    }
}

/// A file of this process in /proc.
pub(crate) fn text(file: &str) -> String {
    fs::read_to_string(format!("/proc/self/{file}")).unwrap_or_default()
}

/// What follows the name on its line, or nothing.
pub(crate) fn line<'a>(text: &'a str, name: &str) -> &'a str {
    let mut rests = text.lines().filter_map(|line| line.strip_prefix(name));
    rests.next().unwrap_or_default().trim()
}

fn counts(text: &str, name: &str) -> bool {
    !["", "0 kB"].contains(&line(text, name))
}
