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

    /// For the imports, for other processors, and for sandboxes.
    fn the_programs_that_call_every_function_do() {
        lists_all(include_str!("foreign/src/lib.rs"), &PATHS, "");
        lists_all(include_str!("static/src/bin/every_call.rs"), &PATHS, "");
        let text = include_str!("sandboxes/src/inside/calls.rs");
        lists_all(text, &["face.", "FACES[0]."], "");
    },

    /// Which the fuzzers have their calls from. What it leaves out lowers the hard limit
    /// for good, is munlock on Linux, is unsupported there, or has no input to steer;
    /// `probe` has few.
    fn the_model_of_linux_has_every_function_that_input_can_steer() {
        let left_out = "set_limit munlock_after_failed_mlock disable_core_dumps_for_process \
            disable_core_dumps_with_guard page_size supported probe";
        let text = include_str!("common/model.rs");
        lists_all(text, &["face.", "\""], left_out);
    },

    /// The other advices differ in a number from the one that is counted; the rest is
    /// munlock on Linux, or called once in the life of a process.
    fn the_benchmarks_count_each_kind_of_call() {
        let left_out = "madvise_dodump madvise_wipeonfork madvise_keeponfork madvise_dontfork \
            madvise_dofork munlock_after_failed_mlock disable_core_dumps_for_process \
            disable_core_dumps_with_guard limit set_soft_limit set_limit process_dumpable \
            set_process_dumpable page_size supported probe";
        let text = include_str!("../benches/one_call/src/lib.rs");
        lists_all(text, &PATHS, left_out);
    }
];

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
/// that it leaves out.
fn lists_all(text: &str, before: &[&str], left_out: &str) {
    let ends_a_name = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let calls = |name: &&str| {
        before.iter().any(|path| {
            let call = format!("{path}{name}");
            text.split(&call).skip(1).any(ends_a_name)
        })
    };
    let called: BTreeSet<_> = names().into_iter().filter(calls).collect();
    let expected = left_out.split_whitespace().collect();
    assert_eq!(&names() - &called, expected, "what the list leaves out");
}
