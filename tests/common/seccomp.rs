//! Filters on system calls, for the calling process and for good.
#![cfg(target_os = "linux")]

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, apply_filter, apply_filter_all_threads,
};

/// The call answers this errno; 0 is a faked success.
pub fn deny(call: c_long, errno: i32) {
    install(call, Vec::new(), SeccompAction::Errno(errno as u32));
}

/// The call answers this errno when the argument, as 64 bits, is `value`.
pub fn deny_when(call: c_long, argument: u8, op: SeccompCmpOp, value: u64, errno: i32) {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Qword, op, value).unwrap();
    let rule = SeccompRule::new(vec![condition]).unwrap();
    install(call, vec![rule], SeccompAction::Errno(errno as u32));
}

/// The call kills the process, so that a survivor has not made it.
pub fn kill(call: c_long) {
    install(call, Vec::new(), SeccompAction::KillProcess);
}

/// The same in this thread alone.
pub fn deny_this_thread(call: c_long, errno: i32) {
    let program = program(call, Vec::new(), SeccompAction::Errno(errno as u32));
    apply_filter(&program).unwrap();
}

fn install(call: c_long, rules: Vec<SeccompRule>, action: SeccompAction) {
    apply_filter_all_threads(&program(call, rules, action)).unwrap();
}

#[allow(
    clippy::useless_conversion,
    reason = "a c_long has 32 bits on some targets"
)]
fn program(call: c_long, rules: Vec<SeccompRule>, action: SeccompAction) -> BpfProgram {
    let rules = [(i64::from(call), rules)].into_iter().collect();
    let arch = std::env::consts::ARCH
        .try_into()
        .expect("an architecture that seccompiler knows");
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, arch).unwrap();
    filter.try_into().unwrap()
}
