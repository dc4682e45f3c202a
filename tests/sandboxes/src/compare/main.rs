//! `compare FOLDER`: prints the table as it was found in the folder, where each sandbox has
//! the files that `.ci/proofs/sandboxes` wrote, and fails where the guide has another.

mod table;

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use self::table::{COLUMNS, EVERYWHERE, Row, TABLE};

const GUIDE: &str = include_str!("../../../../src/docs/guide/sandboxes.md");

fn main() -> ExitCode {
    let folder = env::args_os().nth(1).expect("a folder");
    let head = line("sandbox", COLUMNS.map(|(head, _)| head));
    println!("{head}\n{}", line("---", COLUMNS.map(|_| "---")));
    let (mut count, mut wrong) = (0, Vec::from_iter(not_in_guide(&head)));
    for row in &TABLE {
        if let Some(found) = Found::read(folder.as_ref(), row[0]) {
            println!("{}", found.line(row[1]));
            wrong.extend(found.differences(row));
            count += 1;
        }
    }
    let (all, differences) = (TABLE.len(), wrong.len());
    println!("\n{count} of {all} sandboxes, {differences} differences");
    wrong.iter().for_each(|it| println!("{it}"));
    // All of them, unless the script was told which.
    let lacks = count < all && (count == 0 || env::args_os().nth(2).is_none());
    ExitCode::from(u8::from(lacks || !wrong.is_empty()))
}

fn line<T: AsRef<str>>(first: &str, cells: [T; COLUMNS.len()]) -> String {
    let cells: Vec<_> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {first} | {} |", cells.join(" | "))
}

/// What the guide has in place of a line of the table, in words.
fn not_in_guide(line: &str) -> Option<String> {
    // Its heads are links.
    let guide = GUIDE.replace("[`", "`").replace("`]", "`");
    let start = &line[..line.find(" | ").expect("cells") + 3];
    match guide.lines().find(|it| it.starts_with(start)) {
        Some(same) if same == line => None,
        other => Some(format!("in the guide: {}", other.unwrap_or("no such row"))),
    }
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

    fn line(&self, sandbox: &str) -> String {
        line(sandbox, COLUMNS.map(|(_, names)| self.cell(names)))
    }

    /// What comes of these functions; where they differ, a slash stands between.
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

    /// What differs from the guide and from the table, in words.
    fn differences(&self, &[name, sandbox, version, report]: &Row) -> Vec<String> {
        if !self.inside.contains('\t') {
            return vec![format!("{name}: did not run: {}", self.inside)];
        }
        let mut wrong = Vec::from_iter(not_in_guide(&self.line(sandbox)));
        for (expected, names) in EVERYWHERE {
            let found = self.cell(names);
            if found != expected {
                wrong.push(format!(
                    "{}: {found}, elsewhere {expected}",
                    names.join(", ")
                ));
            }
        }
        if !self.report.contains(report) {
            wrong.push(format!("report does not say: {report}"));
        }
        let other = match self.version.starts_with(version) {
            true => String::new(),
            false => format!(" (found with {}, the table is of {version})", self.version),
        };
        let wrong = wrong.iter().map(|it| format!("{name}: {it}{other}"));
        wrong.collect()
    }
}
