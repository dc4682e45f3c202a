//! The error of every call: one word, no allocation, nothing lost.

use core::fmt;
use core::num::NonZeroU32;

use crate::backend::{Backend, Codes, Os};

/// Why a call failed: a code of the operating system, or that there is no such
/// call here.
///
/// Four bytes, and so is [`raw::Result<()>`](crate::raw::Result). With feature
/// `std` it converts into `std::io::Error`, by `?` or by `into()`.
///
/// `Display` names the code, says what it means for the calls of this crate, and
/// ends in `(os error N)`; the text is the same with and without `std`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Error(NonZeroU32);

/// The bits that are [`UNSUPPORTED`] where the code alone does not say so: where
/// EINVAL means that the kernel does not know an advice, or where there is no code.
///
/// No system's codes look so: most count up from 1, Haiku from `i32::MIN` and the
/// Hurd from `1 << 30`, some of Mach's are small and negative, and Windows leaves
/// bit 29 to applications.
const CLASS: u32 = 0x3fff_0000;
const UNSUPPORTED: u32 = 0x2000_0000;

/// Stands for the code 0, for which the niche has no room. No system answers 0
/// with a failure; a sandbox or a broken C library can.
const ZERO: NonZeroU32 = NonZeroU32::new(0x1fff_0000).unwrap();

impl Error {
    /// The target has no such call.
    pub(crate) const NO_CALL: Self = Self::pack(UNSUPPORTED);

    /// A failure with `code`.
    pub(crate) const fn said(code: i32) -> Self {
        Self::pack(code as u32)
    }

    /// The answer to an advice is `code`, and the kernel does not know the advice.
    pub(crate) const fn unknown_advice(code: i32) -> Self {
        Self::pack(code as u32 | UNSUPPORTED)
    }

    const fn pack(word: u32) -> Self {
        match NonZeroU32::new(word) {
            Some(word) => Self(word),
            None => Self(ZERO),
        }
    }

    /// The code: an errno, on Windows a value of `GetLastError`. It is the one that
    /// the operating system gave; for a length over `isize::MAX` and for a soft limit
    /// above the hard one, which no system is asked about, it is the system's code
    /// for an invalid argument.
    ///
    /// `None` where there is no code: the target has no such call, or its page size
    /// cannot be found.
    ///
    /// The codes from `0x2000_0000` to `0x2000_ffff` and the code `0x1fff_0000` are
    /// not kept: no system call gives them, and they stand for other things here.
    #[must_use]
    pub const fn raw_os_error(self) -> Option<i32> {
        let word = self.0.get();
        if word == UNSUPPORTED {
            None
        } else if word == ZERO.get() {
            Some(0)
        } else if word & CLASS == UNSUPPORTED {
            Some((word & !CLASS) as i32)
        } else {
            Some(word as i32)
        }
    }

    /// Whether the call, or the advice, does not exist here: the target has no such
    /// call, the system answered ENOSYS, EOPNOTSUPP or ENOTSUP (Windows:
    /// `ERROR_NOT_SUPPORTED`, `ERROR_CALL_NOT_IMPLEMENTED`), or Linux answered EINVAL
    /// to an advice and does not know that advice.
    ///
    /// A failure of which this is true does not go away by trying again or with
    /// less memory.
    #[must_use]
    pub const fn is_unsupported(self) -> bool {
        self.is_unsupported_on(&Os::CODES)
    }

    /// The same on the system that `codes` describes.
    pub(crate) const fn is_unsupported_on(self, codes: &Codes) -> bool {
        let word = self.0.get();
        word & CLASS == UNSUPPORTED || codes.means_unsupported(word as i32)
    }

    /// The `std::io::ErrorKind` of the `std::io::Error` that this converts into.
    #[cfg(feature = "std")]
    #[cfg_attr(docsrs, doc(cfg(feature = "std")))]
    #[must_use]
    pub fn kind(self) -> std::io::ErrorKind {
        match self.raw_os_error() {
            Some(code) if !self.is_unsupported() => std::io::Error::from_raw_os_error(code).kind(),
            _ => std::io::ErrorKind::Unsupported,
        }
    }

    /// Writes the text that `Display` gives on the system that `codes` describes.
    pub(crate) fn write(self, codes: &Codes, out: &mut dyn fmt::Write) -> fmt::Result {
        let Some(code) = self.raw_os_error() else {
            return out.write_str("this target has no such call");
        };
        match codes.known(code) {
            Some(known) if self.is_unsupported_on(codes) && code == codes.invalid => {
                write!(out, "{}: the kernel does not know this advice", known.name)?;
            }
            Some(known) => write!(out, "{}: {}", known.name, known.meaning)?,
            None => out.write_str("an error that these calls are not known to give")?,
        }
        write!(out, " (os error {code})")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&Os::CODES, f)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("raw_os_error", &self.raw_os_error())
            .field("is_unsupported", &self.is_unsupported())
            .finish()
    }
}

impl core::error::Error for Error {}

#[cfg(feature = "std")]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
impl From<Error> for std::io::Error {
    /// What `from_raw_os_error` makes of the code, so that code, kind and text are
    /// std's. The kind is `Unsupported` exactly when [`Error::is_unsupported`] is
    /// true: where std has no code to go by, or gives the code another kind, the
    /// result has that kind, no code of its own, and this `Error` inside, for
    /// `get_ref()` and `downcast_ref::<os_memlock::Error>()`; that one allocates.
    #[cold]
    fn from(error: Error) -> Self {
        match error.raw_os_error().map(Self::from_raw_os_error) {
            Some(io) if !error.is_unsupported() || io.kind() == std::io::ErrorKind::Unsupported => {
                io
            }
            _ => Self::new(std::io::ErrorKind::Unsupported, error),
        }
    }
}

const _: () = {
    const fn shareable<T: Copy + Eq + core::hash::Hash + Send + Sync + 'static>() {}
    shareable::<Error>();
    assert!(size_of::<Error>() == 4);
    assert!(size_of::<Result<(), Error>>() == 4);
};
