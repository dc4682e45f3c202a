//! The page size, found without /proc and without the auxiliary vector.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use rustix::mm::Advice;

use super::advice::advise_nothing;
use crate::backend::rustix_common::EINVAL;
use crate::error::{Error, Result};

/// The page size, or 0 before it is known. Threads that find it at the same time
/// find the same.
static PAGE_SIZE: AtomicUsize = AtomicUsize::new(0);

pub(super) fn page_size() -> Result<usize> {
    let known = PAGE_SIZE.load(Relaxed);
    if known != 0 {
        return Ok(known);
    }
    let found = find()?;
    PAGE_SIZE.store(found, Relaxed);
    Ok(found)
}

/// The first power of two that the kernel accepts as the address for `madvise`: it
/// refuses one that is not page-aligned, before it finds that there is nothing to do.
///
/// The advice is the one that whoever hides memory needs, since sandboxes allow advice
/// values one by one; another one where the kernel is too old to know it.
fn find() -> Result<usize> {
    for advice in [Advice::LinuxDontDump, Advice::Normal] {
        for shift in 12..=20 {
            match advise_nothing(1 << shift, advice) {
                Ok(()) => return Ok(1 << shift),
                Err(EINVAL) => {}
                Err(error) => return Err(error),
            }
        }
    }
    Err(Error::NO_PAGE_SIZE)
}
