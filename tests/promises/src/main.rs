//! Asks the cases of the table on the guide's page of os-memlock and of others, and prints
//! the table as it is now, or, given CASE SUBJECT, one cell of it.

mod cases;
mod cell;
#[path = "../../common/mod.rs"]
#[allow(unused, reason = "written for the tests")]
mod common;
#[path = "../../policies/facts.rs"]
mod policies;
#[path = "../../policies/policy.rs"]
mod policy;
mod subjects;
mod trees;

use std::{env, process};

use self::cell::{Cell, whether};
use self::subjects::Subject;
use self::trees::{HERE, shell};

const PAGE: &str = include_str!("../../../src/docs/guide/comparison.md");
const MACHINE: &str = "echo Linux $(uname -r | cut -d. -f1,2) on $(uname -m), \
    $(rustc --version), libsodium $(pkg-config --modversion libsodium)";

type Case = fn(&Subject) -> Cell;

macro_rules! named {
    ($($module:ident: $($case:ident)+;)+) => {
        [$($((stringify!($case), $module::$case)),+),+]
    };
}
const CASES: [(&str, Case); 20] = named! {
    cases: too_long zero locked unreported errno enosys advice over_limit limit_of_0 unaligned
        exclusion_calls nothing_else core swap neighbour limit_policies limit_refused;
    trees: c_libraries crates no_std;
};

fn main() {
    let subjects = subjects::all();
    let words: Vec<_> = env::args().skip(1).collect();
    let [case, who] = &words[..] else {
        process::exit(all(&subjects));
    };
    let (name, case) = CASES.iter().find(|it| it.0 == case).expect("CASE");
    let who = subjects.iter().find(|it| it.name == who).expect("SUBJECT");
    let remark = who.remarks.iter().find(|it| it.0.contains(name));
    let remark = remark.map_or(String::new(), |it| format!(" ({})", it.1));
    let cell = case(who).unwrap_or("–".into()) + &remark;
    println!("{}", cell.replace(") (", "; "));
}

/// Prints the table, its notes by their numbers on the page; 77 stands for skipped.
fn all(subjects: &[Subject]) -> i32 {
    let page: Vec<_> = PAGE.lines().filter(|it| it.starts_with("| ")).collect();
    assert_eq!(page.len(), 2 + CASES.len() + 2, "rows on the page");
    let titles = page.iter().flat_map(|row| row.split(" | ").next());
    let mut rows: Vec<_> = titles.map(String::from).collect();
    let skipped = usize::from(shell("pkg-config --exists libsodium").is_err());
    for who in &subjects[..subjects.len() - skipped] {
        add_column(who, &mut rows);
    }
    let mut status = [0, 77][skipped];
    for (mut row, shown) in rows.into_iter().zip(page) {
        for (number, note) in PAGE.lines().filter_map(|it| it.split_once(". ")) {
            row = row.replace(&format!(" ({note})"), &format!(" ({number})"));
        }
        println!("{row} |");
        if !shown.starts_with(&format!("{row} |")) {
            eprintln!("not on the page: {row}");
            status = 1;
        }
    }
    println!("\n{}", shell(MACHINE).unwrap());
    subjects.iter().for_each(|it| println!("{}", it.dependency));
    status
}

/// The subject with its version, and its cells.
fn add_column(who: &Subject, rows: &mut [String]) {
    eprintln!("{}", who.name);
    let tree = trees::tree("2021", who.dependency);
    let version = tree[0].split(' ').nth(1).unwrap().replace('v', "");
    let head = format!(" | `{}` {version}", who.name);
    rows[0] += &head.replace("`0.2.0` 0.2.0", "`0.2.0`");
    rows[1] += " | ---";
    let (mut loud, mut differ) = (Vec::new(), Vec::new());
    for row in &mut rows[2..] {
        let title = row.split("`)").next().unwrap();
        let name = title.rsplit('`').next().unwrap();
        let cell = match name {
            "profiles" => whether(differ.is_empty(), differ.join(", ")),
            "silence" => whether(loud.is_empty(), loud.join(", ")),
            _ => {
                let [release, debug] = [("release", "--release"), ("debug", "")].map(|it| {
                    let [printed, cell] = run(name, who, it.1);
                    loud.extend((!printed.is_empty()).then(|| format!("`{name}` in {}", it.0)));
                    cell
                });
                if release.split(" (").next() != debug.split(" (").next() {
                    differ.push(format!("`{name}` in debug: {debug}"));
                }
                Some(release)
            }
        };
        *row += &format!(" | {}", cell.unwrap());
    }
}

/// What a process of its own printed, and the cell, in its last line.
fn run(case: &str, who: &Subject, option: &str) -> [String; 2] {
    let (name, features) = (who.name, who.library.unwrap_or_default());
    let text = shell(&format!(
        "RUST_BACKTRACE=0 cargo run --quiet --locked --manifest-path '{HERE}/Cargo.toml' \
         {option} --features '{features}' -- {case} {name}"
    ));
    let not_run = |text: String| format!("{text}\nNOT RUN ({})", text.replace('\n', " "));
    let text = text.unwrap_or_else(not_run);
    let text = text.trim_end();
    let (printed, cell) = text.rsplit_once('\n').unwrap_or(("", text));
    [printed, cell].map(String::from)
}
