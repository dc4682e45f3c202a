//! `compare FOLDER`: prints the table as it was found in the folder, where each sandbox has
//! the files that `.ci/proofs/sandboxes` wrote, and fails where it is another.

mod table;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use self::table::{COLUMNS, EVERYWHERE, Row, TABLE};

const GUIDE: &str = include_str!("../../../../src/docs/guide/sandboxes.md");

fn main() -> ExitCode {
    let folder = env::args_os().nth(1).expect("a folder");
    let heads = COLUMNS.map(|(head, _)| head);
    let (mut count, mut wrong) = (0, Vec::new());
    println!("{}", line("sandbox", heads));
    println!("{}", line("---", heads.map(|_| "---")));
    for row in TABLE {
        if let Some(found) = Found::read(folder.as_ref(), row.name) {
            println!("{}", line(row.sandbox, COLUMNS.map(|it| found.cell(it.1))));
            wrong.extend(found.differences(row));
            count += 1;
        }
        let line = line(row.sandbox, row.cells);
        if !GUIDE.lines().any(|it| it == line) {
            wrong.push(format!(
                "{}: the guide has other cells than {line}",
                row.name
            ));
        }
    }
    println!(
        "\n{count} of {} sandboxes, {} differences",
        TABLE.len(),
        wrong.len()
    );
    wrong.iter().for_each(|it| println!("{it}"));
    ExitCode::from(u8::from(count == 0 || !wrong.is_empty()))
}

fn line<T: AsRef<str>>(first: &str, cells: [T; COLUMNS.len()]) -> String {
    let cells: Vec<_> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {first} | {} |", cells.join(" | "))
}

/// What was found in one sandbox.
struct Found {
    inside: String,
    report: String,
    version: String,
    /// What this machine counted as locked while `inside` kept a page locked.
    host_kib: String,
}

impl Found {
    fn read(folder: &Path, name: &str) -> Option<Self> {
        let file = |end: &str| fs::read_to_string(folder.join(format!("{name}.{end}"))).ok();
        let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Self {
            inside: file("inside")?,
            report: words(file("report")?),
            version: words(file("version")?),
            host_kib: words(file("host")?),
        })
    }

    /// What comes of these functions.
    fn cell(&self, names: &[&str]) -> String {
        let mut said: Vec<_> = names.iter().map(|name| self.said(name)).collect();
        said.dedup();
        said.join(" / ")
    }

    fn said(&self, name: &str) -> &str {
        let mut lines = self.inside.lines().filter_map(|line| line.split_once('\t'));
        match lines.find(|(function, _)| *function == name) {
            None => "no word",
            Some(("kept", "works")) if self.host_kib == "0" => "no",
            Some(("kept", "works")) => "yes",
            Some((_, said)) => said,
        }
    }

    /// Each cell that is another than the table's, in words.
    fn differences(&self, row: &Row) -> Vec<String> {
        if !self.inside.contains('\t') {
            return vec![format!("{}: did not run: {}", row.name, self.inside)];
        }
        let everywhere = EVERYWHERE.map(|(cell, names)| (names, cell));
        let cells = COLUMNS
            .iter()
            .zip(row.cells)
            .map(|(column, cell)| (column.1, cell));
        let cells = cells.chain(everywhere).map(|(names, expected)| {
            let found = self.cell(names);
            (found == expected)
                .then_some(())
                .ok_or_else(|| format!("{}: {found}, in the table {expected}", names.join(", ")))
        });
        let report = match self.report.contains(row.report) {
            true => Ok(()),
            false => Err(format!("report does not say: {}", row.report)),
        };
        let wrong = cells.chain([report]).filter_map(Result::err);
        wrong
            .map(|it| format!("{}: {it}{}", row.name, self.other_version(row)))
            .collect()
    }

    fn other_version(&self, row: &Row) -> String {
        if self.version.starts_with(row.version) {
            return String::new();
        }
        format!(
            " (found with {}, the table is of {})",
            self.version, row.version
        )
    }
}
