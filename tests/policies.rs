//! Each function under each policy, in a process of its own: what came of it, in both
//! faces by the same system calls.
#![cfg(target_os = "linux")]

mod facts;
mod functions;
mod policy;
mod table;

use std::os::unix::process::ExitStatusExt as _;

use os_memlock::{Support, raw};

use self::facts::POLICIES;
use self::functions::{Function, NOT_GRANTED, set_the_stage};
use self::policy::Policy;
use self::table::{COLUMNS, Column, EXPECTED, Fate, WITHOUT_CALLS, markdown};
use crate::common::case::cases;
use crate::common::faces::{Answer, FACES, Refusal};
use crate::common::pages::Pages;
use crate::common::watch::{Watched, watch};

cases![
    #[needs(Pages(1), HardLimits(12288))]
    fn each_function_does_what_the_table_says() {
        set_the_stage();
        let page = Pages::new(1);
        let rows = POLICIES
            .iter()
            .map(|policy| (policy.name, row(policy, &page)));
        let rows: Vec<_> = rows.collect();
        print!("{}", markdown(&rows));
        assert_eq!(
            rows,
            EXPECTED.map(|(policy, fates)| (policy, fates.to_vec()))
        );
    },

    /// Where a function works, `probe` grants it; where its call is refused, `probe` says
    /// so; and it is killed only where the function is.
    #[needs(Pages(1), HardLimits(12288))]
    fn probe_answers_for_what_it_is_asked_about() {
        set_the_stage();
        let page = Pages::new(1);
        for policy in POLICIES {
            for flag in raw::supported() {
                let answer = fate(|| policy.enforce(), Function::Probe(flag), &page);
                let function = fate(|| policy.enforce(), Function::of(flag), &page);
                let expected = match function {
                    Fate::Fails(_) => Fate::Fails(NOT_GRANTED),
                    other => other,
                };
                assert_eq!(answer, expected, "{}: {flag:?}", policy.name);
            }
        }
    },

    #[needs(Pages(1), HardLimits(12288))]
    fn without_a_policy_everything_works() {
        set_the_stage();
        let page = Pages::new(1);
        let functions = COLUMNS.iter().flat_map(|column| column.functions);
        let all = Function::ProbeAll(raw::supported());
        for &function in functions.chain([&all]) {
            assert_eq!(fate(|| {}, function, &page), Fate::Works, "{function:?}");
        }
    }
];

fn row(policy: &Policy, page: &Pages) -> Vec<Fate> {
    for (column, fate) in &WITHOUT_CALLS {
        assert_eq!(fate_of_all(policy, column, page), *fate);
    }
    let columns = COLUMNS
        .iter()
        .map(|column| fate_of_all(policy, column, page));
    let mut row: Vec<_> = columns.collect();
    let granted = granted(policy, page).unwrap_or(Support::empty());
    row.push(fate(|| policy.enforce(), Function::ProbeAll(granted), page));
    row
}

/// What comes of each function of the column, which has to be the same.
fn fate_of_all(policy: &Policy, column: &Column, page: &Pages) -> Fate {
    let fates = column
        .functions
        .iter()
        .map(|&function| fate(|| policy.enforce(), function, page));
    let mut fates: Vec<_> = fates.collect();
    fates.dedup();
    assert_eq!(fates.len(), 1, "{}: {}", policy.name, column.head);
    fates[0]
}

/// What `probe` has to grant, or nothing where one of its questions kills.
fn granted(policy: &Policy, page: &Pages) -> Option<Support> {
    let mut granted = Support::empty();
    for flag in raw::supported() {
        match fate(|| policy.enforce(), Function::Probe(flag), page) {
            Fate::Works => granted |= flag,
            Fate::Fails(_) => {}
            Fate::Killed => return None,
        }
    }
    Some(granted)
}

/// What comes of the function under what `confine` puts the process under. Both faces
/// make the same system calls, up to the one that kills, where one does.
fn fate(confine: impl Fn(), function: Function, page: &Pages) -> Fate {
    let mut seen = FACES.iter().map(|face| {
        watch(
            || {
                function.prepare(page);
                confine();
            },
            || function.call(face, page),
            |answer| {
                if answer.is_ok() {
                    function.check_effect(page);
                }
                code(&answer)
            },
        )
    });
    let first = seen.next().expect("a face");
    assert!(seen.all(|other| other == first), "{function:?}: {first:?}");
    let silent = matches!(
        function,
        Function::Supported | Function::DisableForProcess | Function::DisableWithGuard
    );
    assert_eq!(first.calls.is_empty(), silent, "{function:?}");
    fate_from(&first)
}

/// Exit codes that are no errno of a policy. A panic ends with 101.
const NO_CODE: u8 = 127;
const UNSUPPORTED: u8 = 128;

fn code(answer: &Answer<()>) -> u8 {
    let Err(error) = answer else { return 0 };
    let code = error
        .code
        .map_or(NO_CODE, |code| u8::try_from(code).unwrap());
    assert!(code < 100 || code == NO_CODE);
    if error.unsupported {
        code | UNSUPPORTED
    } else {
        code
    }
}

fn fate_from(watched: &Watched) -> Fate {
    match (watched.ended.code(), watched.ended.signal()) {
        (Some(0), _) => Fate::Works,
        (Some(101), _) => panic!("see the child's panic above"),
        (Some(code), _) => {
            let number = code & i32::from(!UNSUPPORTED);
            Fate::Fails(Refusal {
                code: (number != i32::from(NO_CODE)).then_some(number),
                unsupported: code >= i32::from(UNSUPPORTED),
            })
        }
        (None, signal) => {
            assert_eq!(signal, Some(libc::SIGSYS));
            Fate::Killed
        }
    }
}
