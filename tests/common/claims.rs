//! The table at the end of the tests that look at a disk: what was claimed, how
//! the kernel was asked, what was found.
//!
//! A case runs in a process of its own; it leaves its lines in a folder whose name
//! it inherits, and the process that started it prints them.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use super::harness::CHILD;

const FOLDER: &str = "OS_MEMLOCK_TEST_CLAIMS";

const HEAD: [&str; 3] = ["claimed", "how the kernel was asked", "found"];

/// Runs the tests and prints the table, if there is a line in it.
pub fn with_table(tests: impl FnOnce() -> ExitCode) -> ExitCode {
    if env::var_os(CHILD).is_some() {
        return tests();
    }
    let folder = tempfile::tempdir().unwrap();
    // SAFETY: `main` calls this before it starts a thread.
    unsafe { env::set_var(FOLDER, folder.path()) };
    let code = tests();
    print!("{}", table(&rows(folder.path())));
    code
}

/// Adds lines to the table, written as they will stand there: claim | asked | found.
pub fn claim(lines: &str) {
    let folder = env::var_os(FOLDER).expect("a case that `with_table` has started");
    let file = Path::new(&folder).join("rows");
    let mut file = fs::File::options()
        .create(true)
        .append(true)
        .open(file)
        .unwrap();
    // One write, so that the lines of cases that run together stay whole.
    file.write_all(format!("{}\n", lines.trim()).as_bytes())
        .unwrap();
}

/// The lines by claim: cases end in any order.
fn rows(folder: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(folder.join("rows")).unwrap_or_default();
    let mut rows: Vec<Vec<String>> = text
        .lines()
        .filter(|line| line.contains('|'))
        .map(|line| line.split('|').map(|cell| cell.trim().into()).collect())
        .collect();
    rows.sort();
    rows
}

fn table(rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let widths = [0, 1].map(|column| {
        rows.iter()
            .map(|row| row[column].len())
            .max()
            .unwrap()
            .max(HEAD[column].len())
    });
    let mut text = line(&HEAD, widths);
    for row in rows {
        text += &line(&[&row[0], &row[1], &row[2]], widths);
    }
    text + "\n"
}

fn line(cells: &[&str; 3], widths: [usize; 2]) -> String {
    let [claim, asked, found] = cells;
    let [first, second] = widths;
    format!("{claim:first$}  {asked:second$}  {found}\n")
}
