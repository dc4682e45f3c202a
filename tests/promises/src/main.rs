//! Asks the same cases of os-memlock and of others, and prints the table of what was
//! seen, or, given CASE SUBJECT, one cell of it.

mod cell;
#[path = "../../common/mod.rs"]
#[allow(unused, reason = "written for the tests")]
mod common;
mod effects;
mod errors;
#[path = "../../policies/facts.rs"]
mod policies;
#[path = "../../policies/policy.rs"]
mod policy;
mod subjects;
mod table;
mod trees;

use std::{env, process::ExitCode};

use self::cell::{Cell, NOT_RUN};
use self::subjects::Subject;
use self::table::{Ask, ROWS, Row};
use self::trees::{HERE, shell};

/// The guide's page, which shows the table as it was printed last.
const PAGE: &str = include_str!("../../../src/docs/guide/comparison.md");

fn main() -> ExitCode {
    let subjects = subjects::all();
    let words: Vec<_> = env::args().skip(1).collect();
    if words.is_empty() {
        return all(&subjects);
    }
    let row = ROWS.iter().find(|it| words[0] == it.0);
    let subject = subjects.iter().find(|it| words[1..] == [it.name]);
    let (row, subject) = row.zip(subject).expect("CASE SUBJECT, as in the table");
    // Behind this comes what the case prints.
    println!("{} of {}", row.0, subject.name);
    let cell = match row.2 {
        Ask::Behaviour(ask) => ask(subject).unwrap_or(Cell::fact("–", "")),
        Ask::Tree(ask) => ask(subject),
        Ask::Profiles | Ask::Silence => Cell::fact(NOT_RUN, "it compares other cases"),
    };
    println!("{}\t{}", cell.verdict, cell.note);
    ExitCode::SUCCESS
}

/// Prints the table; 77 is the status of what is skipped.
fn all(subjects: &[Subject; 9]) -> ExitCode {
    let heads: Vec<_> = subjects.iter().map(head).collect();
    let columns: Vec<_> = subjects.iter().map(column).collect();
    let table = table::markdown(&heads, &columns);
    let machine = "echo Linux $(uname -r | cut -d. -f1,2) on $(uname -m), $(rustc --version)";
    let machine = [shell(machine), shell(LIBSODIUM)].map(Result::unwrap_or_default);
    println!("{table}\n{}, libsodium {}", machine[0].trim(), machine[1]);
    println!("{}", subjects.each_ref().map(|it| it.dependency).join("\n"));
    let page = table::rows(PAGE);
    let wrong = table::rows(&table).into_iter().filter(|row| {
        let shown = row.split("SKIPPED").next().unwrap_or_default();
        !page.iter().any(|it| it.starts_with(shown))
    });
    let wrong = wrong.inspect(|it| eprintln!("not on the page: {it}"));
    match (wrong.count(), table.contains("SKIPPED")) {
        (0, false) => ExitCode::SUCCESS,
        (0, true) => {
            eprintln!("skipped: `secrets`, as pkg-config finds no libsodium");
            ExitCode::from(77)
        }
        _ => ExitCode::FAILURE,
    }
}

const LIBSODIUM: &str = "pkg-config --modversion libsodium";

/// The head of a column: the subject, and its version.
fn head(subject: &Subject) -> String {
    let (package, _) = subject.dependency.split_once(' ').unwrap();
    let crates = trees::crates("2021", subject.dependency);
    let mut crates = crates.iter().map(|it| it.split(' ').collect::<Vec<_>>());
    let version = crates.find(|it| it[0] == package).unwrap()[1];
    let head = format!("`{}` {}", subject.name, version.trim_start_matches('v'));
    head.replace("`0.2.0` 0.2.0", "`0.2.0`")
}

fn column(subject: &Subject) -> Vec<Cell> {
    eprintln!("{}", subject.name);
    let skipped = subject.library.is_some() && shell(LIBSODIUM).is_err();
    let (mut loud, mut differ) = (Vec::new(), Vec::new());
    let cells = ROWS.iter().map(|row| match row.2 {
        _ if skipped => Cell::fact("SKIPPED", ""),
        Ask::Behaviour(_) => {
            let [release, debug] = ["release", "dev"].map(|profile| {
                let (cell, printed) = run(row, subject, profile);
                if !printed.is_empty() {
                    let name = profile.replace("dev", "debug");
                    loud.push(format!("`{}` in {name}", row.0));
                }
                cell
            });
            if release.verdict != debug.verdict {
                differ.push(format!("`{}` in debug: {}", row.0, debug.verdict));
            }
            let mut remarks = subject.remarks.iter();
            let remark = remarks.find(|it| it.0.split(' ').any(|it| it == row.0));
            let note = format!("{}; {}", release.note, remark.map_or("", |it| it.1));
            Cell::fact(release.verdict, note.trim_matches([';', ' ']))
        }
        Ask::Profiles => Cell::whether(differ.is_empty(), differ.join(", ")),
        Ask::Silence => Cell::whether(loud.is_empty(), loud.join(", ")),
        Ask::Tree(ask) => ask(subject),
    });
    cells.collect()
}

/// One cell from a process of its own, and what that printed besides.
fn run(row: &Row, subject: &Subject, profile: &str) -> (Cell, String) {
    let (case, name, features) = (row.0, subject.name, subject.library.unwrap_or_default());
    let options = format!("--locked --profile {profile} --features '{features}'");
    let text = shell(&format!(
        "RUST_BACKTRACE=0 cargo run --quiet --manifest-path '{HERE}/Cargo.toml' {options} \
         -- {case} {name} 2>&1; true"
    ));
    let text = text.unwrap().trim_end_matches('\n').to_string();
    let mark = format!("{case} of {name}\n");
    let (_, said) = text.split_once(&mark).unwrap_or_default();
    let (printed, cell) = said.rsplit_once('\n').unwrap_or(("", said));
    match cell.split_once('\t') {
        Some((verdict, note)) => (Cell::fact(verdict, note), printed.into()),
        None => (Cell::fact(NOT_RUN, &text), text),
    }
}
