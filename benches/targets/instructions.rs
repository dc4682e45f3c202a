//! Instructions of one call, counted by callgrind: exact, the same each time.
//!
//! The program runs itself under valgrind, once for each case, and reads what
//! callgrind wrote. It fails when a goal of this crate is missed.

use std::env;
use std::ffi::c_void;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::ptr::without_provenance;

use os_memlock_benches::counted::{ALL, Counted};
use os_memlock_benches::pages::{self, Pages};

/// Set in the run under valgrind, to the name of the case.
const CASE: &str = "OS_MEMLOCK_COUNT";

/// Calls in one count, which must all cost the same.
const CALLS: u64 = 8;

#[derive(Clone, Copy, PartialEq)]
enum Case {
    Success,
    Zero,
    Refused,
    Error,
}

const CASES: [(Case, &str); 4] = [
    (Case::Success, "success"),
    (Case::Zero, "zero length"),
    (Case::Refused, "too long"),
    (Case::Error, "io::Error"),
];

impl Case {
    fn range(self, page: &Pages) -> (*const c_void, usize) {
        match self {
            Self::Success => (page.at(0), page.len()),
            Self::Zero => (page.at(0), 0),
            Self::Refused => (page.at(0), usize::MAX),
            // The upper half of the address space is the kernel's: ENOMEM.
            Self::Error => (without_provenance(1 << 63), pages::size()),
        }
    }

    /// The most instructions that a face of this crate may take, and system calls.
    fn goal(self) -> Option<Cost> {
        let (instructions, system_calls) = match self {
            Self::Success => (8, 1),
            Self::Zero => (6, 0),
            Self::Refused | Self::Error => return None,
        };
        cfg!(target_arch = "x86_64").then_some(Cost {
            instructions,
            system_calls,
        })
    }
}

#[derive(Clone, Copy, Default)]
struct Cost {
    instructions: u64,
    system_calls: u64,
}

/// One cell of the table: what a call cost and whether it said that it succeeded.
#[derive(Clone, Copy)]
struct Cell {
    cost: Cost,
    succeeded: bool,
}

fn main() -> ExitCode {
    if let Ok(name) = env::var(CASE) {
        let (case, _) = CASES.into_iter().find(|case| case.1 == name).unwrap();
        under_valgrind(case);
        return ExitCode::SUCCESS;
    }
    let columns: Vec<Vec<Cell>> = CASES.iter().map(|case| count(case.1)).collect();
    print(&columns);
    judge(&columns)
}

/// Runs in the child: everything once, so that what is prepared at the first
/// call is prepared, and then what callgrind counts.
fn under_valgrind(case: Case) {
    let page = Pages::new(1);
    let (addr, len) = case.range(&page);
    for subject in &ALL {
        println!("{}", u8::from(make(subject, case, addr, len)));
    }
    counted_phase(case, addr, len);
}

#[unsafe(no_mangle)]
#[inline(never)]
fn counted_phase(case: Case, addr: *const c_void, len: usize) {
    for subject in &ALL {
        for _ in 0..CALLS {
            black_box(make(subject, case, black_box(addr), black_box(len)));
        }
    }
}

fn make(subject: &Counted, case: Case, addr: *const c_void, len: usize) -> bool {
    if case == Case::Error {
        // SAFETY: no page of the range belongs to the program.
        unsafe { (subject.io)(addr, len) }.is_ok()
    } else {
        // SAFETY: the range is a page that nobody else uses, nothing, or one
        // that no kernel locks any of.
        unsafe { (subject.call)(addr, len) }
    }
}

/// One column of the table.
fn count(case: &str) -> Vec<Cell> {
    let profile = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("callgrind.out");
    let output = Command::new("valgrind")
        .args(["-q", "--tool=callgrind", "--collect-systime=yes"])
        .args(["--compress-strings=no", "--compress-pos=no"])
        .arg("--toggle-collect=counted_phase")
        .arg(format!("--callgrind-out-file={}", profile.display()))
        .arg(env::current_exe().expect("the program's own path"))
        .env(CASE, case)
        .output()
        .unwrap_or_else(|error| panic!("valgrind is needed, please install it: {error}"));
    assert!(
        output.status.success(),
        "valgrind failed: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let said = String::from_utf8(output.stdout).expect("digits");
    let io = usize::from(case == "io::Error");
    let cells: Vec<Cell> = ALL
        .iter()
        .zip(said.lines())
        .map(|(subject, said)| Cell {
            cost: cost(&profile, subject.symbols[io]),
            succeeded: said == "1",
        })
        .collect();
    assert_eq!(cells.len(), ALL.len(), "a line for each subject");
    cells
}

/// What one call of the function cost, with all that it called.
fn cost(profile: &Path, function: &str) -> Cost {
    let text = fs::read_to_string(profile).expect("callgrind's output");
    let mut total = Cost::default();
    let mut inside = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("fn=") {
            inside = name == function;
        } else if inside && line.starts_with(|first: char| first.is_ascii_digit()) {
            // The line number, then instructions and system calls; zeros at the
            // end are left out.
            let mut fields = line.split(' ').skip(1).map(|field| field.parse().unwrap());
            total.instructions += fields.next().unwrap_or(0);
            total.system_calls += fields.next().unwrap_or(0);
        }
    }
    assert!(
        total.instructions > 0,
        "callgrind saw no call of {function}"
    );
    assert_eq!(total.instructions % CALLS, 0, "calls of {function} differ");
    Cost {
        instructions: total.instructions / CALLS,
        system_calls: total.system_calls / CALLS,
    }
}

fn print(columns: &[Vec<Cell>]) {
    println!(
        "\nInstructions of one mlock ({}); in brackets its system calls,",
        env::consts::ARCH
    );
    println!("where not one; * it said that it succeeded, and locked nothing\n");
    print!("| {:<17} |", "");
    for (_, name) in CASES {
        print!(" {name:>11} |");
    }
    println!("\n|{:-<19}|{}", "", "------------:|".repeat(CASES.len()));
    for (row, subject) in ALL.iter().enumerate() {
        print!("| {:<17} |", subject.name);
        for ((case, _), column) in CASES.iter().zip(columns) {
            print!(" {:>11} |", text(*case, column[row]));
        }
        println!();
    }
    println!();
}

fn text(case: Case, cell: Cell) -> String {
    let lie = if case == Case::Refused && cell.succeeded {
        " *"
    } else {
        ""
    };
    match cell.cost.system_calls {
        1 => format!("{}{lie}", cell.cost.instructions),
        calls => format!("{} ({calls}){lie}", cell.cost.instructions),
    }
}

/// The first two rows are this crate's.
fn judge(columns: &[Vec<Cell>]) -> ExitCode {
    let mut missed = false;
    for ((case, name), column) in CASES.iter().zip(columns) {
        let Some(goal) = case.goal() else { continue };
        for (subject, cell) in ALL.iter().zip(column).take(2) {
            if cell.cost.instructions > goal.instructions
                || cell.cost.system_calls != goal.system_calls
            {
                missed = true;
                eprintln!(
                    "GOAL MISSED: {}, {name}: at most {}",
                    subject.name, goal.instructions
                );
            }
        }
    }
    if missed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
