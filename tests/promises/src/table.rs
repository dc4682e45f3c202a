//! The table: its rows, and how it looks in Markdown, with its notes.

use crate::cell::Cell;
use crate::subjects::Subject;
use crate::{effects, errors, trees};

/// The name on the command line, the title in the table, and the case.
pub type Row = (&'static str, &'static str, Ask);

pub enum Ask {
    /// What the subject does, asked in a process of its own, in debug and release;
    /// nothing where it has no such call.
    Behaviour(fn(&Subject) -> Option<Cell>),
    /// Whether all of those are the same in debug and release.
    Profiles,
    /// Whether none of those printed anything.
    Silence,
    Tree(fn(&Subject) -> Cell),
}
use Ask::{Behaviour, Profiles, Silence, Tree};

#[rustfmt::skip]
pub static ROWS: [Row; 22] = [
    ("too_long", "a lock of `usize::MAX` bytes is not reported as done", Behaviour(errors::too_long)),
    ("zero", "answer to a zero length under a limit of 0", Behaviour(errors::zero)),
    ("locked", "locked means in `VmLck` and in memory", Behaviour(effects::locked)),
    ("unreported", "a lock over the limit is reported", Behaviour(errors::unreported)),
    ("errno", "the errno of a lock and of an exclusion from dumps arrives", Behaviour(errors::errno)),
    ("enosys", "ENOSYS is told apart from a bad argument", Behaviour(errors::enosys)),
    ("advice", "an advice that the kernel does not know is told apart from a bad argument", Behaviour(errors::advice)),
    ("over_limit", "over the limit is told apart from not permitted", Behaviour(|it| errors::over(1, it))),
    ("limit_of_0", "over a limit of 0 is told apart from not permitted", Behaviour(|it| errors::over(0, it))),
    ("unaligned", "an unaligned exclusion from dumps is an error or is done", Behaviour(errors::unaligned)),
    ("exclusion_calls", "system calls of an exclusion from dumps, on success and after EINVAL", Behaviour(effects::exclusion_calls)),
    ("nothing_else", "lock and unlock are two system calls and change no byte", Behaviour(effects::nothing_else)),
    ("core", "after locking and excluding, the secret is not in a core file", Behaviour(effects::core)),
    ("swap", "after locking and excluding, the secret is not on a swap device", Behaviour(effects::swap)),
    ("neighbour", "a secret stays locked when one that was locked beside it is gone", Behaviour(effects::neighbour)),
    ("limit_policies", "policies of [Sandboxes](sandboxes) under which a limit can be read", Behaviour(errors::limit_policies)),
    ("limit_refused", "where reading a limit is refused, none is made up", Behaviour(errors::limit_refused)),
    ("profiles", "every case above answers the same in debug and release builds", Profiles),
    ("silence", "no case above panics or prints", Silence),
    ("c_libraries", "C library crates in the tree of a dependent, editions 2018 and 2021", Tree(trees::c_libraries)),
    ("crates", "crates in the tree, without build dependencies", Tree(trees::how_many)),
    ("no_std", "works in a `no_std` program that links the C library", Tree(trees::no_std)),
];

/// The table of columns that have a head, and a cell a row. Equal notes are one.
pub fn markdown(heads: &[String], columns: &[Vec<Cell>]) -> String {
    let line = |title: &str, cells: &[String]| format!("| {title} | {} |\n", cells.join(" | "));
    let mut text = line("case", heads) + &line("---", &vec!["---".into(); heads.len()]);
    let mut notes = Vec::new();
    for (at, (name, title, _)) in ROWS.iter().enumerate() {
        let cells = columns.iter().map(|column| {
            let Cell { verdict, note } = &column[at];
            if !note.is_empty() && !notes.contains(&note) {
                notes.push(note);
            }
            let number = notes.iter().position(|it| *it == note);
            number.map_or(verdict.clone(), |it| format!("{verdict} ({})", it + 1))
        });
        let cells: Vec<_> = cells.collect();
        text += &line(&format!("{title} (`{name}`)"), &cells);
    }
    let notes = notes.iter().zip(1..);
    let notes = notes.map(|(note, number)| format!("{number}. {note}\n"));
    text + "\n" + &notes.collect::<String>()
}

/// The rows of the table in a text, with the notes in place of their numbers.
pub fn rows(text: &str) -> Vec<String> {
    let mut table = text.to_string();
    for (number, note) in text.lines().filter_map(|it| it.split_once(". ")) {
        table = table.replace(&format!(" ({number})"), &format!(" ({note})"));
    }
    let rows = table.lines().filter(|it| it.starts_with("| "));
    rows.map(String::from).collect()
}
