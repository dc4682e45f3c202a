//! The guide's page, which shows the table as it was printed last.

use crate::cases::Case;
use crate::cell::{Cell, NOT_RUN};
use crate::subjects::Subject;
use crate::trees::head;
use crate::workers::missing;

pub const PAGE: &str = include_str!("../../../src/docs/guide/comparison.md");

/// Whether a cell is as on the page. It need not be where it is about another version
/// than there, unless it is about this crate.
pub fn agrees(case: &Case, subject: &Subject, cell: &Cell) -> bool {
    let Cell { verdict, saw, .. } = cell;
    if verdict == NOT_RUN && missing(subject).is_some() {
        return true;
    }
    let (here, note) = (head(subject), cell.note());
    let at = row("case").position(|it| name(it) == name(&here));
    let at = at.unwrap_or(usize::MAX);
    let expected = row(&case.title()).nth(at).map(with_note);
    let expected = expected.unwrap_or(("no such cell", ""));
    let run = verdict != NOT_RUN;
    if run && expected == (verdict, &note) {
        return true;
    }
    let excused = run && !subject.is_ours() && row("case").nth(at) != Some(&here);
    let what = ["not as expected", "changed"][usize::from(excused)];
    let (case, page) = (case.name, format!("{}, {}", expected.0, expected.1));
    let page = page.trim_end_matches(", ");
    eprintln!("{what}: {case} of {here}: {verdict}, {saw}; on the page: {page}");
    excused
}

/// The cells of the row with this title; none where it is not on the page.
fn row(title: &str) -> impl Iterator<Item = &'static str> {
    let start = format!("| {title} | ");
    let line = PAGE.lines().find_map(|it| it.strip_prefix(&start));
    let line = line.and_then(|it| it.strip_suffix(" |"));
    line.into_iter().flat_map(|it| it.split(" | "))
}

/// What a head is about, without the version.
fn name(head: &str) -> &str {
    head.split(' ').next().unwrap_or(head)
}

/// A cell, with the note itself in place of its number.
fn with_note(cell: &'static str) -> (&'static str, &'static str) {
    let numbered = cell.strip_suffix(')').and_then(|it| it.rsplit_once(" ("));
    let Some((verdict, number)) = numbered else {
        return (cell, "");
    };
    let start = format!("{number}. ");
    let note = PAGE.lines().find_map(|it| it.strip_prefix(&start));
    (verdict, note.unwrap_or("no such note"))
}
