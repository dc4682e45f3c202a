//! This binary once more, as a process that is to crash or to be squeezed.

use std::env;
use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use super::faces::{FACES, Face};

/// The variable that holds face, plan and seed. The seed is not the secret.
const VICTIM: &str = "OS_MEMLOCK_TEST_VICTIM";

/// What a victim does with its life; the seed is that of its secrets.
pub struct Plan {
    pub name: &'static str,
    pub live: fn(&'static Face, u64),
}

/// The command that makes a victim.
pub fn command(face: &Face, plan: &str, seed: u64) -> Command {
    let mut command = Command::new(env::current_exe().unwrap());
    command.env(VICTIM, format!("{} {plan} {seed}", face.name));
    command
}

/// In a victim: carries out its plan and says so. It must come first in `main`.
pub fn lived(plans: &[Plan]) -> bool {
    let Ok(order) = env::var(VICTIM) else {
        return false;
    };
    // SAFETY: no pointer is involved. A victim does not outlive its case.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    let words: Vec<&str> = order.split(' ').collect();
    let [face, plan, seed] = words[..] else {
        panic!("{VICTIM}={order}")
    };
    let face = FACES
        .iter()
        .find(|it| it.name == face)
        .expect("a face of this name");
    let plan = plans
        .iter()
        .find(|it| it.name == plan)
        .expect("a plan of this name");
    (plan.live)(face, seed.parse().unwrap());
    true
}

/// In a victim: says that it is ready and what there is to know, and hangs until
/// it is killed.
pub fn hang(news: &str) {
    println!("ready {news}");
    io::stdin().read_line(&mut String::new()).unwrap();
}

/// Starts a victim that hangs, waits until it does, and gives its news.
pub fn hanging(mut command: Command) -> (Child, String) {
    let mut victim = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(victim.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    let news = line
        .trim_end_matches('\n')
        .strip_prefix("ready ")
        .map(Into::into);
    (victim, news.expect("the victim ended early"))
}

/// Kills a victim in the way that leaves it no time for anything.
pub fn kill(mut victim: Child) {
    victim.kill().unwrap();
    victim.wait().unwrap();
}
