//! Runs each case in a child process of its own, so that limits, locks, filters
//! and the dumpable flag never leak from one case into another.
//!
//! The test binary executes itself with the name of a case in its environment;
//! the child runs the body on its main thread. A case fails when the child does
//! not end in success, or when it wrote to stderr: the crate prints nothing. What
//! it wrote to stdout is a report and is shown after the summary.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
#[cfg(target_os = "linux")]
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

/// The variable that names the case which a child runs.
pub const CHILD: &str = "OS_MEMLOCK_TEST_CHILD";

/// How many seconds a case may take, for whoever runs the tests on a slow machine
/// or under a tool; otherwise 120.
const PATIENCE: &str = "OS_MEMLOCK_TEST_PATIENCE";

/// One test.
pub struct Case {
    pub name: &'static str,
    pub needs: Need,
    pub body: fn(),
}

/// What a case needs; where it is missing the case is skipped, by name.
#[derive(Clone, Copy)]
pub enum Need {
    Nothing,
    /// The process may lock so many pages.
    Pages(u64),
    /// `CAP_IPC_LOCK`, with which the limit on locked memory does not bind.
    IpcLock,
    /// The hard limits on locked memory and on core files are at least so many bytes.
    HardLimits(u64),
    /// A process can have no more than so many mappings.
    MappingsAtMost(u64),
    All(&'static [Need]),
    /// A Linux of at least this version.
    Linux(u32, u32),
    Root,
    /// Root, and leave to change the machine: `OS_MEMLOCK_TEST_SYSTEM=1`.
    System,
}

/// Defines `main` for the cases in a constant; on other systems it is one skip.
#[allow(unused_macros, reason = "not every test has this harness")]
macro_rules! linux_main {
    ($cases:expr) => {
        #[cfg(target_os = "linux")]
        fn main() -> std::process::ExitCode {
            $crate::common::harness::main($cases)
        }

        #[cfg(not(target_os = "linux"))]
        fn main() -> std::process::ExitCode {
            $crate::common::harness::skip_all(module_path!())
        }
    };
}

/// Runs the cases, or the one that the environment names.
#[cfg(target_os = "linux")]
pub fn main(cases: &'static [Case]) -> ExitCode {
    if let Ok(name) = std::env::var(CHILD) {
        let case = cases
            .iter()
            .find(|case| case.name == name)
            .expect("a case of this name");
        die_with_the_parent();
        (case.body)();
        return ExitCode::SUCCESS;
    }
    let reports = Arc::new(Mutex::new(String::new()));
    let trials = cases
        .iter()
        .map(|case| trial(case, Arc::clone(&reports)))
        .collect();
    let conclusion = libtest_mimic::run(&Arguments::from_args(), trials);
    print!("{}", reports.lock().unwrap());
    conclusion.exit_code()
}

/// Whoever kills the tests, for taking too long for one, ends this case as well.
#[cfg(target_os = "linux")]
fn die_with_the_parent() {
    // SAFETY: the call takes a number and touches no memory.
    let answer = unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    assert_eq!(answer, 0);
}

/// Says, as a counted skip, that a subject is tested on Linux only.
pub fn skip_all(subject: &'static str) -> ExitCode {
    let trial = Trial::ignorable_test(subject, move || {
        Ok(Completion::ignored_with(format!(
            "{subject}: asks the Linux kernel, this is another one"
        )))
    });
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit_code()
}

#[cfg(target_os = "linux")]
fn trial(case: &'static Case, reports: Arc<Mutex<String>>) -> Trial {
    Trial::ignorable_test(case.name, move || {
        if let Some(reason) = missing(case.needs) {
            return Ok(Completion::ignored_with(format!("{}: {reason}", case.name)));
        }
        let report = run_child(case.name)?;
        reports.lock().unwrap().push_str(&report);
        Ok(Completion::Completed)
    })
}

#[cfg(target_os = "linux")]
fn missing(needs: Need) -> Option<String> {
    use super::process::{has_ipc_lock, is_root, linux_version, lockable_pages, lowest_hard_limit};
    let system = std::env::var("OS_MEMLOCK_TEST_SYSTEM").is_ok_and(|value| value == "1");
    match needs {
        Need::IpcLock if !has_ipc_lock() => Some("needs CAP_IPC_LOCK".into()),
        Need::All(needs) => needs.iter().find_map(|&need| missing(need)),
        Need::Pages(count) if lockable_pages() < count => Some(format!(
            "needs leave to lock {count} page(s), see ulimit -l"
        )),
        Need::HardLimits(bytes) if lowest_hard_limit() < bytes => Some(format!(
            "needs hard limits of {bytes} bytes, see ulimit -Hl and -Hc"
        )),
        Need::MappingsAtMost(count) if super::kernel::max_mappings() > count => Some(format!(
            "needs a limit of {count} mappings, see vm.max_map_count"
        )),
        Need::Linux(major, minor) if linux_version() < (major, minor) => {
            Some(format!("needs Linux {major}.{minor}"))
        }
        Need::Root | Need::System if !is_root() => Some("needs root".into()),
        Need::System if !system => {
            Some("changes the machine while it runs, OS_MEMLOCK_TEST_SYSTEM=1 allows it".into())
        }
        _ => None,
    }
}

/// Runs one case in a child and gives what it wrote to stdout.
fn run_child(name: &str) -> Result<String, Failed> {
    let (mut out, mut err) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let child = Command::new(std::env::current_exe()?)
        .env(CHILD, name)
        .stdin(Stdio::null())
        .stdout(out.try_clone()?)
        .stderr(err.try_clone()?)
        .spawn()?;
    let status = wait(child)?;
    let (out, err) = (text(&mut out)?, text(&mut err)?);
    match status {
        Some(status) if status.success() && err.is_empty() => Ok(out),
        Some(status) if status.success() => {
            Err(format!("passed, but wrote to stderr:\n{err}").into())
        }
        Some(status) => Err(format!("the child ended with {status}\n{out}{err}").into()),
        None => Err(format!("no end after {:?}\n{out}{err}", patience()).into()),
    }
}

fn patience() -> Duration {
    let seconds = std::env::var(PATIENCE).map(|text| text.parse().expect("seconds"));
    Duration::from_secs(seconds.unwrap_or(120))
}

fn wait(mut child: Child) -> std::io::Result<Option<ExitStatus>> {
    let (start, patience) = (Instant::now(), patience());
    while start.elapsed() < patience {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(Duration::from_millis(2));
    }
    child.kill()?;
    child.wait()?;
    Ok(None)
}

fn text(file: &mut File) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
