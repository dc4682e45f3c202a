//! This program once more, built in two profiles, a process a cell.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::cases::Case;
use crate::cell::Cell;
use crate::subjects::Subject;

/// The profiles, with what the table calls them. That of the workspace for debugging
/// would end the process at a panic.
pub const PROFILES: [(&str, &str); 2] = [("release", "release"), ("unwinding", "debug")];

/// What came of a case in each of the profiles.
pub struct Seen {
    pub case: &'static Case,
    pub cells: [Cell; 2],
    /// What the processes printed beside.
    pub printed: [String; 2],
}

pub struct Workers {
    target: PathBuf,
}

impl Workers {
    /// Builds both.
    pub fn build() -> Self {
        let itself = env::current_exe().unwrap();
        let target = itself.ancestors().nth(2).unwrap().to_path_buf();
        for (profile, _) in PROFILES {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["build", "--quiet", "--locked", "-p", "promises"]);
            cargo.args(["--profile", profile, "--manifest-path"]);
            cargo.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"));
            cargo.arg("--target-dir").arg(&target);
            if libsodium().is_some() {
                cargo.args(["--features", "libsodium"]);
            }
            assert!(cargo.status().unwrap().success(), "the cells do not build");
        }
        Self { target }
    }

    /// A folder to build in.
    pub fn scratch(&self) -> PathBuf {
        self.target.join("dependents")
    }

    pub fn run(&self, case: &'static Case, subject: &Subject) -> Seen {
        let [(one, here), (other, there)] = [0, 1].map(|it| self.run_in(it, case, subject));
        Seen {
            case,
            cells: [one, other],
            printed: [here, there],
        }
    }

    fn run_in(&self, profile: usize, case: &Case, subject: &Subject) -> (Cell, String) {
        if let Some(cell) = missing(subject) {
            return (cell, String::new());
        }
        let program = self.target.join(PROFILES[profile].0).join("promises");
        let output = Command::new(program)
            .args(["--cell", case.name, subject.name])
            .env("RUST_BACKTRACE", "0")
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        let others = text.lines().filter(|it| Cell::read(it).is_none());
        let printed = others.collect::<Vec<_>>().join("\n");
        let cell = text.lines().find_map(Cell::read);
        let cell = cell.unwrap_or_else(|| {
            let status = output.status;
            Cell::not_run(format_args!("{status}: {printed}"))
        });
        (cell, printed)
    }
}

/// What to say of a subject that cannot be built here.
pub fn missing(subject: &Subject) -> Option<Cell> {
    let missing = subject.library.is_some() && libsodium().is_none();
    missing.then(|| Cell::not_run("pkg-config finds no libsodium"))
}

/// The version of libsodium, where pkg-config finds it.
pub fn libsodium() -> Option<String> {
    let mut question = Command::new("pkg-config");
    let answer = question.args(["--modversion", "libsodium"]).output();
    let answer = answer.ok().filter(|it| it.status.success())?;
    Some(String::from_utf8_lossy(&answer.stdout).trim().into())
}
