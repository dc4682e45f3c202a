//! The table at the end of the tests that look at a disk: what was claimed, how
//! the kernel was asked, what was found.

const HEAD: [&str; 3] = ["claimed", "how the kernel was asked", "found"];

/// Adds lines to the table, written as they will stand there: claim | asked | found.
#[cfg(target_os = "linux")]
pub fn claim(lines: &str) {
    println!("{}", lines.trim());
}

/// The table of the lines that the cases wrote, sorted, since cases end in any order.
pub fn table(lines: &str) -> String {
    let mut rows: Vec<Vec<&str>> = lines
        .lines()
        .map(|line| {
            let mut cells: Vec<&str> = line.split('|').map(str::trim).collect();
            cells.resize(HEAD.len(), "");
            cells
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    rows.sort_unstable();
    rows.insert(0, HEAD.into());
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap();
    let (claim, asked) = (width(0), width(1));
    let line = |row: &Vec<&str>| format!("{:claim$}  {:asked$}  {}\n", row[0], row[1], row[2]);
    rows.iter().map(line).chain(["\n".into()]).collect()
}
