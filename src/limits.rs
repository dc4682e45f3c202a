//! Resource limits: the types, and the order of their values.

use crate::support::Support;

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

impl Resource {
    /// The flag of the calls on this resource.
    pub(crate) const fn support(self) -> Support {
        match self {
            Self::Memlock => Support::LIMIT_MEMLOCK,
            Self::Core => Support::LIMIT_CORE,
        }
    }
}

/// The two values of a resource limit. `None` is `RLIM_INFINITY`, no limit; where a limit
/// is set, `Some(u64::MAX)` means the same.
///
/// Compare with care: Rust orders `None` below every `Some`, so that
/// `limit.soft < Some(bytes)` is true where there is no limit at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "rlimit")]
pub struct Limit {
    /// The value in force, `rlim_cur`.
    pub soft: Option<u64>,
    /// How far the soft value may be raised without privilege, `rlim_max`.
    pub hard: Option<u64>,
}

impl Limit {
    /// A limit of these two values.
    #[must_use]
    pub const fn new(soft: Option<u64>, hard: Option<u64>) -> Self {
        Self { soft, hard }
    }
}

/// The value with one spelling of "no limit" instead of two.
pub(crate) const fn finite(value: Option<u64>) -> Option<u64> {
    match value {
        Some(u64::MAX) => None,
        value => value,
    }
}

/// The lower of two values of a limit.
pub(crate) const fn lowest(a: Option<u64>, b: Option<u64>) -> Option<u64> {
    match (a, b) {
        (Some(x), Some(y)) => Some(if x < y { x } else { y }),
        (some, None) | (None, some) => some,
    }
}
