//! The error of every call: one word, no allocation. What it means on the target
//! is in `explain`.

use core::num::NonZeroU32;

/// What the functions of [`raw`](crate::raw) return.
pub type Result<T, E = Error> = core::result::Result<T, E>;

/// Why a call failed: a code of the operating system, or that there is no such
/// call here.
///
/// Four bytes, and so is [`raw::Result<()>`](crate::raw::Result). With feature
/// `std` it converts into `std::io::Error`, by `?` or by `into()`, and
/// `Error::from_io` recovers it.
///
/// `Display` names the code, says what it means for the calls of this crate, and
/// ends in `(os error N)`; the text is the same with and without `std`.
/// [Errors](crate::guide::errors#by-code) says what to do about each code.
///
/// Code that handles a failure can make one to test itself:
///
/// ```
/// use os_memlock::Error;
///
/// let refused = Error::from_raw_os_error(12);
/// assert_eq!(refused.raw_os_error(), Some(12));
/// assert!(Error::UNSUPPORTED.is_unsupported());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Error(NonZeroU32);

/// An `Error` is the code of the operating system. The four words from here on are
/// ours. No system call fails with one of them: Linux, the BSDs, the Apple systems and
/// illumos count up from 1, Haiku from `i32::MIN`, the Hurd from `0x4000_0000`, and
/// Windows leaves bit 29 to applications.
const OURS: u32 = 0x2000_0000;

impl Error {
    /// The target has no such call. It has no code.
    pub const UNSUPPORTED: Self = Self::ours(1);

    /// The EINVAL of a Linux kernel that does not know the advice.
    pub(crate) const UNKNOWN_ADVICE: Self = Self::ours(2);

    /// The kernel was asked for its page size, and no answer was one. It has no code.
    pub(crate) const NO_PAGE_SIZE: Self = Self::ours(3);

    /// The code 0, for which the niche of `Result<()>` has no room. No system fails with
    /// it; it stands for a false answer, of a sandbox, a tracer or an emulator.
    pub(crate) const ZERO: Self = Self::ours(0);

    const fn ours(which: u32) -> Self {
        match NonZeroU32::new(OURS + which) {
            Some(word) => Self(word),
            None => unreachable!(),
        }
    }

    /// The error for a code of the operating system: an errno, on Windows a value of
    /// `GetLastError`.
    ///
    /// It holds every code but four, which no system call gives: `0x2000_0000`,
    /// `0x2000_0001`, `0x2000_0002` and `0x2000_0003` each become the code 0.
    #[must_use]
    #[inline]
    pub const fn from_raw_os_error(code: i32) -> Self {
        match NonZeroU32::new(code as u32) {
            Some(word) if word.get() & !3 != OURS => Self(word),
            _ => Self::ZERO,
        }
    }

    /// The code: an errno, on Windows a value of `GetLastError`. It is the one that
    /// the operating system gave; for a length over `isize::MAX` and for a soft limit
    /// above the hard one, which no system is asked about, it is the system's code
    /// for an invalid argument.
    ///
    /// `None` where there is no code: the target has no such call, or its page size
    /// cannot be found.
    #[must_use]
    pub const fn raw_os_error(self) -> Option<i32> {
        const EINVAL: i32 = 22; // Linux has one number for it on every architecture.
        match self {
            Self::UNSUPPORTED | Self::NO_PAGE_SIZE => None,
            Self::UNKNOWN_ADVICE => Some(EINVAL),
            Self::ZERO => Some(0),
            Self(code) => Some(code.get() as i32),
        }
    }
}

const _: () = {
    const fn shareable<T: Copy + Eq + core::hash::Hash + Send + Sync + 'static>() {}
    shareable::<Error>();
    assert!(size_of::<Error>() == 4);
    assert!(size_of::<Result<()>>() == 4);
};
