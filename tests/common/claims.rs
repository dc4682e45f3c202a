//! The table at the end of the tests that look at a disk: what was claimed, how
//! the kernel was asked, what was found.

const HEAD: [&str; 3] = ["claimed", "how the kernel was asked", "found"];

/// Adds lines to the table, written as they will stand there: claim | asked | found.
#[cfg(target_os = "linux")]
pub fn claim(lines: &str) {
    println!("{}", lines.trim());
}

/// Formats what the cases wrote to stdout: the claims as one table, sorted, since
/// cases finish in any order; before it all other lines unchanged, those of a Markdown
/// table among them, which begin with a bar.
pub fn report(lines: &str) -> String {
    let is_claim = |line: &&str| line.contains('|') && !line.starts_with('|');
    let (claims, others): (Vec<_>, Vec<_>) = lines.lines().partition(is_claim);
    let text: String = others.iter().map(|line| format!("{line}\n")).collect();
    if claims.is_empty() {
        return text;
    }
    let mut rows: Vec<Vec<_>> = claims
        .iter()
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    rows.sort_unstable();
    rows.insert(0, HEAD.into());
    let width = |column: usize| rows.iter().map(|row| row[column].len()).max().unwrap();
    let (claim, asked) = (width(0), width(1));
    let line = |row: &Vec<&str>| format!("{:claim$}  {:asked$}  {}\n", row[0], row[1], row[2]);
    text + &rows.iter().map(line).collect::<String>() + "\n"
}
