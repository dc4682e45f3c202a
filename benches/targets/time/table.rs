//! The results as a table: who, by how many pages.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

/// A ratio, and between what it may lie: the median of the samples, with the
/// interval that criterion is confident of.
#[derive(Clone, Copy)]
pub struct Ratio {
    pub low: f64,
    pub median: f64,
    pub high: f64,
}

impl Ratio {
    /// What criterion wrote about the benchmark; `None` when it was not run.
    pub fn read(results: &Path, group: &str, name: &str) -> Option<Self> {
        // criterion has this for what cannot be in a file's name.
        let name = name.replace(':', "_");
        let file = results.join(group).join(name).join("new/estimates.json");
        let text = std::fs::read_to_string(file).ok()?;
        let json: serde_json::Value = serde_json::from_str(&text).expect("criterion's file");
        let median = &json["median"];
        let interval = &median["confidence_interval"];
        Some(Self {
            low: interval["lower_bound"].as_f64()?,
            median: median["point_estimate"].as_f64()?,
            high: interval["upper_bound"].as_f64()?,
        })
    }
}

/// One row: a name, and a text for each number of pages.
pub struct Row {
    pub name: String,
    pub cells: Vec<String>,
}

pub fn ratio(ratio: Option<Ratio>) -> String {
    ratio.map_or("not run".into(), |it| {
        let half = (it.high - it.low) / 2.0;
        format!("{:.2} ±{half:.2}", it.median)
    })
}

pub fn time(time: Option<Duration>) -> String {
    time.map_or("not run".into(), |it| match it.as_nanos() {
        nanos @ 0..10_000 => format!("{nanos} ns"),
        nanos @ 10_000..10_000_000 => format!("{} µs", nanos / 1_000),
        nanos => format!("{} ms", nanos / 1_000_000),
    })
}

pub fn text(title: &str, sizes: &[usize], rows: &[Row]) -> String {
    let mut text = format!("\n{title}\n\n| {:<24} |", "pages");
    for size in sizes {
        write!(text, " {size:>11} |").unwrap();
    }
    write!(
        text,
        "\n|{:-<26}|{}\n",
        "",
        "------------:|".repeat(sizes.len())
    )
    .unwrap();
    for row in rows {
        write!(text, "| {:<24} |", row.name).unwrap();
        for cell in &row.cells {
            write!(text, " {cell:>11} |").unwrap();
        }
        text.push('\n');
    }
    text
}
