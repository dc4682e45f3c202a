#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![deny(unsafe_code)]

#[cfg(any(feature = "std", test))]
extern crate std;

mod backend;
mod core_limit;
mod error;
mod limits;
mod pages;
pub mod raw;
#[cfg(feature = "std")]
mod std_api;
mod support;

#[cfg(any(test, os_memlock_internal))]
#[doc(hidden)]
pub mod __internal;
#[cfg(test)]
mod tests;

pub use core_limit::CoreDumpsDisabledGuard;
pub use error::Error;
pub use limits::{Limit, Resource};
pub use pages::PageRange;
#[cfg(feature = "std")]
#[cfg_attr(docsrs, doc(cfg(feature = "std")))]
pub use std_api::*;
pub use support::Support;
