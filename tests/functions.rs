//! Every list of the crate's functions in this repository is complete, or says what it
//! leaves out and why.

use std::collections::BTreeSet;

use crate::common::case::cases;
use crate::common::faces::Face;

const RAW: &str = include_str!("../src/raw.rs");

cases![
    fn both_faces_define_the_same_functions() {
        let raw = signatures(RAW);
        let mut std = signatures(include_str!("../src/std_io.rs"));
        // These cannot fail, and are re-exported.
        std.extend(raw.iter().filter(|line| !line.contains("Result<")));
        assert_eq!(raw, std);
    },

    fn the_table_of_the_faces_has_every_function() {
        assert_eq!(
            BTreeSet::from_iter(Face::FUNCTIONS.iter().copied()),
            names()
        );
    },

    fn the_pages_name_every_function() {
        let readme = include_str!("../README.md");
        let links = include_str!("../src/docs/links.md");
        let has_line = |text: &str, line: &str| text.lines().any(|it| it == line);
        let (_, functions) = readme.split_once("\n## Functions\n").unwrap();
        let (functions, _) = functions.split_once("\n## ").unwrap();
        // A list: where they are, and their names.
        let groups = functions.split("\n* **").skip(1);
        let groups: Vec<_> = groups.map(|it| it.split("\n\n").next().unwrap()).collect();
        for name in names() {
            let link = format!("[`{name}`]");
            let listed = groups.iter().filter_map(|it| it.split_once("**: "));
            let listed = listed.filter(|(_, names)| names.contains(&link)).count();
            assert_eq!(listed, 1, "README.md, Functions: {link}");
            let url = format!("https://docs.rs/os-memlock/latest/os_memlock/fn.{name}.html");
            assert!(
                has_line(readme, &format!("[`{name}`]: {url}")),
                "README.md: {url}"
            );
            let link = format!("[`{name}`]: fn@{name}");
            assert!(has_line(links, &link), "links.md: {link}");
        }
    },

    fn the_check_of_symbols_calls_every_function() {
        let text = include_str!("foreign/src/lib.rs");
        lists_all(text, &PATHS, &[]);
    },

    fn the_program_for_other_processors_calls_every_function() {
        let text = include_str!("static/src/bin/every_call.rs");
        lists_all(text, &PATHS, &[]);
    },

    fn the_program_for_sandboxes_calls_every_function() {
        let text = include_str!("sandboxes/src/inside/calls.rs");
        lists_all(text, &["face.", "FACES[0]."], &[]);
    },

    /// Which the fuzzers have their calls from.
    fn the_model_of_linux_has_every_function_that_input_can_steer() {
        let text = include_str!("common/model.rs");
        let left_out = [
            ("set_limit", "lowers the hard limit for good"),
            ("munlock_after_failed_mlock", "is munlock on Linux"),
            ("disable_core_dumps_for_process", NOT_ON_LINUX),
            ("disable_core_dumps_with_guard", NOT_ON_LINUX),
            ("page_size", NO_INPUT),
            ("supported", NO_INPUT),
            ("probe", "changes nothing, and has few inputs: see probe.rs"),
        ];
        lists_all(text, &["face.", "\""], &left_out);
    },

    fn the_benchmarks_count_each_kind_of_call() {
        let text = include_str!("../benches/one_call/src/lib.rs");
        let left_out = [
            ("madvise_dodump", AS_DONTDUMP),
            ("madvise_wipeonfork", AS_DONTDUMP),
            ("madvise_keeponfork", AS_DONTDUMP),
            ("madvise_dontfork", AS_DONTDUMP),
            ("madvise_dofork", AS_DONTDUMP),
            ("disable_core_dumps_for_process", SELDOM),
            ("disable_core_dumps_with_guard", SELDOM),
            ("munlock_after_failed_mlock", "is munlock on Linux"),
            ("limit", SELDOM),
            ("set_soft_limit", SELDOM),
            ("set_limit", SELDOM),
            ("process_dumpable", SELDOM),
            ("set_process_dumpable", SELDOM),
            ("page_size", SELDOM),
            ("supported", SELDOM),
            ("probe", SELDOM),
        ];
        lists_all(text, &PATHS, &left_out);
    }
];

const NOT_ON_LINUX: &str = "unsupported on Linux, where the fuzzers run";
const NO_INPUT: &str = "has no input";
const AS_DONTDUMP: &str = "differs from madvise_dontdump in a number";
const SELDOM: &str = "called once in the life of a process";

const PATHS: [&str; 2] = ["raw::", "os_memlock::"];

/// The public functions of a source file, by their lines.
fn signatures(source: &str) -> BTreeSet<&str> {
    let public = source
        .lines()
        .filter(|line| line.starts_with("pub ") && line.contains("fn "));
    public.collect()
}

/// The names of the public functions.
fn names() -> BTreeSet<&'static str> {
    let names = signatures(RAW).into_iter().map(|line| {
        let (_, name) = line.split_once("fn ").unwrap();
        name.split_once('(').expect("NAME(").0
    });
    names.collect()
}

/// Checks that the text has each function, behind one of these words, except for those
/// that it leaves out, each for a reason.
fn lists_all(text: &str, before: &[&str], left_out: &[(&str, &str)]) {
    let ends_a_name = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let calls = |name: &&str| {
        before.iter().any(|path| {
            let call = format!("{path}{name}");
            text.split(&call).skip(1).any(ends_a_name)
        })
    };
    let called: BTreeSet<_> = names().into_iter().filter(calls).collect();
    let expected: BTreeSet<_> = left_out.iter().map(|(name, _)| *name).collect();
    let missing: BTreeSet<_> = names().difference(&called).copied().collect();
    assert_eq!(missing, expected, "the functions that the list leaves out");
}
