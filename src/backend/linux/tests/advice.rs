//! Where the kernel is asked about an advice.

use super::super::advice::NOWHERE;

/// Linux rounds the range to pages before it looks whether anything is mapped there, and
/// a range whose end is not above its start is EINVAL for every advice.
#[test]
fn the_page_of_the_question_ends_within_the_address_space() {
    for page in [4096, 16384, 65536, 262_144] {
        assert_eq!(NOWHERE % page, 0, "the address is that of a page of {page}");
        assert!(NOWHERE.checked_add(page).is_some(), "a page of {page}");
    }
    assert!((NOWHERE as isize) < 0, "the upper half is the kernel's");
}
