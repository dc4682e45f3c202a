//! `PageRange` against a model in numbers that cannot overflow, which counts pages.

use core::ffi::c_void;
use core::ptr::without_provenance;

use os_memlock::PageRange;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::common::case::cases;

const PAGES: [usize; 3] = [4 << 10, 16 << 10, 64 << 10];

/// Where a range begins and how long it is.
type Parts = (u128, u128);

/// The end of the address space, which is no address itself.
const END: u128 = usize::MAX as u128 + 1;

/// The first and the last page that the bytes touch, in numbers that cannot
/// overflow. The end of the last page has to be an address.
fn model_outward(addr: usize, len: usize, page: usize) -> Option<Parts> {
    let (addr, len, page) = (addr as u128, len as u128, page as u128);
    let first = addr / page;
    if len == 0 {
        return Some((first * page, 0));
    }
    let behind_last = (addr + len - 1) / page + 1;
    (behind_last * page < END).then_some((first * page, (behind_last - first) * page))
}

/// The pages of which every byte is in the range.
fn model_inward(addr: usize, len: usize, page: usize) -> Option<Parts> {
    let (start, covered) = model_outward(addr, len, page)?;
    let (addr, len, page) = (addr as u128, len as u128, page as u128);
    let first_is_whole = addr == start;
    let last_is_whole = addr + len == start + covered;
    let pages = covered / page;
    let whole = pages.saturating_sub(u128::from(!first_is_whole) + u128::from(!last_is_whole));
    // One page that is cut on both sides has been taken off twice, and only once.
    if whole == 0 {
        return Some((start, 0));
    }
    Some((start + if first_is_whole { 0 } else { page }, whole * page))
}

fn parts(range: Option<PageRange>) -> Option<Parts> {
    let range = range?;
    assert_eq!(range.is_empty(), matches!(range.len(), 0));
    Some((range.addr().addr() as u128, range.len() as u128))
}

fn agree(addr: usize, len: usize, page: usize) {
    let pointer = without_provenance(addr);
    let outward = parts(PageRange::outward(pointer, len, page));
    let inward = parts(PageRange::inward(pointer, len, page));
    assert_eq!(
        outward,
        model_outward(addr, len, page),
        "outward({addr:#x}, {len:#x}, {page:#x})"
    );
    assert_eq!(
        inward,
        model_inward(addr, len, page),
        "inward({addr:#x}, {len:#x}, {page:#x})"
    );
}

/// Every number within two of a boundary: of a page, a pair of pages, the halves
/// of the address space and its ends.
fn boundaries(page: usize) -> Vec<usize> {
    let half = isize::MIN as usize;
    let edges = [
        0,
        page,
        2 * page,
        3 * page,
        half - page,
        half,
        half + page,
        3_usize.wrapping_mul(page).wrapping_neg(),
        2_usize.wrapping_mul(page).wrapping_neg(),
        page.wrapping_neg(),
    ];
    let around = |edge: usize| (0..5).map(move |step| edge.wrapping_add(step).wrapping_sub(2));
    edges.into_iter().flat_map(around).collect()
}

cases![
    fn every_pair_of_boundaries_agrees_with_the_model() {
        for page in [1, 2].into_iter().chain(PAGES) {
            for addr in boundaries(page) {
                for len in boundaries(page) {
                    agree(addr, len, page);
                }
            }
        }
    },

    /// Lengths that end within two bytes of a boundary, wherever the range begins.
    fn every_end_at_a_boundary_agrees_with_the_model() {
        for page in PAGES {
            for addr in boundaries(page) {
                for end in boundaries(page) {
                    agree(addr, end.wrapping_sub(addr), page);
                }
            }
        }
    },

    fn a_page_size_that_is_no_power_of_two_is_none() {
        let pointer = without_provenance(4096);
        for page in [0, 3, 6, 4095, 4097, 12288, usize::MAX] {
            for len in [0, 1, 4096] {
                assert_eq!(PageRange::outward(pointer, len, page), None, "{page}");
                assert_eq!(PageRange::inward(pointer, len, page), None, "{page}");
            }
        }
    },

    /// The largest page there can be: the lower half of the address space is one, and
    /// the end of the upper one is no address.
    fn a_page_of_half_the_address_space() {
        let half = isize::MIN as usize;
        for addr in [0, 1, half - 1, half, half + 1, usize::MAX] {
            for len in [0, 1, half - 1, half, half + 1, usize::MAX] {
                agree(addr, len, half);
            }
        }
    },

    /// The range may be used to reach the memory that the pointer came from.
    fn the_address_keeps_its_provenance() {
        let mut memory = vec![0u8; 64];
        let base: *mut u8 = memory.as_mut_ptr();
        // Pages of 16 bytes, so that whole ones lie within the memory.
        let unaligned: *const c_void = base.wrapping_add(17).cast();
        let outward = PageRange::outward(unaligned, 1, 16).unwrap();
        let inward = PageRange::inward(base.cast(), 64, 16).unwrap();
        assert!(!inward.is_empty());
        for (range, byte) in [(outward, 7), (inward, 9)] {
            let first = range.addr().cast::<u8>();
            assert!((base.addr()..base.addr() + 64).contains(&first.addr()));
            // SAFETY: the address is within `memory`, by the line above, and has the
            // provenance of the pointer to it.
            unsafe { first.write(byte) };
            let written = base.with_addr(first.addr());
            // SAFETY: the address is within `memory`, and so is the pointer's provenance.
            assert_eq!(unsafe { written.read() }, byte);
        }
    },

    fn a_slice_is_the_bytes_that_it_holds() {
        let memory = [0u64; 32];
        for (from, to) in (0..=32).flat_map(|to| (0..=to).map(move |from| (from, to))) {
            let slice = &memory[from..to];
            let (addr, len) = (slice.as_ptr().cast(), (to - from) * 8);
            for page in [0, 1, 8, 16, 64, 4096] {
                let outward = PageRange::outward(addr, len, page);
                assert_eq!(PageRange::covering(slice, page), outward);
                let inward = PageRange::inward(addr, len, page);
                assert_eq!(PageRange::within(slice, page), inward);
            }
        }
        let no_bytes = [(); 3];
        let nothing = PageRange::outward(no_bytes.as_ptr().cast(), 0, 4096);
        assert_eq!(PageRange::covering(&no_bytes, 4096), nothing);
    },

    fn any_range_agrees_with_the_model() {
        for_any_range(agree);
    },

    fn inward_lies_within_the_bytes_and_outward_around_them() {
        for_any_range(|addr, len, page| {
            let pointer = without_provenance(addr);
            let outward = PageRange::outward(pointer, len, page);
            let inward = PageRange::inward(pointer, len, page);
            assert_eq!(outward.is_none(), inward.is_none());
            let (Some(outward), Some(inward)) = (outward, inward) else {
                return;
            };
            for range in [outward, inward] {
                assert_eq!((range.addr().addr() % page, range.len() % page), (0, 0));
            }
            if len > 0 {
                let start = outward.addr().addr();
                assert!(start <= addr && addr + len <= start + outward.len());
                assert!(addr - start < page && start + outward.len() - (addr + len) < page);
            }
            if !inward.is_empty() {
                let start = inward.addr().addr();
                assert!(addr <= start && start + inward.len() <= addr + len);
                assert!(start - addr < page && addr + len - (start + inward.len()) < page);
            }
        });
    }
];

fn page() -> impl Strategy<Value = usize> {
    (0..24).prop_map(|shift| 1usize << shift)
}

/// Any number, with more weight on small ones and on those next to the end.
fn number() -> impl Strategy<Value = usize> {
    let small = 0..(1usize << 20);
    prop_oneof![
        any::<usize>(),
        small.clone(),
        small.prop_map(|it| usize::MAX - it)
    ]
}

fn for_any_range(check: impl Fn(usize, usize, usize)) {
    let config = Config {
        cases: 4096,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome =
        TestRunner::new(config).run(&(number(), number(), page()), |(addr, len, page)| {
            check(addr, len, page);
            Ok(())
        });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
