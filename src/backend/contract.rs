//! What an operating system must bring.

use core::ffi::c_void;

use crate::errno::ErrorCodes;
use crate::error::{Error, Result};
use crate::limits::{Limit, Resource};
use crate::support::Support;

/// The calls of one operating system, each as plain as its man page: it makes the
/// call and returns what the system answered. What an answer means is decided above,
/// in `rules`.
///
/// **Range conditions**, for every method that takes `addr` and `len`. The caller
/// promises, as `# Safety` of the function of `raw` asks of its own caller:
///
/// * every page of the range belongs to memory that it owns or borrows;
/// * that memory stays mapped until the call returns;
/// * nobody relies on what the call undoes or takes away: a lock, a dump without
///   the page, a child's copy of it.
///
/// `len` is from 1 to `isize::MAX`. A range that wraps or is not mapped is not undefined
/// behaviour, since none of these calls reads or writes a byte of the calling process:
/// the system reports an error, or passes over the hole and reports success, as FreeBSD
/// does for an advice.
///
/// An implementation promises:
///
/// * It passes the arguments on unchanged, and makes no other call that changes
///   anything.
/// * `Ok` only when the system said so.
/// * It keeps the code of the system.
/// * It neither panics nor allocates.
///
/// Every call defaults to "no such call"; an implementation overrides what its
/// system has, and [`SUPPORTED`](Self::SUPPORTED) names exactly that.
pub(crate) trait Backend {
    /// How the system's error codes read.
    const CODES: ErrorCodes;

    /// The calls that this backend makes.
    const SUPPORTED: Support;

    /// Whether a lock that failed can have locked some of its pages.
    const FAILED_LOCK_STAYS: bool = false;

    /// # Safety
    /// The range conditions.
    unsafe fn mlock(_addr: *const c_void, _len: usize) -> Result<()> {
        Err(Error::UNSUPPORTED)
    }

    /// # Safety
    /// The range conditions.
    unsafe fn munlock(_addr: *const c_void, _len: usize) -> Result<()> {
        Err(Error::UNSUPPORTED)
    }

    /// # Safety
    /// The range conditions.
    unsafe fn mlock_onfault(_addr: *const c_void, _len: usize) -> Result<()> {
        Err(Error::UNSUPPORTED)
    }

    /// # Safety
    /// The range conditions.
    unsafe fn advise(_advice: Advice, _addr: *mut c_void, _len: usize) -> Result<()> {
        Err(Error::UNSUPPORTED)
    }

    /// Whether the kernel knows the advice. Asked after an EINVAL only, where the
    /// kernel can be asked without changing anything.
    fn knows_advice(_advice: Advice) -> bool {
        true
    }

    /// Reads the limit. It is the kernel's answer or an error, never made up.
    fn limit(_resource: Resource) -> Result<Limit> {
        Err(Error::UNSUPPORTED)
    }

    /// Sets both values, of which the soft one is not above the hard one.
    fn set_limit(_resource: Resource, _limit: Limit) -> Result<()> {
        Err(Error::UNSUPPORTED)
    }

    /// Whether the kernel may write a core of this process.
    fn process_dumpable() -> Result<bool> {
        Err(Error::UNSUPPORTED)
    }

    /// Allows the kernel to write a core of this process, or forbids it.
    fn set_process_dumpable(_dumpable: bool) -> Result<()> {
        Err(Error::UNSUPPORTED)
    }

    /// The page size: a power of two.
    fn page_size() -> Result<usize> {
        Err(Error::UNSUPPORTED)
    }

    /// Which of these calls the running kernel grants, found without setting anything.
    fn probe(calls: Support) -> Support {
        Self::SUPPORTED & calls
    }
}

/// What a range of memory can be advised to be. One value a call: the kernel's
/// advice values are numbers, not flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Advice {
    DontDump,
    DoDump,
    WipeOnFork,
    KeepOnFork,
    DontFork,
    DoFork,
}

impl Advice {
    /// The flag of the call that gives this advice.
    pub(crate) const fn support(self) -> Support {
        match self {
            Self::DontDump => Support::DONTDUMP,
            Self::DoDump => Support::DODUMP,
            Self::WipeOnFork => Support::WIPEONFORK,
            Self::KeepOnFork => Support::KEEPONFORK,
            Self::DontFork => Support::DONTFORK,
            Self::DoFork => Support::DOFORK,
        }
    }
}
