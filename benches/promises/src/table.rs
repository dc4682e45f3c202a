//! The table in Markdown, with its notes.

use crate::cell::Cell;

/// A column is as long as the titles.
pub fn markdown(heads: &[String], titles: &[String], columns: &[Vec<Cell>]) -> String {
    let mut notes = Vec::new();
    let mut text = line("case", heads) + &line("---", &vec!["---".into(); heads.len()]);
    for (row, title) in titles.iter().enumerate() {
        let cells = columns.iter().map(|column| &column[row]);
        let cells: Vec<_> = cells.map(|it| numbered(it, &mut notes)).collect();
        text += &line(title, &cells);
    }
    let notes = notes.iter().zip(1..);
    let notes = notes.map(|(note, number)| format!("{number}. {note}\n"));
    text + "\n" + &notes.collect::<String>()
}

/// A cell, with the number of its note. Equal notes are one.
fn numbered(cell: &Cell, notes: &mut Vec<String>) -> String {
    let note = cell.note();
    if note.is_empty() {
        return cell.verdict.to_string();
    }
    let known = notes.iter().position(|it| *it == note);
    let at = known.unwrap_or(notes.len());
    if known.is_none() {
        notes.push(note);
    }
    format!("{} ({})", cell.verdict, at + 1)
}

fn line(title: &str, cells: &[String]) -> String {
    format!("| {title} | {} |\n", cells.join(" | "))
}
