//! Ranges to try: inside an arena, across its edges, outside, wrapping, in the
//! kernel's half, and null.

use arbitrary::Arbitrary;

use crate::arena::{Arena, MARGIN, PAGE, PAGES, within};

#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Range {
    /// Around the arena: from before its first page to behind its last one.
    Near { start: u32, len: u32 },
    /// Whole pages of the arena, the usual case.
    Pages { page: u8, count: u8 },
    /// Below the lowest address that can be mapped.
    Null { len: u16 },
    /// In the kernel's half, up to the end of the address space and past it.
    High { below_the_end: u64, len: u64 },
    /// From within the arena, longer than any object.
    TooLong { start: u32, excess: u64 },
    /// From anywhere that is never mapped, nothing.
    Zero { addr: u64 },
}

const WINDOW: usize = PAGES * PAGE + 2 * MARGIN;

/// The kernel's half of the x86_64 and aarch64 address spaces, and of more.
const KERNEL: u64 = 1 << 63;

impl Range {
    /// The range in the given arena. It meets no memory that is not the arena's:
    /// what is in the lower half ends within the margin, unless it is too long
    /// for the crate to pass on.
    pub fn at(self, arena: Arena) -> (usize, usize) {
        let window = arena.base() - MARGIN;
        match self {
            Self::Near { start, len } => {
                let start = start as usize % WINDOW;
                (window + start, len as usize % (WINDOW - start))
            }
            Self::Pages { page, count } => {
                let (page, count) = within(page, count);
                (arena.base() + page * PAGE, count * PAGE)
            }
            Self::Null { len } => (0, len as usize),
            Self::High { below_the_end, len } => (
                (KERNEL | !(below_the_end >> 1)) as usize,
                (len >> 1) as usize,
            ),
            Self::TooLong { start, excess } => {
                let start = window + start as usize % WINDOW;
                (start, (KERNEL | excess) as usize)
            }
            Self::Zero { addr } => (addr as usize, 0),
        }
    }
}
