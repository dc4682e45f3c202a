//! What an error means on the target: whether it says "unsupported", and its text.

use core::fmt;

use crate::backend::Os;
use crate::backend::contract::Backend as _;
use crate::errno::ErrorCodes;
use crate::error::Error;

impl Error {
    /// Whether the call, or the advice value, does not exist here. That is one of:
    ///
    /// * The target has no such call: [`UNSUPPORTED`](Self::UNSUPPORTED), without a code.
    ///   [`supported`](crate::raw::supported) says so at compile time.
    /// * The system failed with ENOSYS, EOPNOTSUPP or ENOTSUP, Windows with 50
    ///   (`ERROR_NOT_SUPPORTED`) or 120 (`ERROR_CALL_NOT_IMPLEMENTED`): an old kernel, or a
    ///   sandbox that hides the call.
    /// * A Linux kernel failed with EINVAL since it does not know the advice value. This
    ///   does not compare equal to a plain EINVAL.
    /// * The page size cannot be found: without a code.
    ///
    /// Neither retrying nor locking less helps.
    #[must_use]
    pub const fn is_unsupported(self) -> bool {
        self.is_unsupported_by(&Os::CODES)
    }

    /// The same on the system that has these codes.
    pub(crate) const fn is_unsupported_by(self, codes: &ErrorCodes) -> bool {
        match self.raw_os_error() {
            None => true,
            Some(code) => matches!(self, Self::UNKNOWN_ADVICE) || codes.is_unsupported(code),
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
        match codes.find(code) {
            _ if self == Self::UNKNOWN_ADVICE => {
                out.write_str("EINVAL: the kernel does not know this advice")?;
            }
            _ if self == Self::ZERO => {
                out.write_str("no error of a system: a sandbox or an emulator answered falsely")?;
            }
            Some(named) => write!(out, "{}: {}", named.name, named.meaning)?,
            None => out.write_str("an error that these calls are not known to give")?,
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
