//! Calls every function of the crate, each in a child of its own, and prints a line for
//! each: its name, a tab, what it returned and what the kernel shows of its effect. At the
//! end it keeps a page locked for a second, so that the host can be asked.

mod calls;
mod child;
mod pages;

use std::io::{Write as _, stdout};
use std::os::unix::process::ExitStatusExt as _;
use std::thread::sleep;
use std::time::Duration;

use self::child::fork;

fn main() {
    for (name, call) in calls::ALL {
        print!("{name}\t");
        // Or the child would print it, too.
        stdout().flush().expect("standard output");
        let ended = fork(|| {
            println!("{}", call());
            0
        });
        match ended.signal() {
            Some(signal) => println!("killed by signal {signal}"),
            None => assert!(ended.success(), "{ended}"),
        }
    }
    println!("kept\t{}", calls::keep_locked());
    sleep(Duration::from_secs(1));
}
