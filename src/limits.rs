//! Resource limits: the soft value can be set, the hard one never is.

use crate::Error;
use crate::backend::Backend;
use crate::raw::Result;

/// A resource limit that matters to locked memory and to core dumps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resource {
    /// `RLIMIT_MEMLOCK`: how many bytes the process may lock.
    #[doc(alias = "RLIMIT_MEMLOCK")]
    Memlock,
    /// `RLIMIT_CORE`: how large a core file may become, in bytes.
    #[doc(alias = "RLIMIT_CORE")]
    Core,
}

/// The two values of a resource limit; `None` is `RLIM_INFINITY`, no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "rlimit")]
pub struct Limit {
    /// The value in force, `rlim_cur`.
    pub soft: Option<u64>,
    /// How far the soft value may be raised without privilege, `rlim_max`.
    pub hard: Option<u64>,
}

/// `set_soft_limit` on any backend.
pub(crate) fn set_soft<B: Backend>(resource: Resource, soft: Option<u64>) -> Result<Limit> {
    let before = B::limit(resource)?;
    if lower(soft, before.hard) != soft {
        return Err(Error::said(B::CODES.invalid));
    }
    B::set_limit(resource, Limit { soft, ..before }, before)
}

/// The lower of two values of a limit.
pub(crate) const fn lower(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(x), Some(y)) => Some(if x < y { x } else { y }),
        (some, None) | (None, some) => some,
    }
}
