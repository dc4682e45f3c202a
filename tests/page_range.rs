//! `PageRange` by what it promises, in numbers that cannot overflow.

use core::ptr::without_provenance;

use os_memlock::PageRange;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::common::case::cases;

/// The end of the address space, which is no address itself.
const END: u128 = usize::MAX as u128 + 1;

/// Half of the address space: the largest page there can be.
const HALF: usize = isize::MIN as usize;

/// Checks that both are whole pages: the fewest that cover the bytes, and the most that
/// lie within them.
fn check(addr: usize, len: usize, page: usize) {
    let pointer = without_provenance(addr);
    let ranges = [PageRange::outward, PageRange::inward].map(|range| range(pointer, len, page));
    let [addr, len, page] = [addr, len, page].map(|it| it as u128);
    let what = format!("{addr:#x}, {len:#x}, {page:#x}: {ranges:x?}");
    let end = addr + len;
    // The address behind the last page has to be one.
    let fits = len == 0 || end.next_multiple_of(page) < END;
    assert_eq!(ranges.map(|range| range.is_some()), [fits; 2], "{what}");
    let [Some((first, behind)), Some((start, stop))] = ranges.map(|it| ends(it?, page)) else {
        return;
    };
    let within_a_page = |low: u128, high: u128| low <= high && high - low < page;
    assert!(within_a_page(first, addr), "{what}");
    if len == 0 {
        return assert_eq!([behind, start, stop], [first; 3], "{what}");
    }
    assert!(within_a_page(end, behind), "{what}");
    if start == stop {
        let no_page = addr.next_multiple_of(page) + page > end;
        assert!(no_page && start == first, "{what}");
    } else {
        let ends = within_a_page(addr, start) && within_a_page(stop, end);
        assert!(ends && start < stop, "{what}");
    }
}

/// Where whole pages begin, and the end of them.
fn ends(range: PageRange, page: u128) -> Option<(u128, u128)> {
    let (start, len) = (range.addr().addr() as u128, range.len() as u128);
    assert!(start % page == 0 && len % page == 0, "{range:x?}");
    assert_eq!(range.is_empty(), len == 0, "{range:x?}");
    Some((start, start + len))
}

/// Every number within two of a boundary: of a page, a pair of pages, the halves
/// of the address space and its ends.
fn boundaries(page: usize) -> Vec<usize> {
    let pages = |count: usize| page.wrapping_mul(count);
    let low = [0, 1, 2, 3].map(pages);
    let high = [1, 2, 3].map(|count| pages(count).wrapping_neg());
    let middle = [HALF.wrapping_sub(page), HALF, HALF.wrapping_add(page)];
    let edges = low.into_iter().chain(high).chain(middle);
    edges
        .flat_map(|edge| (0..5).map(move |step| edge.wrapping_add(step).wrapping_sub(2)))
        .collect()
}

cases![
    /// Lengths near a boundary, and lengths that end near one.
    fn every_pair_of_boundaries() {
        for page in [1, 2, 4 << 10, 16 << 10, 64 << 10, HALF] {
            for addr in boundaries(page) {
                for number in boundaries(page) {
                    check(addr, number, page);
                    check(addr, number.wrapping_sub(addr), page);
                }
            }
        }
    },

    fn any_range() {
        let config = Config {
            cases: 4096,
            failure_persistence: None,
            ..Config::default()
        };
        let range = (number(), number(), page());
        let outcome = TestRunner::new(config).run(&range, |(addr, len, page)| {
            check(addr, len, page);
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{error}"));
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
