//! Prints the table of what os-memlock and its neighbours promise and keep, or, given
//! CASE SUBJECT, one cell of it and what was seen.

mod cases;
mod cell;
mod child;
mod column;
#[path = "../../../tests/common/mod.rs"]
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    unreachable_pub,
    reason = "written for the tests"
)]
mod common;
mod expected;
#[path = "../../../tests/policies/facts.rs"]
mod policies;
#[path = "../../../tests/policies/policy.rs"]
mod policy;
mod subjects;
mod table;
mod trees;
mod workers;

use std::env;
use std::fs;
use std::process::{Command, ExitCode};
use std::slice;

use self::cases::{Ask, Case};
use self::cell::Cell;
use self::subjects::Subject;
use self::workers::{PROFILES, Workers};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => all(),
        ["--cell", case, subject] => {
            let (case, subject) = (find(case), whose(subject));
            let Ask::Behaviour(ask) = case.ask else {
                unreachable!("this program asks itself for nothing else")
            };
            println!("{}", ask(subject).unwrap_or_else(Cell::lacking).line());
            ExitCode::SUCCESS
        }
        [case, subject] => one(find(case), whose(subject)),
        _ => panic!("no arguments, or CASE SUBJECT"),
    }
}

fn find(name: &str) -> &'static Case {
    pick(&cases::ALL, |it| it.name, name)
}

fn whose(name: &str) -> &'static Subject {
    pick(&subjects::ALL, |it| it.name, name)
}

fn pick<T>(all: &'static [T], name: fn(&T) -> &'static str, wanted: &str) -> &'static T {
    all.iter().find(|it| name(it) == wanted).unwrap_or_else(|| {
        let names: Vec<_> = all.iter().map(name).collect();
        panic!("{wanted} is none of {}", names.join(", "))
    })
}

/// One cell, with all that is known of it.
fn one(case: &'static Case, subject: &Subject) -> ExitCode {
    let workers = Workers::build();
    let seen = column::behaviours(&workers, slice::from_ref(case), subject);
    for seen in &seen {
        for (profile, (_, name)) in PROFILES.iter().enumerate() {
            let Cell { verdict, saw } = &seen.cells[profile];
            println!("{} in {name}: {verdict}, {saw}", seen.case.name);
            let printed = seen.printed[profile].lines();
            printed.for_each(|line| println!("  printed: {line}"));
        }
    }
    let cell = column::cell(&workers, case, subject, &seen);
    println!("{}: {}, {}", case.title, cell.verdict, cell.saw);
    verdict(expected::check(case, subject, &cell))
}

fn all() -> ExitCode {
    let workers = Workers::build();
    let (mut heads, mut columns, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for subject in &subjects::ALL {
        eprintln!("{}", subject.name);
        heads.push(format!("`{}` {}", subject.name, trees::version(subject)));
        let seen = column::behaviours(&workers, &cases::ALL, subject);
        let cells = cases::ALL.iter().map(|case| {
            let cell = column::cell(&workers, case, subject, &seen);
            wrong.extend(expected::check(case, subject, &cell));
            cell
        });
        columns.push(cells.collect::<Vec<_>>());
    }
    let titles = cases::ALL.each_ref();
    let titles = titles.map(|it| format!("{} (`{}`)", it.title, it.name));
    let table = table::markdown(&heads, &titles, &columns);
    println!("{table}\n{}\n\n{}", machine(), trees::dependencies());
    verdict(wrong)
}

/// Success where nothing is wrong.
fn verdict(wrong: impl IntoIterator<Item = String>) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for line in wrong {
        eprintln!("not as expected: {line}");
        code = ExitCode::FAILURE;
    }
    code
}

/// Where this was seen.
fn machine() -> String {
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let kernel: Vec<_> = kernel.split('.').take(2).collect();
    let rustc = Command::new("rustc").arg("--version").output();
    let rustc = String::from_utf8(rustc.unwrap().stdout).unwrap();
    let rustc = rustc.split(' ').nth(1).unwrap_or_default();
    let (kernel, arch) = (kernel.join("."), env::consts::ARCH);
    let libsodium = workers::libsodium().unwrap_or("none".into());
    format!("Linux {kernel} on {arch}, rustc {rustc}, libsodium {libsodium}.")
}
