//! The switch behind the guard, against a fake kernel that can fail.

use std::boxed::Box;
use std::vec::Vec;

use crate::backend::fake::{Fake, MACOS_ROW, SystemCall, script};
use crate::core_limit::switch::{Guard, Switch};
use crate::{Error, Limit, Resource};

type MacOs = Fake<{ MACOS_ROW }>;

const EPERM: i32 = 1;
const HARD: u64 = 1000;

/// A switch of the test's own, and a process with these limits. Its lock has to be held
/// during each of its calls: two threads inside would undo each other's work.
fn process(soft: Option<u64>, hard: Option<u64>) -> &'static Switch {
    set(soft, hard);
    let switch: &Switch = Box::leak(Box::new(Switch::new()));
    script(|script| {
        script.answers.clear();
        script.log.clear();
        script.onlooker = Some(Box::new(|| assert!(switch.is_locked())));
    });
    switch
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
fn only_the_soft_limit_is_lowered() {
    let switch = process(Some(7), Some(HARD));
    let living = guard(switch);
    drop(living);
    for call in script(|script| script.log.clone()) {
        if let SystemCall::Setrlimit(resource, limit) = call {
            assert_eq!((resource, limit.hard), (Resource::Core, Some(HARD)));
        }
    }
    assert_eq!(soft(), Some(7));
}

#[test]
fn a_guard_that_failed_leaves_nothing_behind() {
    for failing in [&[EPERM][..], &[0, EPERM]] {
        let switch = process(Some(7), Some(HARD));
        next_answers(failing);
        assert_eq!(
            switch.guard::<MacOs>().err(),
            Some(Error::from_raw_os_error(EPERM))
        );
        assert_eq!(soft(), Some(7));
        // The next guard is a first guard.
        drop(guard(switch));
        assert_eq!(soft(), Some(7));
    }
}

#[test]
fn disable_that_failed_is_not_for_good() {
    let switch = process(Some(7), Some(HARD));
    let living = guard(switch);
    next_answers(&[EPERM]);
    assert_eq!(
        switch.disable::<MacOs>(),
        Err(Error::from_raw_os_error(EPERM))
    );
    drop(living);
    assert_eq!(soft(), Some(7));
}

#[test]
fn the_last_drop_keeps_to_a_hard_limit_that_sank() {
    for (saved, hard, restored) in [(Some(7), Some(3), Some(3)), (None, Some(3), Some(3))] {
        let switch = process(saved, None);
        let living = guard(switch);
        set(Some(0), hard);
        drop(living);
        assert_eq!(soft(), restored);
    }
}

#[test]
fn restore_tells_of_a_failure_that_drop_swallows() {
    for failing in [&[EPERM][..], &[0, EPERM]] {
        let switch = process(Some(7), Some(HARD));
        let living = guard(switch);
        next_answers(failing);
        assert_eq!(living.restore(), Err(Error::from_raw_os_error(EPERM)));
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
fn a_forgotten_guard_keeps_dumps_off() {
    let switch = process(Some(7), Some(HARD));
    core::mem::forget(guard(switch));
    drop(guard(switch));
    assert_eq!(soft(), Some(0));
}

#[test]
fn a_limit_of_0_stays_0_and_is_not_written() {
    let switch = process(Some(0), Some(0));
    let living = guard(switch);
    script(|script| script.log.clear());
    drop(living);
    assert_eq!(
        script(|script| script.log.clone()),
        [SystemCall::Getrlimit(Resource::Core)]
    );
}

/// What can happen to a process that uses the switch.
#[derive(Clone, Copy, Debug)]
enum Step {
    Guard,
    DropFirst,
    DropLast,
    Disable,
    SetByAnother(Option<u64>),
}

const STEPS: [Step; 7] = [
    Step::Guard,
    Step::DropFirst,
    Step::DropLast,
    Step::Disable,
    Step::SetByAnother(None),
    Step::SetByAnother(Some(0)),
    Step::SetByAnother(Some(3)),
];

#[test]
fn every_sequence_of_six_steps_ends_as_the_model_says() {
    // Miri would take hours for six.
    const LENGTH: u32 = if cfg!(miri) { 4 } else { 6 };
    for sequence in 0..STEPS.len().pow(LENGTH) {
        let steps = (0..LENGTH).map(|at| STEPS[sequence / STEPS.len().pow(at) % STEPS.len()]);
        follow(steps);
    }
}

/// Takes the steps with the switch and with a model of it, and compares after each.
fn follow(steps: impl Iterator<Item = Step> + Clone) {
    let switch = process(None, None);
    let mut guards = Vec::new();
    let (mut now, mut saved, mut permanent) = (None, None, false);
    for step in steps.clone() {
        match step {
            Step::Guard => {
                if guards.is_empty() || now != Some(0) {
                    saved = now;
                }
                now = Some(0);
                guards.push(guard(switch));
            }
            Step::DropFirst | Step::DropLast if !guards.is_empty() => {
                let which = match step {
                    Step::DropFirst => 0,
                    _ => guards.len() - 1,
                };
                drop(guards.remove(which));
                if guards.is_empty() {
                    if now == Some(0) && !permanent {
                        now = saved;
                    }
                    permanent = false;
                }
            }
            Step::DropFirst | Step::DropLast => {}
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
        assert_eq!(soft(), now, "{:?}", steps.collect::<Vec<_>>());
    }
}

/// Under Miri it is a data race, should the lock not order what two threads do.
#[test]
fn the_state_belongs_to_one_thread_at_a_time() {
    let switch = process(Some(7), Some(HARD));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                set(Some(7), Some(HARD));
                drop(guard(switch));
            });
        }
    });
}
