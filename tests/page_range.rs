//! `PageRange` against a model in numbers that cannot overflow, which counts pages.

use core::ffi::c_void;
use core::ptr::without_provenance_mut;

use os_memlock::PageRange;
use proptest::prelude::*;

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
    let pointer = without_provenance_mut(addr);
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

#[test]
fn every_pair_of_boundaries_agrees_with_the_model() {
    for page in [1, 2].into_iter().chain(PAGES) {
        for addr in boundaries(page) {
            for len in boundaries(page) {
                agree(addr, len, page);
            }
        }
    }
}

/// Lengths that end within two bytes of a boundary, wherever the range begins.
#[test]
fn every_end_at_a_boundary_agrees_with_the_model() {
    for page in PAGES {
        for addr in boundaries(page) {
            for end in boundaries(page) {
                agree(addr, end.wrapping_sub(addr), page);
            }
        }
    }
}

#[test]
fn a_page_size_that_is_no_power_of_two_is_none() {
    let pointer = without_provenance_mut(4096);
    for page in [0, 3, 6, 4095, 4097, 12288, usize::MAX] {
        for len in [0, 1, 4096] {
            assert_eq!(PageRange::outward(pointer, len, page), None, "{page}");
            assert_eq!(PageRange::inward(pointer, len, page), None, "{page}");
        }
    }
}

/// The largest page there can be: the lower half of the address space is one, and
/// the end of the upper one is no address.
#[test]
fn a_page_of_half_the_address_space() {
    let half = isize::MIN as usize;
    for addr in [0, 1, half - 1, half, half + 1, usize::MAX] {
        for len in [0, 1, half - 1, half, half + 1, usize::MAX] {
            agree(addr, len, half);
        }
    }
}

/// The range may be used to reach the memory that the pointer came from.
#[test]
fn the_address_keeps_its_provenance() {
    let mut memory = vec![0u8; 64];
    let base: *mut u8 = memory.as_mut_ptr();
    // Pages of 16 bytes, so that whole ones lie within the memory.
    let unaligned: *mut c_void = base.wrapping_add(17).cast();
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
}

fn page() -> impl Strategy<Value = usize> {
    prop::sample::select(PAGES.to_vec())
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 4096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_range_agrees_with_the_model(addr in number(), len in number(), page in page()) {
        agree(addr, len, page);
    }

    #[test]
    fn inward_lies_within_the_bytes_and_outward_around_them(
        addr in number(), len in number(), page in page(),
    ) {
        let pointer = without_provenance_mut(addr);
        let (outward, inward) = (PageRange::outward(pointer, len, page), PageRange::inward(pointer, len, page));
        prop_assert_eq!(outward.is_none(), inward.is_none());
        let (Some(outward), Some(inward)) = (outward, inward) else { return Ok(()) };
        for range in [outward, inward] {
            prop_assert_eq!((range.addr().addr() % page, range.len() % page), (0, 0));
        }
        if len > 0 {
            let start = outward.addr().addr();
            prop_assert!(start <= addr && addr + len <= start + outward.len());
            prop_assert!(addr - start < page && start + outward.len() - (addr + len) < page);
        }
        if !inward.is_empty() {
            let start = inward.addr().addr();
            prop_assert!(addr <= start && start + inward.len() <= addr + len);
            prop_assert!(start - addr < page && addr + len - (start + inward.len()) < page);
        }
    }

    /// Pages hold no part of a page: doing it again changes nothing.
    #[test]
    fn whole_pages_stay_as_they_are(addr in number(), len in number(), page in page()) {
        let Some(once) = PageRange::outward(without_provenance_mut(addr), len, page) else { return Ok(()) };
        prop_assert_eq!(PageRange::outward(once.addr(), once.len(), page), Some(once));
        prop_assert_eq!(PageRange::inward(once.addr(), once.len(), page), Some(once));
    }
}
