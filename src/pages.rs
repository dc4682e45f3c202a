//! Pages: how large they can be, and ranges of them. Pure arithmetic, no system call.

use core::ffi::c_void;

/// The largest page size that a kernel for this target can have, in bytes.
///
/// For code that needs whole pages also where [`page_size`](crate::raw::page_size) fails:
/// ask once, where the memory is allocated, and keep the layout for the time when it is
/// freed. Asked twice the answers can differ, since an error is not kept.
///
/// ```
/// use std::alloc::Layout;
/// use os_memlock::raw::{MAX_PAGE_SIZE, page_size};
///
/// let page = page_size().unwrap_or(MAX_PAGE_SIZE);
/// let layout = Layout::from_size_align(32, page).unwrap().pad_to_align();
/// assert!(page <= MAX_PAGE_SIZE && layout.size() == page);
/// ```
///
/// Any release may change the value: let no public type's layout depend on it.
#[doc(alias = "PAGE_SIZE")]
pub const MAX_PAGE_SIZE: usize = MAX;

// What the kernels' own configuration offers; the larger one where that is not certain.
cfg_if! {
    if #[cfg(target_pointer_width = "16")] {
        const MAX: usize = 1 << 12;
    // Also for 32-bit programs on a 64-bit kernel.
    } else if #[cfg(all(
        target_vendor = "apple",
        any(target_arch = "aarch64", target_arch = "arm")
    ))] {
        const MAX: usize = 1 << 14;
    } else if #[cfg(any(target_vendor = "apple", target_os = "windows"))] {
        const MAX: usize = 1 << 12;
    // Its C library calls so what Windows aligns mappings to.
    } else if #[cfg(target_os = "cygwin")] {
        const MAX: usize = 1 << 16;
    } else if #[cfg(any(
        target_arch = "x86",
        target_arch = "x86_64",
        target_arch = "riscv32",
        target_arch = "riscv64",
        target_arch = "s390x",
    ))] {
        const MAX: usize = 1 << 12;
    } else if #[cfg(target_arch = "sparc64")] {
        const MAX: usize = 1 << 13;
    } else if #[cfg(any(target_arch = "powerpc", target_arch = "hexagon"))] {
        const MAX: usize = 1 << 18;
    } else {
        const MAX: usize = 1 << 16;
    }
}

/// A range of whole pages.
///
/// The kernel locks and advises whole pages. Some calls round an unaligned
/// address outward by themselves, others refuse it with EINVAL; this type is how
/// a caller rounds in the direction that is right for its memory:
/// [`outward`](Self::outward) to cover a buffer, at the price of touching its
/// neighbours, [`inward`](Self::inward) to leave the neighbours alone, at the
/// price of not covering the ends.
///
/// ```
/// use os_memlock::PageRange;
///
/// let page = 4096;
/// let address = core::ptr::without_provenance(4096 * 7 + 100);
///
/// let cover = PageRange::outward(address, 4096, page).unwrap();
/// assert_eq!((cover.addr().addr(), cover.len()), (4096 * 7, 4096 * 2));
///
/// let within = PageRange::inward(address, 4096, page).unwrap();
/// assert!(within.is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageRange {
    addr: *mut c_void,
    len: usize,
}

impl PageRange {
    /// The smallest range of whole pages that covers `len` bytes at `addr`.
    ///
    /// Nothing is covered by nothing: for a `len` of 0 the result is empty. An
    /// empty result begins at the page that holds `addr`.
    ///
    /// `None` when `page` is not a power of two, or when the range leaves the
    /// address space: the address behind the last page must be a `usize` too,
    /// as it is for every Rust object.
    #[must_use]
    pub fn outward(addr: *const c_void, len: usize, page: usize) -> Option<Self> {
        let Span { start, end, .. } = Span::new(addr.addr(), len, page)?;
        Some(Self {
            addr: addr.cast_mut().with_addr(start),
            len: end - start,
        })
    }

    /// The largest range of whole pages that lies within `len` bytes at `addr`.
    ///
    /// The result is empty where the bytes hold no whole page, and then begins
    /// at the page that holds `addr`. `None` in the same cases as
    /// [`outward`](Self::outward).
    #[must_use]
    pub fn inward(addr: *const c_void, len: usize, page: usize) -> Option<Self> {
        let Span {
            start,
            inner_start,
            inner_end,
            ..
        } = Span::new(addr.addr(), len, page)?;
        Some(if inner_start < inner_end {
            Self {
                addr: addr.cast_mut().with_addr(inner_start),
                len: inner_end - inner_start,
            }
        } else {
            Self {
                addr: addr.cast_mut().with_addr(start),
                len: 0,
            }
        })
    }

    /// [`outward`](Self::outward) of the bytes of a slice: every page that it touches.
    #[must_use]
    pub fn covering<T>(slice: &[T], page: usize) -> Option<Self> {
        Self::outward(slice.as_ptr().cast(), size_of_val(slice), page)
    }

    /// [`inward`](Self::inward) of the bytes of a slice: the pages that hold nothing else.
    #[must_use]
    pub fn within<T>(slice: &[T], page: usize) -> Option<Self> {
        Self::inward(slice.as_ptr().cast(), size_of_val(slice), page)
    }

    /// Where the range begins: a multiple of the page size, with the provenance
    /// of the pointer that the range was made from.
    #[must_use]
    pub const fn addr(&self) -> *mut c_void {
        self.addr
    }

    /// The length in bytes: a multiple of the page size.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether the range holds no page.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// The page boundaries around and within a range of addresses.
struct Span {
    start: usize,
    end: usize,
    inner_start: usize,
    inner_end: usize,
}

impl Span {
    const fn new(addr: usize, len: usize, page: usize) -> Option<Self> {
        if !page.is_power_of_two() {
            return None;
        }
        let start = round_down(addr, page);
        if len == 0 {
            return Some(Self {
                start,
                end: start,
                inner_start: start,
                inner_end: start,
            });
        }
        let Some(behind) = addr.checked_add(len) else {
            return None;
        };
        // A range whose outward end is a `usize` has an inward start that is one too.
        match (round_up(behind, page), round_up(addr, page)) {
            (Some(end), Some(inner_start)) => Some(Self {
                start,
                end,
                inner_start,
                inner_end: round_down(behind, page),
            }),
            _ => None,
        }
    }
}

const fn round_down(addr: usize, page: usize) -> usize {
    addr & !(page - 1)
}

const fn round_up(addr: usize, page: usize) -> Option<usize> {
    match addr.checked_add(page - 1) {
        Some(sum) => Some(round_down(sum, page)),
        None => None,
    }
}
