//! Random steps, and every pair of calls, against the model of Linux.
#![cfg(target_os = "linux")]

use std::ops::Range;

use os_memlock::Resource::Memlock;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::common::case::cases;
use crate::common::faces::FACES;
use crate::common::kernel::page_size;
use crate::common::limits::get_rlimit;
use crate::common::model::{Step, follow};
use crate::common::pages::{KINDS, Kind, Pages, RIGHTS, Rights};
use crate::common::privileges::drop_privileges;

cases![
    /// Each is about four pages, three of which the other is about, too. Between the two
    /// all are written to, and page 3 or the limit may change.
    fn every_pair_of_calls_agrees_with_the_model_whatever_comes_between() {
        drop_privileges();
        let (page, limit) = (page_size(), get_rlimit(Memlock).0);
        let pages = Pages::unmapped(0, 8);
        let limits = [0, page - 1, 5 * page - 1, 5 * page].map(|bytes| limit.min(bytes as u64));
        let changes = [Step::Unmap(3..4), Step::Protect(3..4, Rights::None)].into_iter();
        let changes = changes.chain(limits.map(Step::Limit));
        for change in changes.chain(KINDS.map(|kind| map(3..4, kind))) {
            for pair in pairs() {
                for face in FACES {
                    let [first, second] = [0, 1].map(|at| on_four_pages(pair[at], 1 + at));
                    let start = [Step::Limit(limit), map(0..7, Kind::Private), first];
                    let end = [Step::Write(0..7), change.clone(), second, Step::Fork];
                    follow(face, &pages, &[start.as_slice(), &end].concat());
                }
            }
        }
    },

    #[needs(Pages(8))]
    fn pages_of_each_kind_agree_with_the_model() {
        for kind in KINDS {
            check(&[map(0..8, kind)], call());
        }
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

fn pairs() -> impl Iterator<Item = [&'static str; 2]> {
    let names = || FACES[0].range_calls().map(|call| call.0);
    names()
        .into_iter()
        .flat_map(move |first| names().map(|second| [first, second]))
}

/// Of the first and the last of the pages a lock is about one byte.
fn on_four_pages(name: &'static str, first: usize) -> Step {
    let page = page_size();
    match name.starts_with("madvise_") {
        true => Step::Call(name, first * page, 3 * page + 1),
        false => Step::Call(name, (first + 1) * page - 1, 2 * page + 2),
    }
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
