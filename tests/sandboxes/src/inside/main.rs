//! Calls every function of the crate, each in a child of its own, and prints a line for
//! each: its name, a tab, what it returned and what the kernel shows of its effect. At the
//! end it keeps a page locked for a second, so that the host can be asked.

mod calls;
#[allow(unused, unreachable_pub, reason = "written for the tests")]
#[path = "../../../common"]
mod common {
    pub mod faces;
    pub mod kernel;
    pub mod limits;
    pub mod pages;
    pub mod privileges;
    pub mod proc;
    pub mod process;
    pub mod system;
}
mod marks;

use std::io::{Write as _, stdout};
use std::os::unix::process::ExitStatusExt as _;
use std::thread::sleep;
use std::time::Duration;

use self::common::faces::{FACES, Face};
use self::common::pages::Pages;
use self::common::process::fork_and;

fn main() {
    for name in Face::FUNCTIONS.iter().chain(&calls::LARGE) {
        print!("{name}\t");
        // Or the child would print it, too.
        stdout().flush().expect("standard output");
        let ended = fork_and(|| {
            println!("{}", calls::outcome(name));
            0
        });
        match ended.signal() {
            Some(signal) => println!("killed by signal {signal}"),
            None => assert!(ended.success(), "{ended}"),
        }
    }
    let kept = Pages::new(1);
    let locked = (FACES[0].mlock)(kept.addr(), kept.len());
    println!("kept\t{}", calls::told(locked, |()| true));
    sleep(Duration::from_secs(1));
}
