//! What an error means on the target: whether it says "unsupported", its text, and
//! the way to and from `std::io::Error`.

use core::fmt;

use crate::backend::Os;
use crate::backend::contract::Backend as _;
use crate::errno::ErrorCodes;
use crate::error::Error;

impl Error {
    /// Whether the call, or the advice, does not exist here: the target has no such
    /// call, the system answered ENOSYS, EOPNOTSUPP or ENOTSUP (Windows:
    /// `ERROR_NOT_SUPPORTED`, `ERROR_CALL_NOT_IMPLEMENTED`), or Linux answered EINVAL
    /// to an advice and does not know that advice.
    ///
    /// Such a failure does not go away by trying again or with less memory.
    #[must_use]
    pub const fn is_unsupported(self) -> bool {
        self.is_unsupported_by(&Os::CODES)
    }

    /// The same on the system that has these codes.
    pub(crate) const fn is_unsupported_by(self, codes: &ErrorCodes) -> bool {
        match self.raw_os_error() {
            None => true,
            Some(code) => self.is_unknown_advice() || codes.is_unsupported(code),
        }
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

    /// The `Error` that an `io::Error` of this crate was made from: the one inside, or
    /// the one for its code. `None` when it has neither.
    ///
    /// For the explaining text, since an `io::Error` with a code shows std's, and for
    /// [`is_unsupported`](Self::is_unsupported). Of every error `e` of this crate
    /// `Error::from_io(&e.into())` is `Some(e)`.
    ///
    /// ```
    /// use os_memlock::Error;
    ///
    /// let io = std::io::Error::from(Error::UNSUPPORTED);
    /// assert_eq!(Error::from_io(&io), Some(Error::UNSUPPORTED));
    /// ```
    #[cfg(feature = "std")]
    #[cfg_attr(docsrs, doc(cfg(feature = "std")))]
    #[must_use]
    pub fn from_io(error: &std::io::Error) -> Option<Self> {
        match error.raw_os_error() {
            Some(code) => Some(Self::from_raw_os_error(code)),
            None => error.get_ref()?.downcast_ref().copied(),
        }
    }

    /// Writes the text that `Display` gives on the system that has these codes.
    pub(crate) fn explain(self, codes: &ErrorCodes, out: &mut dyn fmt::Write) -> fmt::Result {
        let Some(code) = self.raw_os_error() else {
            return out.write_str(if self == Self::NO_PAGE_SIZE {
                "the page size cannot be found"
            } else {
                "this target has no such call"
            });
        };
        if self.is_unknown_advice() {
            out.write_str("EINVAL: the kernel does not know this advice")?;
        } else if let Some(named) = codes.find(code) {
            write!(out, "{}: {}", named.name, named.meaning)?;
        } else {
            out.write_str("an error that these calls are not known to give")?;
        }
        write!(out, " (os error {code})")
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.explain(&Os::CODES, f)
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
    /// [`Error::from_io`]; that one allocates.
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
