//! The way of an error to and from `std::io::Error`.
//!
//! A code is cast, since std has another type for it on one system, UEFI.

use std::io;

use crate::error::Error;

impl Error {
    /// The `std::io::ErrorKind` of the `std::io::Error` that this converts into.
    #[cfg_attr(docsrs, doc(cfg(feature = "std")))]
    #[must_use]
    pub fn kind(self) -> io::ErrorKind {
        match self.raw_os_error() {
            _ if self.is_unsupported() => io::ErrorKind::Unsupported,
            Some(code) if self != Self::ZERO => io::Error::from_raw_os_error(code as _).kind(),
            _ => io::ErrorKind::Other,
        }
    }

    /// The `Error` that an `io::Error` of this crate was made from: the one inside, or
    /// the one for its code. `None` when it has neither.
    ///
    /// For the explaining text, since an `io::Error` with a code shows std's, and for
    /// [`is_unsupported`](Self::is_unsupported). Of every error `e` of this crate
    /// `Error::from_io(&e.into())` is `Some(e)`. An `io::Error` of another origin with a
    /// code also becomes an `Error`, whose text then says what the code would mean here.
    ///
    /// ```
    /// use os_memlock::Error;
    ///
    /// let io = std::io::Error::from(Error::UNSUPPORTED);
    /// assert_eq!(Error::from_io(&io), Some(Error::UNSUPPORTED));
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "std")))]
    #[must_use]
    pub fn from_io(io: &io::Error) -> Option<Self> {
        match io.raw_os_error() {
            Some(code) => Some(Self::from_raw_os_error(code as _)),
            None => io.get_ref()?.downcast_ref().copied(),
        }
    }
}

#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
impl From<Error> for io::Error {
    /// What `from_raw_os_error` makes of the code, so that code, kind and text are
    /// std's. Of what the functions of this crate return, the kind is `Unsupported`
    /// exactly when [`Error::is_unsupported`] is true.
    ///
    /// Where std has no code to go by, gives the code another kind, or would say
    /// "Success" of the code 0, the result has no code of its own and this `Error`
    /// inside, for [`Error::from_io`]; that one allocates.
    #[cold]
    fn from(error: Error) -> Self {
        // std can give another kind only to what is unsupported.
        let agrees = |io: &Self| !error.is_unsupported() || io.kind() == io::ErrorKind::Unsupported;
        match error
            .raw_os_error()
            .map(|code| Self::from_raw_os_error(code as _))
        {
            Some(io) if error != Error::ZERO && agrees(&io) => io,
            _ => Self::new(error.kind(), error),
        }
    }
}
