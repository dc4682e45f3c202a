//! The cells of one subject.

use crate::cases::{self, Ask, Case};
use crate::cell::{Cell, NOT_RUN};
use crate::subjects::{self, Subject};
use crate::trees;
use crate::workers::{self, PROFILES, Seen, Workers};

/// The behaviours that these cases are about, in both profiles.
pub fn behaviours(workers: &Workers, cases: &'static [Case], subject: &Subject) -> Vec<Seen> {
    let compared = |case: &Case| matches!(case.ask, Ask::Profiles | Ask::Silence);
    let all = cases.iter().any(compared);
    let cases = if all { &cases::ALL } else { cases };
    let cases = cases
        .iter()
        .filter(|it| matches!(it.ask, Ask::Behaviour(_)));
    cases.map(|case| workers.run(case, subject)).collect()
}

pub fn cell(workers: &Workers, case: &Case, subject: &Subject, seen: &[Seen]) -> Cell {
    let scratch = workers.scratch();
    let cell = match case.ask {
        Ask::Behaviour(_) => {
            let seen = seen.iter().find(|it| it.case.name == case.name);
            seen.expect("each was run").cells[0].clone()
        }
        Ask::Profiles => not_run(seen).unwrap_or_else(|| profiles(seen)),
        Ask::Silence => not_run(seen).unwrap_or_else(|| silence(seen)),
        Ask::CLibraries => trees::c_libraries(&scratch, subject),
        Ask::Crates => trees::how_many(&scratch, subject),
        Ask::NoStd => workers::missing(subject).unwrap_or_else(|| trees::no_std(&scratch, subject)),
    };
    match subjects::remark(case, subject) {
        Some(remark) if cell.verdict != NOT_RUN => cell.with(remark),
        _ => cell,
    }
}

/// The first of the cells that were not run.
fn not_run(seen: &[Seen]) -> Option<Cell> {
    let mut cells = seen.iter().flat_map(|it| &it.cells);
    cells.find(|it| it.verdict == NOT_RUN).cloned()
}

fn profiles(seen: &[Seen]) -> Cell {
    none_of(seen.iter().filter_map(|it| {
        let [one, other] = it.cells.each_ref().map(|it| &it.verdict);
        let saw = format!("`{}` in release: {one}, in debug: {other}", it.case.name);
        (one != other).then_some(saw)
    }))
}

fn silence(seen: &[Seen]) -> Cell {
    none_of(seen.iter().flat_map(|it| {
        let profiles = PROFILES.iter().zip(&it.printed);
        let loud = profiles.filter(|(_, printed)| !printed.is_empty());
        loud.map(|((_, name), _)| format!("`{}` in {name}", it.case.name))
    }))
}

fn none_of(faults: impl Iterator<Item = String>) -> Cell {
    let faults: Vec<_> = faults.collect();
    Cell::whether(faults.is_empty(), faults.join(", "))
}
