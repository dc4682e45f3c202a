//! Children whose answer is a text.

use core::ffi::{c_int, c_long};
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;

use crate::common::process::{die_with_the_parent, fork, wait};
use crate::common::watch::watch_each;

/// What a child says, or the signal that killed it.
pub fn ask(body: impl FnOnce() -> String) -> Result<String, c_int> {
    let (mut line, mut end) = UnixStream::pair().unwrap();
    let pid = fork(|| {
        die_with_the_parent();
        end.write_all(body().as_bytes()).unwrap();
        0
    });
    drop(end);
    let mut said = String::new();
    line.read_to_string(&mut said).unwrap();
    let ended = wait(pid);
    match ended.signal() {
        Some(signal) => Err(signal),
        None if ended.success() => Ok(said),
        None => panic!("the child of a case failed"),
    }
}

/// The number of a system call, and its first two arguments: address and length.
pub type Call = (c_long, [usize; 2]);

/// All system calls that `body` makes, and its code.
pub fn traced(body: impl FnOnce() -> u8) -> (Vec<Call>, usize) {
    let mut calls = Vec::new();
    let at = |_, number, [addr, len, ..]: [usize; 6]| calls.push((number, [addr, len]));
    let ended = watch_each(|| (), body, |code| code, at);
    let code = ended.code().expect("no signal ends the child");
    (calls, code as usize)
}
