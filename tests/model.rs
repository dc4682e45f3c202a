//! A model of what each call does to each page, compared with the kernel's own
//! words after every call of a sequence.
#![cfg(target_os = "linux")]

use libc::EINVAL;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::common::case::cases;
use crate::common::faces::{Answer, FACES, Face, refused};
use crate::common::kernel::{
    Mapping, locked_kib, mappings, msync_says_locked, page_size, pages_kib, vm_lck_kib,
};
use crate::common::pages::Pages;

cases![
    /// On ranges of two pages that share one; a lock touches each with one byte.
    #[needs(Pages(3))]
    fn every_pair_of_calls_agrees_with_the_model() {
        let step = |call, page| match call {
            MLOCK | MUNLOCK | MLOCK_ONFAULT => (call, (page + 1) * page_size() - 1, 2),
            _ => (call, page * page_size(), page_size() + 1),
        };
        for face in FACES {
            for (first, second) in (0..9).flat_map(|first| (0..9).map(move |it| (first, it))) {
                let steps = [step(first, 1), step(second, 2)];
                follow(face, &steps, &Pages::new(5), 5, true);
            }
        }
    },

    #[needs(Pages(8))]
    fn private_anonymous_pages_agree_with_the_model() {
        check(|| (Pages::new(8), 8), true);
    },

    #[needs(Pages(8))]
    fn shared_anonymous_pages_agree_with_the_model() {
        check(|| (Pages::shared(8), 0), false);
    },

    #[needs(Pages(8))]
    fn private_file_pages_agree_with_the_model() {
        check(|| (Pages::of_file(8, libc::MAP_PRIVATE), 0), false);
    },

    #[needs(Pages(8))]
    fn shared_file_pages_agree_with_the_model() {
        check(|| (Pages::of_file(8, libc::MAP_SHARED), 0), false);
    },

    #[needs(Pages(8))]
    fn ranges_across_mappings_agree_with_the_model() {
        let across = || {
            let pages = Pages::new(8);
            pages.replace_by_shared(5, 3);
            (pages, 5)
        };
        check(across, false);
    }
];

/// What is known of one page.
#[derive(Clone, Copy, Default)]
struct Page {
    locked: bool,
    on_fault: bool,
    /// Brought in by a lock, and never taken out since.
    filled: bool,
    excluded: bool,
    wiped: bool,
    withheld: bool,
}

/// The calls, in the order of `Face::range_calls`.
const MLOCK: usize = 0;
const MUNLOCK: usize = 1;
const MLOCK_ONFAULT: usize = 2;
const DONTDUMP: usize = 3;
const DODUMP: usize = 4;
const WIPEONFORK: usize = 5;
const KEEPONFORK: usize = 6;
const DONTFORK: usize = 7;
const DOFORK: usize = 8;

/// One call: which, and the first byte and the length of its range.
type Step = (usize, usize, usize);

struct Model {
    pages: Vec<Page>,
    /// How many pages from the first are private and anonymous.
    private: usize,
}

impl Model {
    /// Does to the model what the call does to the pages; gives the answer.
    fn step(&mut self, (call, start, len): Step) -> Answer<()> {
        let size = page_size();
        if len == 0 {
            return Ok(());
        }
        if call >= DONTDUMP && start % size != 0 {
            return refused(EINVAL);
        }
        for index in start / size..(start + len).div_ceil(size) {
            // The first mapping that cannot be wiped ends the call.
            if call == WIPEONFORK && index >= self.private {
                return refused(EINVAL);
            }
            let page = &mut self.pages[index];
            match call {
                MLOCK | MUNLOCK | MLOCK_ONFAULT => {
                    page.locked = call != MUNLOCK;
                    page.on_fault = call == MLOCK_ONFAULT;
                    page.filled |= call == MLOCK;
                }
                DONTDUMP | DODUMP => page.excluded = call == DONTDUMP,
                WIPEONFORK | KEEPONFORK => page.wiped = call == WIPEONFORK,
                DONTFORK | DOFORK => page.withheld = call == DONTFORK,
                _ => unreachable!("there are nine calls"),
            }
        }
        Ok(())
    }
}

/// Runs random calls of both faces on fresh pages, of which so many from the first
/// are private and anonymous. `exact`: nothing but a lock brings a page in.
fn check(make: impl Fn() -> (Pages, usize), exact: bool) {
    for face in FACES {
        let config = Config {
            cases: 48,
            failure_persistence: None,
            ..Config::default()
        };
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let outcome = TestRunner::new_with_rng(config, rng).run(&steps(), |steps| {
            let (pages, private) = make();
            follow(face, &steps, &pages, private, exact);
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{}: {error}", face.name));
    }
}

/// Ranges within eight pages, a half of them page-aligned.
fn steps() -> impl Strategy<Value = Vec<Step>> {
    let total = 8 * page_size();
    let start = prop_oneof![(0..8usize).prop_map(|page| page * page_size()), 0..total];
    let len = prop_oneof![0..3usize, 0..=total];
    let step = (0..9usize, start, len);
    let within = step.prop_map(move |(call, start, len)| (call, start, len.min(total - start)));
    prop::collection::vec(within, 1..12)
}

fn follow(face: &Face, steps: &[Step], pages: &Pages, private: usize, exact: bool) {
    let before = vm_lck_kib();
    let mut model = Model {
        pages: vec![Page::default(); pages.count()],
        private,
    };
    for &(call, start, len) in steps {
        let (name, _, function) = face.range_calls()[call];
        let expected = model.step((call, start, len));
        assert_eq!(function(pages.byte(start), len), expected, "{name}");
        let mappings = mappings();
        compare_flags(&model, pages, &mappings, name);
        // A mapping that begins before the pages has no locked page.
        let locked = locked_kib(&mappings, &pages.range());
        compare_totals(&model, vm_lck_kib() - before, locked, exact);
    }
}

fn compare_flags(model: &Model, pages: &Pages, mappings: &[Mapping], name: &str) {
    for (index, page) in model.pages.iter().enumerate() {
        let addr = pages.ptr(index).addr();
        let mut mappings = mappings.iter();
        let mapping = mappings
            .find(|it| it.range.contains(&addr))
            .expect("a mapped page");
        let expected = [
            ("lo", page.locked),
            ("lf", page.on_fault),
            ("dd", page.excluded),
            ("wf", page.wiped),
            ("dc", page.withheld),
        ];
        for (flag, set) in expected {
            assert_eq!(
                mapping.has(flag),
                set,
                "{flag} of page {index} after {name}"
            );
        }
        let locked = msync_says_locked(pages.ptr(index));
        assert_eq!(locked, page.locked, "page {index} after {name}");
    }
}

/// `VmLck` to the kilobyte, and `Locked:`, which counts what is in memory.
fn compare_totals(model: &Model, vm_lck: u64, locked: u64, exact: bool) {
    let kib = |wanted: fn(&&Page) -> bool| pages_kib(model.pages.iter().filter(wanted).count());
    let (marked, filled) = (kib(|it| it.locked), kib(|it| it.locked && it.filled));
    assert_eq!(vm_lck, marked, "VmLck");
    assert!(
        (filled..=marked).contains(&locked),
        "Locked: {locked}, not {filled} to {marked}"
    );
    assert!(!exact || locked == filled, "Locked: {locked}, not {filled}");
}
