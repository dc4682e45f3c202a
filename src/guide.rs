//! The guide behind the [first page](crate#where-to-read-on), which lists its pages in
//! the order of reading.

// What the pages link to: the face at the root, or `raw` where that is all there is.
#[cfg(not(feature = "std"))]
#[allow(unused_imports)]
use crate::raw::*;
#[allow(unused_imports)]
use crate::*;

#[doc = include_str!("docs/guide/pages.md")]
pub mod pages {}

#[doc = include_str!("docs/guide/containers.md")]
pub mod containers {}

// Its example is at the root, and it links to an item of `std`.
#[cfg_attr(not(feature = "std"), doc = "[`Error::from_io`]: Error")]
#[cfg_attr(any(feature = "std", not(doctest)), doc = include_str!("docs/guide/errors.md"))]
pub mod errors {}

#[doc = include_str!("docs/guide/systems.md")]
pub mod systems {}

#[doc(alias = "SetProcessWorkingSetSize")]
#[doc = include_str!("docs/guide/sandboxes.md")]
pub mod sandboxes {}

#[doc = include_str!("docs/guide/static_binaries.md")]
pub mod static_binaries {}

#[doc = include_str!("docs/guide/testing.md")]
pub mod testing {}

#[doc(alias = "mlockall")]
#[doc(alias = "munlockall")]
#[doc = include_str!("docs/guide/operation.md")]
pub mod operation {}

#[doc = include_str!("docs/guide/threat_model.md")]
pub mod threat_model {}

#[doc = include_str!("docs/guide/performance.md")]
pub mod performance {}

#[doc = include_str!("docs/guide/comparison.md")]
pub mod comparison {}

#[cfg_attr(not(feature = "std"), doc = "[`Error::from_io`]: Error")]
#[doc = include_str!("docs/guide/migration.md")]
pub mod migration {}
