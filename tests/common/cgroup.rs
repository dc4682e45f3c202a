//! A memory cgroup of the tests' own: processes that get less memory than they use.
#![cfg(target_os = "linux")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use super::keeper::Keeper;

/// The memory controller: where it is, and what its limit is called.
const VERSIONS: [(&str, &str); 2] = [
    ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"),
    ("/sys/fs/cgroup", "memory.max"),
];

const NAME: &str = "os-memlock-test-";

/// A cgroup that is there for as long as this lives.
pub struct Cgroup {
    path: PathBuf,
    _keeper: Keeper,
}

impl Cgroup {
    /// # Panics
    /// Where there is no memory controller, or where it is not for us.
    pub fn new(limit: usize) -> Self {
        let (root, file) = controller();
        let path = root.join(format!("{NAME}{}", process::id()));
        let gone = path.clone();
        let keeper = Keeper::start(move || remove(&gone));
        fs::create_dir(&path).unwrap();
        fs::write(path.join(file), limit.to_string()).unwrap();
        Self {
            path,
            _keeper: keeper,
        }
    }

    /// The file to which a process writes its id to move in.
    pub fn processes(&self) -> PathBuf {
        self.path.join("cgroup.procs")
    }
}

/// The names of the cgroups that such tests have made.
pub fn cgroups() -> String {
    let entries = fs::read_dir(controller().0)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    let ours = entries.filter(|name| name.to_string_lossy().starts_with(NAME));
    ours.map(|name| format!("{name:?} ")).collect()
}

fn controller() -> (&'static Path, &'static str) {
    let has_memory = |root: &Path, file| match file {
        "memory.max" => fs::read_to_string(root.join("cgroup.subtree_control"))
            .is_ok_and(|controllers| controllers.split_whitespace().any(|it| it == "memory")),
        _ => root.join(file).exists(),
    };
    let mut versions = VERSIONS
        .map(|(root, file)| (Path::new(root), file))
        .into_iter();
    versions
        .find(|&(root, file)| has_memory(root, file))
        .expect("a memory controller for cgroups")
}

/// Removes the cgroup as soon as its last process, which is being killed, is gone.
fn remove(path: &Path) -> io::Result<()> {
    let start = Instant::now();
    loop {
        match fs::remove_dir(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(_) if start.elapsed() < Duration::from_secs(10) => {
                thread::sleep(Duration::from_millis(5));
            }
            answer => return answer,
        }
    }
}
