//! Each function under each policy of the guide's page on sandboxes, in a process of its
//! own: what came of it, in both faces by the same system calls.
#![cfg(target_os = "linux")]

mod facts;
mod functions;
mod policy;

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;

use libc::{EINVAL, ENOSYS, EPERM};
use os_memlock::{Support, raw};

use self::facts::POLICIES;
use self::functions::{Function, set_the_stage};
use crate::common::case::cases;
use crate::common::faces::{Answer, FACES, Face, refused, unsupported};
use crate::common::pages::Pages;
use crate::common::watch::{calls, watch};

const GUIDE: &str = include_str!("../src/docs/guide/sandboxes.md");

/// The cells of its tables and the answers that they stand for, by the child's exit code.
/// `probe` has no errors: the last is a flag that it does not grant.
const CELLS: [(&str, Answer<()>); 5] = [
    ("works", Ok(())),
    ("EPERM", refused(EPERM)),
    ("unsupported (ENOSYS)", unsupported(Some(ENOSYS))),
    ("unsupported (EINVAL)", unsupported(Some(EINVAL))),
    ("not granted", unsupported(None)),
];
const WORKS: &str = CELLS[0].0;
const NOT_GRANTED: &str = CELLS[4].0;
const KILLED: &str = "**killed**";

cases![
    #[needs(Pages(1), HardLimits(12288))]
    fn each_function_does_what_the_guide_says() {
        set_the_stage();
        let page = Pages::new(1);
        let guide = guide();
        for policy in POLICIES {
            let confine = || policy.enforce();
            let granted = granted(confine, &page);
            for name in functions() {
                let says = guide[&(policy.name, name)];
                for function in Function::named(name, granted) {
                    assert_eq!(
                        fate(confine, function, &page),
                        says,
                        "{}: {name}",
                        policy.name
                    );
                }
            }
        }
        assert_eq!(guide.len(), POLICIES.len() * functions().count());
    },

    /// Where a function works, `probe` grants it; where its call is refused, `probe` says
    /// so; and it is killed only where the function is.
    #[needs(Pages(1), HardLimits(12288))]
    fn probe_answers_for_what_it_is_asked_about() {
        set_the_stage();
        let page = Pages::new(1);
        for policy in POLICIES {
            for flag in raw::supported() {
                let [answer, function] = [Function::Probe(flag), Function::of(flag)]
                    .map(|function| fate(|| policy.enforce(), function, &page));
                let expected = match function {
                    WORKS | KILLED => function,
                    _ => NOT_GRANTED,
                };
                assert_eq!(answer, expected, "{}: {flag:?}", policy.name);
            }
        }
    },

    #[needs(Pages(1), HardLimits(12288))]
    fn without_a_policy_everything_works() {
        set_the_stage();
        let page = Pages::new(1);
        for function in functions().flat_map(|name| Function::named(name, raw::supported())) {
            assert_eq!(fate(|| {}, function, &page), WORKS, "{function:?}");
        }
    },

    fn what_is_not_in_the_guide_makes_no_system_call() {
        for face in FACES {
            let made = calls(|| {
                assert!(!(face.supported)().is_empty());
                assert_eq!((face.disable_core_dumps_for_process)(), unsupported(None));
                let guard = (face.disable_core_dumps_with_guard)();
                assert_eq!(guard.map(drop), unsupported(None));
            });
            assert_eq!(made, []);
        }
    }
];

/// The functions in the guide: all that make a system call of their own.
fn functions() -> impl Iterator<Item = &'static str> {
    let without = [
        "supported",
        "disable_core_dumps_for_process",
        "disable_core_dumps_with_guard",
        "munlock_after_failed_mlock",
    ];
    Face::FUNCTIONS
        .iter()
        .copied()
        .filter(move |name| !without.contains(name))
}

/// What the guide's tables say, by policy and function.
fn guide() -> BTreeMap<(&'static str, &'static str), &'static str> {
    let (mut heads, mut cells) = (Vec::new(), BTreeMap::new());
    for line in GUIDE.lines() {
        let row: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        match row[0] {
            "---" => {}
            "policy" => heads = row,
            _ if !line.starts_with('|') => heads.clear(),
            policy => {
                for (head, cell) in heads.iter().zip(row).skip(1) {
                    let names = head.split('`').skip(1).step_by(2);
                    cells.extend(names.map(|name| ((policy, name), cell)));
                }
            }
        }
    }
    cells
}

/// What `probe` has to grant, or nothing where one of its questions kills.
fn granted(confine: impl Fn(), page: &Pages) -> Support {
    let fates = raw::supported()
        .iter()
        .map(|flag| (flag, fate(&confine, Function::Probe(flag), page)));
    let fates: Vec<_> = fates.collect();
    if fates.iter().any(|it| it.1 == KILLED) {
        return Support::empty();
    }
    let granted = fates.into_iter().filter(|it| it.1 == WORKS);
    granted.map(|it| it.0).collect()
}

/// What comes of the function under what `confine` puts the process under. Both faces
/// make the same system calls, up to the one that kills, where one does.
fn fate(confine: impl Fn(), function: Function, page: &Pages) -> &'static str {
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
                CELLS.iter().position(|it| it.1 == answer).expect("a cell") as u8
            },
        )
    });
    let first = seen.next().expect("a face");
    assert!(seen.all(|other| other == first), "{function:?}: {first:?}");
    assert!(!first.calls.is_empty(), "{function:?}");
    match first.ended.code() {
        Some(code) => {
            CELLS
                .get(code as usize)
                .expect("see the child's panic above")
                .0
        }
        None => {
            assert_eq!(first.ended.signal(), Some(libc::SIGSYS));
            KILLED
        }
    }
}
