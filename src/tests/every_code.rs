//! An error keeps its code, every one of the 2^32. Optimised builds only: it takes
//! minutes without, seconds with.
#![cfg(not(debug_assertions))]

use crate::backend::Os;
use crate::backend::contract::Backend as _;
use crate::error::Error;

#[test]
fn every_code_but_four_comes_back_and_reads_as_itself() {
    let unsupported = Os::CODES.unsupported;
    let mut lost = std::vec::Vec::new();
    for code in i32::MIN..=i32::MAX {
        let error = Error::from_raw_os_error(code);
        if error.raw_os_error() != Some(code) {
            lost.push((code, error.raw_os_error()));
        } else {
            assert_eq!(error.is_unsupported(), unsupported.contains(&code));
        }
    }
    let documented = [0x2000_0000, 0x2000_0001, 0x2000_0002, 0x2000_0003];
    assert_eq!(lost, documented.map(|code| (code, Some(0))));
}
