//! Time of a lock with its unlock, as a ratio to the floor: inline assembly.
//!
//! It fails when a face of this crate takes longer than the floor by more than
//! the noise of the machine can explain.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::Duration;

use criterion::{Criterion, SamplingMode};
use os_memlock_benches::subjects::{FLOOR, OTHER, RAW, SAME, STD, Subject};

mod ratio;
mod table;
mod turns;

use ratio::Ratio;
use table::Row;
use turns::Work;

const SIZES: [usize; 5] = [1, 16, 256, 4096, 65536];

/// Beside other threads the largest size is left out: it takes minutes, in which
/// the kernel clears pages.
const SIZES_OF_MANY: [usize; 4] = [1, 16, 256, 4096];

/// A face that is above the floor by more than this, with all that criterion is
/// confident of, and by more than the floor is above itself, is slower.
const SLACK: f64 = 0.03;

/// The least of so many turns is what a sample counts, where time allows for more.
const LEAST_TURNS: u64 = 3;

/// Whether the command line chooses some of the benchmarks by name.
fn some_only() -> bool {
    std::env::args().skip(1).any(|word| !word.starts_with('-'))
}

fn main() -> ExitCode {
    let results = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("criterion");
    // Nothing of an earlier run may get into the table.
    drop(std::fs::remove_dir_all(&results));
    let mut bench = Bench {
        criterion: Criterion::default()
            .with_measurement(Ratio)
            .output_directory(&results)
            .without_plots()
            .nresamples(2_000)
            .warm_up_time(Duration::from_millis(50))
            .measurement_time(Duration::from_millis(250))
            .configure_from_args(),
        results,
        tables: String::new(),
        slow: Vec::new(),
    };
    let alone: Vec<Subject> = SAME.into_iter().chain(OTHER).collect();
    for resident in [false, true] {
        bench.table(&SIZES, resident, 1, &alone);
    }
    for threads in 2..=4 {
        for resident in [false, true] {
            bench.table(&SIZES_OF_MANY, resident, threads, &[FLOOR, RAW, STD]);
        }
    }
    bench.verdict()
}

struct Bench {
    criterion: Criterion<Ratio>,
    results: PathBuf,
    tables: String,
    slow: Vec<String>,
}

impl Bench {
    fn table(&mut self, sizes: &[usize], resident: bool, threads: usize, subjects: &[Subject]) {
        let work = |&pages| Work {
            pages,
            resident,
            threads,
        };
        let columns: Vec<_> = sizes
            .iter()
            .map(|pages| self.column(work(pages), subjects))
            .collect();
        let row = |at: usize, name: &str| Row {
            name: name.into(),
            cells: columns.iter().map(|column| column[at].clone()).collect(),
        };
        let mut rows = vec![row(0, "inline assembly, time")];
        rows.extend(
            (1..)
                .zip(subjects)
                .map(|(at, subject)| row(at, subject.name)),
        );
        let state = if resident {
            "already resident"
        } else {
            "first touch"
        };
        let title = format!("mlock + munlock, {state}, {threads} thread(s): ratio to the floor");
        self.tables += &table::text(&title, sizes, &rows);
    }

    /// The time of the floor, and then the ratio of each subject to it.
    fn column(&mut self, work: Work, subjects: &[Subject]) -> Vec<String> {
        let state = if work.resident { "resident" } else { "first" };
        let name = format!("{state}-{}-pages-{}-threads", work.pages, work.threads);
        if !work.allowed() {
            println!("SKIPPED: {name}: the limit on locked memory is too low (ulimit -l)");
            self.slow.push(format!("{name}, not measured"));
            return vec!["SKIPPED".into(); subjects.len() + 1];
        }
        let floor = self.measure(&name, work, subjects);
        let read = |who: &Subject| table::Ratio::read(&self.results, &name, who.name);
        let itself = read(&FLOOR).map_or(1.0, |floor| floor.high);
        let mut cells = vec![table::time(floor)];
        let mut slow = Vec::new();
        for subject in subjects {
            let ratio = read(subject);
            let ours = [RAW.name, STD.name].contains(&subject.name);
            let found = match ratio {
                Some(ratio) if ratio.low > itself.max(1.0) + SLACK => "slower",
                None if !some_only() => "not measured",
                _ => "",
            };
            if ours && !found.is_empty() {
                slow.push(format!("{name}, {}: {found}", subject.name));
            }
            cells.push(table::ratio(ratio));
        }
        self.slow.extend(slow);
        cells
    }

    /// Runs one group of benchmarks; the least time that the floor took.
    fn measure(&mut self, name: &str, work: Work, subjects: &[Subject]) -> Option<Duration> {
        let least = Mutex::new(None::<Duration>);
        let mut memory = work.memory();
        let mut group = self.criterion.benchmark_group(name);
        // The shorter a call, the more of its time is noise.
        group
            .sampling_mode(SamplingMode::Flat)
            .sample_size(if work.pages < 4096 { 30 } else { 10 });
        for &subject in subjects {
            group.bench_function(subject.name, |bencher| {
                bencher.iter_custom(|turns| {
                    let times = work.take_turns(subject, turns.max(LEAST_TURNS), &mut memory);
                    let mut least = least.lock().unwrap();
                    *least = Some(least.map_or(times.floor, |it| it.min(times.floor)));
                    times.subject.as_secs_f64() / times.floor.as_secs_f64() * turns as f64
                });
            });
        }
        group.finish();
        least.into_inner().unwrap()
    }

    fn verdict(self) -> ExitCode {
        println!("{}", self.tables);
        if self.slow.is_empty() {
            println!("\nBoth faces take as long as the floor, within the noise.");
            ExitCode::SUCCESS
        } else {
            eprintln!("\nNOT AS FAST AS THE FLOOR: {}", self.slow.join("; "));
            ExitCode::FAILURE
        }
    }
}
