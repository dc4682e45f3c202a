//! This program once more, built in two profiles, a process a cell.

use std::cell::RefCell;
use std::collections::HashMap;
use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::rc::Rc;

use crate::cell::Cell;

/// The profiles, with what the table calls them. That of the workspace for debugging
/// would end the process at a panic.
pub const PROFILES: [(&str, &str); 2] = [("release", "release"), ("unwinding", "debug")];

/// What came of a cell.
pub struct Seen {
    pub cell: Cell,
    /// What else the process printed.
    pub printed: String,
}

pub struct Workers {
    target: PathBuf,
    seen: RefCell<HashMap<(String, String, usize), Rc<Seen>>>,
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
        let seen = RefCell::default();
        Self { target, seen }
    }

    /// A folder to build in.
    pub fn scratch(&self) -> PathBuf {
        self.target.join("dependents")
    }

    /// Runs a cell in one of the profiles, or tells what it said before.
    pub fn run(&self, case: &str, subject: &str, profile: usize) -> Rc<Seen> {
        let key = (case.into(), subject.into(), profile);
        if let Some(seen) = self.seen.borrow().get(&key) {
            return Rc::clone(seen);
        }
        let program = self.target.join(PROFILES[profile].0).join("promises");
        let output = Command::new(program)
            .args(["--cell", case, subject])
            .env("RUST_BACKTRACE", "0")
            .output()
            .unwrap();
        let text =
            [output.stdout, output.stderr].map(|it| String::from_utf8_lossy(&it).into_owned());
        let lines = || text.iter().flat_map(|it| it.lines());
        let printed: Vec<_> = lines().filter(|it| Cell::read(it).is_none()).collect();
        let printed = printed.join("\n");
        let cell = lines().find_map(Cell::read);
        let cell =
            cell.unwrap_or_else(|| Cell::not_run(format_args!("{}: {printed}", output.status)));
        let seen = Rc::new(Seen { cell, printed });
        self.seen.borrow_mut().insert(key, Rc::clone(&seen));
        seen
    }
}

/// The version of libsodium, where pkg-config finds it.
pub fn libsodium() -> Option<String> {
    let asked = Command::new("pkg-config")
        .args(["--modversion", "libsodium"])
        .output();
    let asked = asked.ok().filter(|it| it.status.success())?;
    Some(String::from_utf8_lossy(&asked.stdout).trim().into())
}
