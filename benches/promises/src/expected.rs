//! What stands in the columns of this crate. Its failures that are the kernel's, or
//! its design's, are explained in the guide.

use crate::cases::Case;
use crate::cell::Cell;
use crate::subjects::Subject;

/// The two faces.
const COLUMNS: [&str; 2] = ["raw", "std"];

/// Those that are not `yes`.
const OTHERS: [(&str, [&str; 2]); 5] = [
    ("limit_of_0", ["**no**"; 2]),
    ("neighbour", ["**no**"; 2]),
    ("limit_policies", ["8 of 10"; 2]),
    ("crates", ["4"; 2]),
    ("no_std", ["yes", "**no**"]),
];

/// Says what is wrong, if something is.
pub fn check(case: &Case, subject: &Subject, cell: &Cell) -> Option<String> {
    let column = COLUMNS.iter().position(|it| *it == subject.name)?;
    let other = OTHERS.iter().find(|it| it.0 == case.name);
    let expected = other.map_or("yes", |it| it.1[column]);
    let found = cell.verdict.to_string();
    let (case, subject, saw) = (case.name, subject.name, &cell.saw);
    (found != expected).then(|| format!("{case} {subject}: {found} and not {expected}: {saw}"))
}
