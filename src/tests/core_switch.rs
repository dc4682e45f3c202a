//! Rule 7: the switch behind the guard, against a fake kernel that can fail.

use std::boxed::Box;
use std::vec::Vec;

use proptest::prelude::*;

use crate::backend::fake::{Asked, Fake, script};
use crate::core_limit::switch::{Guard, Switch};
use crate::limits::set_soft;
use crate::{Error, Limit, Resource};

type MacOs = Fake<4>;

const EPERM: i32 = 1;
const HARD: u64 = 1000;

/// A switch of the test's own, and a process with that soft limit.
fn process(soft: Option<u64>, hard: Option<u64>) -> &'static Switch {
    set(soft, hard);
    script(|script| {
        script.answers.clear();
        script.log.clear();
    });
    Box::leak(Box::new(Switch::new()))
}

fn set(soft: Option<u64>, hard: Option<u64>) {
    script(|script| script.core = Some(Limit { soft, hard }));
}

fn soft() -> Option<u64> {
    script(|script| script.core.unwrap().soft)
}

fn next_answers(answers: &[i32]) {
    script(|script| script.answers = answers.iter().copied().collect());
}

fn guard(switch: &'static Switch) -> Guard<MacOs> {
    switch.guard().unwrap()
}

#[test]
fn rule_7_guards_overlap_in_any_order_and_the_last_one_restores() {
    for first_out in 0..3 {
        let switch = process(None, None);
        let mut guards = Vec::from([guard(switch), guard(switch), guard(switch)]);
        assert_eq!(soft(), Some(0));
        drop(guards.remove(first_out));
        drop(guards.remove(0));
        assert_eq!(soft(), Some(0));
        drop(guards);
        assert_eq!(soft(), None);
    }
}

#[test]
fn rule_7_only_the_soft_limit_is_lowered() {
    let switch = process(Some(7), Some(HARD));
    let living = guard(switch);
    drop(living);
    for asked in script(|script| script.log.clone()) {
        if let Asked::SetLimit(resource, limit) = asked {
            assert_eq!((resource, limit.hard), (Resource::Core, Some(HARD)));
        }
    }
    assert_eq!(soft(), Some(7));
}

#[test]
fn a_soft_limit_above_the_hard_one_is_einval_and_nothing_is_set() {
    for (soft, hard) in [(Some(HARD + 1), Some(HARD)), (None, Some(HARD))] {
        process(Some(7), hard);
        let einval = Error::said(22);
        assert_eq!(set_soft::<MacOs>(Resource::Core, soft), Err(einval));
        let log = script(|script| script.log.clone());
        assert_eq!(log, [Asked::Limit(Resource::Core)]);
    }
}

#[test]
fn rule_7_a_guard_that_failed_leaves_nothing_behind() {
    for failing in [&[EPERM][..], &[0, EPERM]] {
        let switch = process(Some(7), Some(HARD));
        next_answers(failing);
        assert_eq!(switch.guard::<MacOs>().err(), Some(Error::said(EPERM)));
        assert_eq!(soft(), Some(7));
        // The next guard is a first guard.
        drop(guard(switch));
        assert_eq!(soft(), Some(7));
    }
}

#[test]
fn rule_7_disable_while_guards_live_is_for_good() {
    let switch = process(Some(7), Some(HARD));
    let (one, other) = (guard(switch), guard(switch));
    switch.disable::<MacOs>().unwrap();
    drop((one, other));
    assert_eq!(soft(), Some(0));
    // Only for the guards of then: a later one restores what it finds.
    set(Some(9), Some(HARD));
    drop(guard(switch));
    assert_eq!(soft(), Some(9));
}

#[test]
fn rule_7_disable_that_failed_is_not_for_good() {
    let switch = process(Some(7), Some(HARD));
    let living = guard(switch);
    next_answers(&[EPERM]);
    assert_eq!(switch.disable::<MacOs>(), Err(Error::said(EPERM)));
    drop(living);
    assert_eq!(soft(), Some(7));
}

#[test]
fn rule_7_the_last_drop_keeps_to_a_hard_limit_that_sank() {
    for (saved, hard, restored) in [(Some(7), Some(3), Some(3)), (None, Some(3), Some(3))] {
        let switch = process(saved, None);
        let living = guard(switch);
        set(Some(0), hard);
        drop(living);
        assert_eq!(soft(), restored);
    }
}

#[test]
fn rule_7_the_last_drop_leaves_alone_what_somebody_else_set() {
    let switch = process(Some(7), Some(HARD));
    let living = guard(switch);
    set(Some(5), Some(HARD));
    drop(living);
    assert_eq!(soft(), Some(5));
}

#[test]
fn rule_7_a_later_guard_lowers_the_limit_again_and_the_latest_word_is_restored() {
    let switch = process(Some(7), Some(HARD));
    let first = guard(switch);
    set(Some(5), Some(HARD));
    let second = guard(switch);
    assert_eq!(soft(), Some(0));
    drop((first, second));
    assert_eq!(soft(), Some(5));
}

#[test]
fn rule_7_restore_tells_of_a_failure_that_drop_swallows() {
    for failing in [&[EPERM][..], &[0, EPERM]] {
        let switch = process(Some(7), Some(HARD));
        let living = guard(switch);
        next_answers(failing);
        assert_eq!(living.restore(), Err(Error::said(EPERM)));
        assert_eq!(soft(), Some(0));
        let living = guard(switch);
        next_answers(failing);
        drop(living);
        assert_eq!(soft(), Some(0));
    }
    let switch = process(Some(7), Some(HARD));
    assert_eq!(guard(switch).restore(), Ok(()));
    assert_eq!(soft(), Some(7));
}

#[test]
fn rule_7_a_forgotten_guard_keeps_dumps_off() {
    let switch = process(Some(7), Some(HARD));
    core::mem::forget(guard(switch));
    drop(guard(switch));
    assert_eq!(soft(), Some(0));
}

#[test]
fn rule_7_a_limit_of_0_stays_0_and_is_not_written() {
    let switch = process(Some(0), Some(0));
    let living = guard(switch);
    script(|script| script.log.clear());
    drop(living);
    assert_eq!(
        script(|script| script.log.clone()),
        [Asked::Limit(Resource::Core)]
    );
}

/// What can happen to a process that uses the switch.
#[derive(Clone, Copy, Debug)]
enum Step {
    Guard,
    Drop(usize),
    Disable,
    SetByAnother(Option<u64>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Guard),
        (0..4usize).prop_map(Step::Drop),
        Just(Step::Disable),
        proptest::option::of(0..4u64).prop_map(Step::SetByAnother),
    ]
}

proptest! {
    #[test]
    fn rule_7_any_sequence_ends_as_the_model_says(steps in prop::collection::vec(step(), 0..40)) {
        let switch = process(None, None);
        let mut guards = Vec::new();
        let (mut now, mut saved, mut permanent) = (None, None, false);
        for step in steps {
            match step {
                Step::Guard => {
                    if guards.is_empty() || now != Some(0) {
                        saved = now;
                    }
                    now = Some(0);
                    guards.push(guard(switch));
                }
                Step::Drop(which) if !guards.is_empty() => {
                    drop(guards.swap_remove(which % guards.len()));
                    if guards.is_empty() {
                        if now == Some(0) && !permanent {
                            now = saved;
                        }
                        permanent = false;
                    }
                }
                Step::Drop(_) => {}
                Step::Disable => {
                    switch.disable::<MacOs>().unwrap();
                    now = Some(0);
                    permanent = !guards.is_empty();
                }
                Step::SetByAnother(soft) => {
                    set(soft, None);
                    now = soft;
                }
            }
            prop_assert_eq!(soft(), now);
        }
    }
}
