//! Prints the table of what os-memlock and its neighbours promise and keep, or, given
//! CASE SUBJECT, one cell of it and what was seen.

mod cases;
mod cell;
mod child;
#[allow(
    dead_code,
    unused_imports,
    unused_macros,
    unreachable_pub,
    reason = "written for the tests"
)]
mod common;
mod expected;
mod subjects;
mod table;
mod trees;
mod workers;

use std::env;
use std::fs;
use std::process::{Command, ExitCode};

use self::cases::{Ask, Case};
use self::cell::Cell;
use self::subjects::Subject;
use self::table::Table;
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
            println!("{}", ask(subject).line());
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
fn one(case: &Case, subject: &Subject) -> ExitCode {
    let workers = Workers::build();
    if let Ask::Behaviour(_) = case.ask {
        for (profile, (_, name)) in PROFILES.iter().enumerate() {
            let seen = workers.run(case.name, subject.name, profile);
            println!(
                "{name}: {}: {}\n{}",
                seen.cell.verdict, seen.cell.saw, seen.printed
            );
        }
    }
    let cell = ask(&workers, case, subject);
    println!("{}: {}", cell.verdict, cell.saw);
    verdict(expected::check(case.name, subject.name, &cell))
}

fn each<T>(of: impl FnMut(&Subject) -> T) -> Vec<T> {
    subjects::ALL.iter().map(of).collect()
}

fn all() -> ExitCode {
    let workers = Workers::build();
    let heads = each(|it| format!("`{}` {}", it.name, trees::version(it)));
    let mut table = Table::new(&heads);
    let mut wrong = Vec::new();
    for case in &cases::ALL {
        eprintln!("{}", case.name);
        let cells = each(|subject| ask(&workers, case, subject));
        let checked = subjects::ALL.iter().zip(&cells);
        wrong.extend(checked.filter_map(|(it, cell)| expected::check(case.name, it.name, cell)));
        table.row(case.title, &cells);
    }
    println!(
        "{}\n{}\n\n{}",
        table.finish(),
        machine(),
        trees::dependencies()
    );
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

fn ask(workers: &Workers, case: &Case, subject: &Subject) -> Cell {
    match case.ask {
        Ask::Tree(edition) => trees::no_c_library(&workers.scratch(), subject, edition),
        Ask::Crates => trees::how_many(&workers.scratch(), subject),
        Ask::NoStd => trees::no_std(&workers.scratch(), subject),
        _ if subject.library.is_some() && workers::libsodium().is_none() => {
            Cell::not_run("pkg-config finds no libsodium")
        }
        Ask::Behaviour(_) => workers.run(case.name, subject.name, 0).cell.clone(),
        Ask::Profiles => profiles(workers, subject),
        Ask::Silence => silence(workers, subject),
    }
}

fn behaviours() -> impl Iterator<Item = &'static Case> {
    let all = cases::ALL.iter();
    all.filter(|it| matches!(it.ask, Ask::Behaviour(_)))
}

fn profiles(workers: &Workers, subject: &Subject) -> Cell {
    let mut differ = Vec::new();
    for case in behaviours() {
        let [release, debug] = [0, 1].map(|it| workers.run(case.name, subject.name, it));
        if release.cell != debug.cell {
            let [release, debug] =
                [release, debug].map(|it| format!("{}: {}", it.cell.verdict, it.cell.saw));
            differ.push(format!(
                "`{}` is {release} in release, {debug} in debug",
                case.name
            ));
        }
    }
    Cell::whether(differ.is_empty(), differ.join("; "))
}

fn silence(workers: &Workers, subject: &Subject) -> Cell {
    let mut loud = Vec::new();
    for case in behaviours() {
        for (profile, (_, name)) in PROFILES.iter().enumerate() {
            let seen = workers.run(case.name, subject.name, profile);
            if !seen.printed.is_empty() {
                loud.push(format!("`{}` in {name}", case.name));
            }
        }
    }
    Cell::whether(loud.is_empty(), loud.join(", "))
}

/// Where this was seen.
fn machine() -> String {
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let kernel: Vec<_> = kernel.split('.').take(2).collect();
    let rustc = Command::new("rustc")
        .arg("--version")
        .output()
        .unwrap()
        .stdout;
    let rustc = String::from_utf8_lossy(&rustc);
    let rustc = rustc.split(' ').nth(1).unwrap_or_default().to_string();
    let libsodium = workers::libsodium().unwrap_or("none".into());
    format!(
        "Linux {} on {}, rustc {rustc}, libsodium {libsodium}.",
        kernel.join("."),
        env::consts::ARCH
    )
}
