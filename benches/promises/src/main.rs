//! Asks the same cases of os-memlock and of others, and prints the table of what was
//! seen, or, given CASE SUBJECT, one cell of it.

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
mod page;
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
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        [] => Some(all()),
        ["--cell", case, subject] => find(case, subject).and_then(|it| worker(it.0, it.1)),
        [case, subject] => find(case, subject).map(|it| one(it.0, it.1)),
        _ => None,
    };
    done.unwrap_or_else(|| {
        let cases = cases::ALL.each_ref().map(|it| it.name).join(", ");
        let subjects = subjects::ALL.each_ref().map(|it| it.name).join(", ");
        eprintln!("no arguments, or CASE SUBJECT\ncases: {cases}\nsubjects: {subjects}");
        ExitCode::from(2)
    })
}

fn find(case: &str, subject: &str) -> Option<(&'static Case, &'static Subject)> {
    let case = cases::ALL.iter().find(|it| it.name == case)?;
    Some((case, subjects::ALL.iter().find(|it| it.name == subject)?))
}

/// What this program asks itself for.
fn worker(case: &Case, subject: &Subject) -> Option<ExitCode> {
    let Ask::Behaviour(ask) = case.ask else {
        return None;
    };
    println!("{}", ask(subject).unwrap_or_else(Cell::lacking).line());
    Some(ExitCode::SUCCESS)
}

/// One cell, with all that is known of it.
fn one(case: &'static Case, subject: &Subject) -> ExitCode {
    let workers = Workers::build();
    let seen = column::behaviours(&workers, slice::from_ref(case), subject);
    for seen in &seen {
        for (profile, (_, name)) in PROFILES.iter().enumerate() {
            let Cell { verdict, saw, .. } = &seen.cells[profile];
            println!("{} in {name}: {verdict}, {saw}", seen.case.name);
            let printed = seen.printed[profile].lines();
            printed.for_each(|line| println!("  printed: {line}"));
        }
    }
    let cell = column::cell(&workers, case, subject, &seen);
    println!("{}: {}, {}", case.title(), cell.verdict, cell.note());
    ExitCode::from(u8::from(!page::agrees(case, subject, &cell)))
}

fn all() -> ExitCode {
    let workers = Workers::build();
    let mut right = true;
    let columns = subjects::ALL.each_ref().map(|subject| {
        eprintln!("{}", subject.name);
        let seen = column::behaviours(&workers, &cases::ALL, subject);
        let cells = cases::ALL.iter().map(|case| {
            let cell = column::cell(&workers, case, subject, &seen);
            right &= page::agrees(case, subject, &cell);
            cell
        });
        cells.collect::<Vec<_>>()
    });
    let heads = subjects::ALL.each_ref().map(trees::head);
    let titles = cases::ALL.each_ref().map(Case::title);
    let table = table::markdown(&heads, &titles, &columns);
    println!("{table}\n{}\n\n{}", machine(), trees::dependencies());
    if !page::PAGE.contains(&table) {
        eprintln!("the page of the guide has another table");
    }
    ExitCode::from(u8::from(!right))
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
