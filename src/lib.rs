// The first definition of a link counts: these point to the items, those at the end of
// the README to docs.rs. Where there is no face at the root, the README's are used.
#![cfg_attr(feature = "std", doc = include_str!("docs/links.md"))]
// The README's examples are at the root, which doctests have with `std` only.
#![cfg_attr(any(feature = "std", not(doctest)), doc = include_str!("../README.md"))]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![cfg_attr(
    rustix_use_experimental_asm,
    feature(asm_experimental_arch),
    allow(
        unused_features,
        reason = "newer compilers have some of this assembly without the feature"
    )
)]
#![deny(unsafe_code)]
// Finds a target that Cargo.toml asks rustix for and whose backend does not use it.
#![cfg_attr(not(any(test, miri)), deny(unused_crate_dependencies))]

#[cfg(any(feature = "std", test))]
extern crate std;

#[macro_use]
mod cfg_if;

mod backend;
mod core_limit;
mod errno;
mod error;
#[cfg(feature = "std")]
mod error_io;
mod explain;
#[cfg(any(doc, doctest))]
pub mod guide;
mod limits;
mod pages;
pub mod raw;
mod rules;
#[cfg(feature = "std")]
mod std_io;
mod support;

#[cfg(test)]
mod tests;

// In the order of reading, which the documentation keeps.
#[cfg(feature = "std")]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
pub use std_io::*;

pub use error::Error;

pub use support::Support;

pub use limits::{Limit, Resource};

pub use pages::{MAX_PAGE_SIZE, PageRange};

pub use core_limit::CoreDumpsDisabledGuard;
