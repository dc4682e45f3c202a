//! Which questions find the page size.

use core::cell::RefCell;
use std::vec::Vec;

use rustix::mm::Advice;

use super::super::page_size::find;
use crate::backend::rustix_common::EINVAL;
use crate::error::{Error, Result};

/// The answer of a kernel with these pages that knows, or does not know, DONTDUMP,
/// and the questions that it was asked.
fn ask(page: usize, knows: bool) -> (Result<usize>, Vec<(usize, Advice)>) {
    let log = RefCell::new(Vec::new());
    let found = find(|addr, advice| {
        log.borrow_mut().push((addr, advice));
        if addr % page == 0 && (knows || advice == Advice::Normal) {
            Ok(())
        } else {
            Err(EINVAL)
        }
    });
    (found, log.into_inner())
}

#[test]
fn every_page_size_is_found_with_dontdump() {
    for shift in 12..=20 {
        let (found, log) = ask(1 << shift, true);
        assert_eq!(found, Ok(1 << shift));
        let expected: Vec<_> = (12..=shift)
            .map(|shift| (1 << shift, Advice::LinuxDontDump))
            .collect();
        assert_eq!(log, expected);
    }
}

#[test]
fn a_kernel_without_dontdump_is_asked_once_more_with_normal() {
    let (found, log) = ask(1 << 14, false);
    assert_eq!(found, Ok(1 << 14));
    assert_eq!(log.len(), 9 + 3);
    assert!(log[9..].iter().all(|asked| asked.1 == Advice::Normal));
}

#[test]
fn a_page_size_that_is_none_is_an_error_of_its_own() {
    let (found, log) = ask(1 << 21, true);
    assert_eq!(found, Err(Error::NO_PAGE_SIZE));
    assert_eq!(log.len(), 18);
}

#[test]
fn any_other_answer_ends_the_search() {
    let eperm = Error::from_raw_os_error(libc::EPERM);
    assert_eq!(find(|_, _| Err(eperm)), Err(eperm));
}
