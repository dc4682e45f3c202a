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

#[doc = include_str!("docs/guide/examples.md")]
#[doc = "\n# `at_start`\n```no_run"]
#[cfg_attr(any(feature = "std", not(doctest)), doc = include_str!("../examples/at_start.rs"))]
#[doc = "```\n# `many_keys`\n```no_run"]
#[doc = include_str!("../examples/many_keys.rs")]
#[doc = "```\n# `locked_vec`\n```no_run"]
#[cfg_attr(any(feature = "std", not(doctest)), doc = include_str!("../examples/locked_vec.rs"))]
#[doc = "```"]
pub mod examples {}

#[cfg_attr(not(feature = "std"), doc = "[`Error::from_io`]: Error")]
#[doc = include_str!("docs/guide/errors.md")]
pub mod errors {}

#[doc = include_str!("docs/guide/systems.md")]
pub mod systems {}

// In a narrow window no name breaks: a wide table scrolls instead.
#[doc(alias = "SetProcessWorkingSetSize")]
#[doc = include_str!("docs/guide/sandboxes.md")]
#[doc = "<style>.docblock table code { overflow-wrap: normal; }</style>"]
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
#[doc = "<style>.docblock table code { overflow-wrap: normal; }</style>"]
pub mod performance {}

#[cfg_attr(not(feature = "std"), doc = "[`Error::from_io`]: Error")]
#[doc = include_str!("docs/guide/comparison.md")]
#[doc = "<style>.docblock table code { overflow-wrap: normal; }</style>"]
pub mod comparison {}

#[cfg_attr(not(feature = "std"), doc = "[`Error::from_io`]: Error")]
#[doc = include_str!("docs/guide/migration.md")]
pub mod migration {}
