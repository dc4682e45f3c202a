//! Runs each case in a child process of its own, so that limits, locks, filters
//! and the dumpable flag never leak from one case into another.
//!
//! The program executes itself with the name of a case in its environment; the
//! child runs the body on its main thread. A case fails when the child does not
//! end in success, or when it wrote to stderr: the crate prints nothing.

use std::env;
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::common::case::Case;

/// The variable that names the case which a child runs.
const CHILD: &str = "OS_MEMLOCK_TEST_CHILD";

/// How many seconds a case may take, for whoever runs the tests on a slow machine
/// or under a tool; otherwise 120.
const PATIENCE: &str = "OS_MEMLOCK_TEST_PATIENCE";

/// The cases of a file; or the name of the file and where they can run, which is not
/// here.
pub(crate) type Group = Result<&'static [Case], (&'static str, &'static str)>;

/// Runs the cases, or the one that the environment names.
pub(crate) fn main(groups: &[Group]) -> ExitCode {
    if let Ok(name) = env::var(CHILD) {
        let mut cases = groups.iter().flatten().copied().flatten();
        let case = cases.find(|case| case.name() == name);
        #[cfg(target_os = "linux")]
        crate::common::process::die_with_the_parent();
        (case.expect("a case of this name").body)();
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::from_args();
    if let (false, Err(error)) = (arguments.list, tempfile::tempfile()) {
        let folder = env::temp_dir();
        eprintln!(
            "the folder for temporary files, {}: {error}; set TMPDIR to one that can be written",
            folder.display()
        );
        return ExitCode::FAILURE;
    }
    let trials = groups.iter().flat_map(|group| match group {
        Ok(cases) => cases.iter().map(trial).collect(),
        Err((name, elsewhere)) => vec![skip(name, elsewhere)],
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

fn trial(case: &'static Case) -> Trial {
    Trial::ignorable_test(case.name(), move || {
        if let Some(reason) = case.needs.iter().find_map(|need| need.missing()) {
            return Ok(ignored(case.name(), &reason));
        }
        run_child(case.name()).map(|()| Completion::Completed)
    })
}

/// Says, as a counted skip, that the cases of a file are for other systems.
fn skip(name: &'static str, elsewhere: &'static str) -> Trial {
    Trial::ignorable_test(name, move || {
        Ok(ignored(name, &format!("for {elsewhere} only")))
    })
}

fn ignored(name: &str, reason: &str) -> Completion {
    Completion::ignored_with(format!("{name}: {reason}"))
}

/// Runs one case in a child.
fn run_child(name: &str) -> Result<(), Failed> {
    let (mut out, mut err) = (tempfile::tempfile()?, tempfile::tempfile()?);
    let child = Command::new(env::current_exe()?)
        .env(CHILD, name)
        .stdin(Stdio::null())
        .stdout(out.try_clone()?)
        .stderr(err.try_clone()?)
        .spawn()?;
    let status = wait(child)?;
    let (out, err) = (text(&mut out)?, text(&mut err)?);
    match status {
        Some(status) if status.success() && err.is_empty() => Ok(()),
        Some(status) if status.success() => {
            Err(format!("passed, but wrote to stderr:\n{err}").into())
        }
        Some(status) => Err(format!("the child ended with {status}\n{out}{err}").into()),
        None => Err(format!("no end after {:?}\n{out}{err}", patience()).into()),
    }
}

fn patience() -> Duration {
    let seconds = env::var(PATIENCE).map(|text| text.parse().expect("seconds"));
    Duration::from_secs(seconds.unwrap_or(120))
}

fn wait(mut child: Child) -> io::Result<Option<ExitStatus>> {
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

fn text(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
