//! What an error means on the target: whether it says "unsupported", and its text.

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
