//! The table in Markdown, with its notes.

use crate::cell::Cell;

#[derive(Default)]
pub struct Table {
    text: String,
    notes: Vec<String>,
}

impl Table {
    pub fn new(heads: &[String]) -> Self {
        let mut table = Self::default();
        table.line("", heads.iter().cloned());
        table.line("---", heads.iter().map(|_| "---".into()));
        table
    }

    pub fn row(&mut self, title: &str, cells: &[Cell]) {
        let cells: Vec<_> = cells.iter().map(|it| self.cell(it)).collect();
        self.line(title, cells.into_iter());
    }

    fn cell(&mut self, cell: &Cell) -> String {
        let Some(note) = cell.note() else {
            return cell.verdict.to_string();
        };
        let known = self.notes.iter().position(|it| it == note);
        let number = known.unwrap_or_else(|| {
            self.notes.push(note.into());
            self.notes.len() - 1
        });
        format!("{} ({})", cell.verdict, number + 1)
    }

    fn line(&mut self, title: &str, cells: impl Iterator<Item = String>) {
        let cells: Vec<_> = cells.collect();
        self.text += &format!("| {title} | {} |\n", cells.join(" | "));
    }

    pub fn finish(self) -> String {
        let numbered = self.notes.iter().zip(1..);
        let notes = numbered.map(|(note, number)| format!("{number}. {note}\n"));
        self.text + "\n" + &notes.collect::<String>()
    }
}
