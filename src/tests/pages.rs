//! Page ranges keep the provenance of the pointer, which Miri looks at; and how large a
//! page is here.

use std::boxed::Box;

use crate::pages::{MAX_PAGE_SIZE, PageRange};
use crate::raw;

#[test]
fn the_address_of_a_range_may_be_used_as_the_pointer_it_came_from() {
    let mut bytes = Box::new([0_u8; 256]);
    let pointer = bytes.as_mut_ptr();
    let inward = PageRange::inward(pointer.cast(), 256, 64).unwrap();
    assert!(inward.len() >= 128);
    let outward = PageRange::outward(pointer.wrapping_add(100).cast(), 1, 64).unwrap();
    assert_eq!(outward.len(), 64);
    for (range, mark) in [(inward, 7), (outward, 9)] {
        // SAFETY: the range lies within the bytes, to which there is no reference.
        unsafe { range.addr().cast::<u8>().write_bytes(mark, range.len()) };
        let written = bytes.iter().filter(|&&byte| byte == mark).count();
        assert_eq!(written, range.len());
    }
}

/// The value for each target is its kernels' own; here it is seen.
#[test]
fn no_page_is_larger_than_the_largest() {
    assert!(MAX_PAGE_SIZE.is_power_of_two());
    match raw::page_size() {
        Ok(size) => assert!(size <= MAX_PAGE_SIZE, "{size}"),
        Err(error) => assert!(error.is_unsupported(), "{error}"),
    }
}
