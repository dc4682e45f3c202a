//! Random steps, and every pair of calls, against the model of Linux.
#![cfg(target_os = "linux")]

use std::ops::Range;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::common::case::cases;
use crate::common::faces::FACES;
use crate::common::kernel::page_size;
use crate::common::model::{Step, follow};
use crate::common::pages::{KINDS, Kind, Pages, RIGHTS, Rights};
use crate::common::privileges::drop_privileges;

cases![
    /// On ranges of two pages that share one; a lock touches each with one byte.
    #[needs(Pages(3))]
    fn every_pair_of_calls_agrees_with_the_model() {
        let pages = Pages::unmapped(0, 8);
        let call = |name: &'static str, page| match name.starts_with("madvise_") {
            true => Step::Call(name, page * page_size(), page_size() + 1),
            false => Step::Call(name, (page + 1) * page_size() - 1, 2),
        };
        for face in FACES {
            let names = face.range_calls().map(|call| call.0);
            for (first, second) in names.iter().flat_map(|it| names.map(|other| (*it, other))) {
                let map = Step::Map(0..5, Kind::Private, Rights::ReadWrite);
                follow(face, &pages, &[map, call(first, 1), call(second, 2)]);
            }
        }
    },

    #[needs(Pages(8))]
    fn pages_of_each_kind_agree_with_the_model() {
        for kind in KINDS {
            check(&[map(0..8, kind)], call());
        }
    },

    #[needs(Pages(8))]
    fn ranges_across_mappings_agree_with_the_model() {
        check(&[map(0..5, Kind::Private), map(5..8, Kind::Shared)], call());
    },

    /// Holes, rights, limits and forks.
    #[needs(HardLimits(65536))]
    fn calls_among_other_steps_agree_with_the_model() {
        drop_privileges();
        check(
            &[map(0..8, Kind::Private)],
            prop_oneof![call(), other_step()],
        );
    }
];

fn map(pages: Range<usize>, kind: Kind) -> Step {
    Step::Map(pages, kind, Rights::ReadWrite)
}

/// Runs through both faces, after the first steps, random ones.
fn check(first: &[Step], step: impl Strategy<Value = Step>) {
    let pages = Pages::unmapped(0, 8);
    let steps = prop::collection::vec(step, 1..12);
    for face in FACES {
        let config = Config {
            cases: 192,
            failure_persistence: None,
            ..Config::default()
        };
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        let outcome = TestRunner::new_with_rng(config, rng).run(&steps, |steps| {
            follow(face, &pages, &[first, &steps].concat());
            Ok(())
        });
        outcome.unwrap_or_else(|error| panic!("{}: {error}", face.name));
    }
}

/// A call on a range within eight pages, a half of them page-aligned.
fn call() -> impl Strategy<Value = Step> {
    let total = 8 * page_size();
    let name = select(FACES[0].range_calls().map(|call| call.0).to_vec());
    let start = prop_oneof![(0..8usize).prop_map(|page| page * page_size()), 0..total];
    let len = prop_oneof![0..3usize, 0..=total];
    let call = (name, start, len);
    call.prop_map(move |(name, start, len)| Step::Call(name, start, len.min(total - start)))
}

/// Anything but a call.
fn other_step() -> impl Strategy<Value = Step> {
    let pages = || (0..8usize, 1..4usize).prop_map(|(start, count)| start..(start + count).min(8));
    let rights = || select(&RIGHTS[..]);
    prop_oneof![
        (pages(), select(&KINDS[..]), rights())
            .prop_map(|(pages, kind, rights)| Step::Map(pages, kind, rights)),
        pages().prop_map(Step::Unmap),
        (pages(), rights()).prop_map(|(pages, rights)| Step::Protect(pages, rights)),
        pages().prop_map(Step::Write),
        (0..=65536u64).prop_map(Step::Limit),
        any::<bool>().prop_map(Step::Dumpable),
        Just(Step::Fork),
    ]
}
