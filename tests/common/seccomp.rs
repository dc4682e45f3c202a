//! Filters on system calls, for the calling process and for good.
#![cfg(target_os = "linux")]

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch, apply_filter, apply_filter_all_threads,
};

/// The call answers this errno; 0 is a faked success.
pub fn deny(call: c_long, errno: i32) {
    install(call, &[], SeccompAction::Errno(errno as u32));
}

/// The call answers this errno when the argument, as 64 bits, is `value`.
pub fn deny_when(call: c_long, argument: u8, op: SeccompCmpOp, value: u64, errno: i32) {
    let condition = [(argument, op, value)];
    install(call, &condition, SeccompAction::Errno(errno as u32));
}

/// The call kills the process, so that a survivor has not made it.
pub fn kill(call: c_long) {
    install(call, &[], SeccompAction::KillProcess);
}

/// The call kills the process when the argument, as 64 bits, is `value`.
pub fn kill_when(call: c_long, argument: u8, op: SeccompCmpOp, value: u64) {
    install(call, &[(argument, op, value)], SeccompAction::KillProcess);
}

/// Kills the process for every use of prlimit64, setrlimit and prctl but reading its
/// own limits and whether it is dumpable.
pub fn kill_all_but_reading() {
    kill_when(libc::SYS_prlimit64, 0, SeccompCmpOp::Ne, 0);
    kill_when(libc::SYS_prlimit64, 2, SeccompCmpOp::Ne, 0);
    kill_when(libc::SYS_prlimit64, 3, SeccompCmpOp::Eq, 0);
    kill(libc::SYS_setrlimit);
    // The last one, since prctl is needed to install a filter.
    let reading = libc::PR_GET_DUMPABLE as u64;
    kill_when(libc::SYS_prctl, 0, SeccompCmpOp::Ne, reading);
}

/// The call gets this action when all the conditions hold. Of several filters the most
/// severe action counts, of several errnos the latest.
///
/// A condition compares all 64 bits of an argument, also of one that is an int, so that
/// it fails for a call that leaves something in the upper half.
pub fn install(call: c_long, conditions: &[(u8, SeccompCmpOp, u64)], action: SeccompAction) {
    apply_filter_all_threads(&program(call, conditions, action)).unwrap();
}

/// Every call but these gets the action.
pub fn allow_only(calls: &[c_long], action: SeccompAction) {
    let rules = calls.iter().map(|&call| (number(call), Vec::new()));
    let filter = SeccompFilter::new(rules.collect(), action, SeccompAction::Allow, arch());
    let program: BpfProgram = filter.unwrap().try_into().unwrap();
    apply_filter_all_threads(&program).unwrap();
}

/// As [`deny_when`], for the calling thread alone.
pub fn deny_this_thread_when(call: c_long, argument: u8, op: SeccompCmpOp, value: u64, errno: i32) {
    let action = SeccompAction::Errno(errno as u32);
    apply_filter(&program(call, &[(argument, op, value)], action)).unwrap();
}

fn program(
    call: c_long,
    conditions: &[(u8, SeccompCmpOp, u64)],
    action: SeccompAction,
) -> BpfProgram {
    let conditions = conditions.iter().map(|(argument, op, value)| {
        let op = op.clone();
        SeccompCondition::new(*argument, SeccompCmpArgLen::Qword, op, *value).unwrap()
    });
    // Without conditions there is no rule: seccompiler rejects an empty one.
    let rule = SeccompRule::new(conditions.collect()).ok();
    let rules = [(number(call), rule.into_iter().collect())];
    let rules = rules.into_iter().collect();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, action, arch()).unwrap();
    filter.try_into().unwrap()
}

#[allow(
    clippy::useless_conversion,
    reason = "a c_long has 32 bits on some targets"
)]
fn number(call: c_long) -> i64 {
    call.into()
}

fn arch() -> TargetArch {
    let name = std::env::consts::ARCH;
    name.try_into()
        .expect("an architecture that seccompiler knows")
}
