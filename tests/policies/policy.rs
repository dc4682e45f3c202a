//! What a policy is here: the system calls that it does not allow, and what becomes
//! of who makes one.

use libc::{SYS_prctl, c_int, c_long};
use seccompiler::{SeccompAction, SeccompCmpOp};

use crate::common::seccomp;

pub(crate) struct Policy {
    /// As the table has it.
    pub(crate) name: &'static str,
    pub(crate) forbids: &'static [Rule],
}

/// A call, when it is not allowed, and what becomes of it then.
pub(crate) struct Rule(pub(crate) c_long, pub(crate) When, pub(crate) Verdict);

pub(crate) enum When {
    Always,
    /// The argument with this index is none of these.
    OtherThan(u8, &'static [u64]),
    /// The argument with this index is this.
    Is(u8, u64),
    /// The first argument names a process, and not by 0 or its own number the caller.
    OtherProcess,
}

pub(crate) enum Verdict {
    Errno(c_int),
    KillThread,
    KillProcess,
    /// A SIGSYS, which ends a process that has no handler for it.
    Trap,
}

impl Policy {
    /// Puts the calling process under the policy, for good.
    pub(crate) fn enforce(&self) {
        // A filter is installed by prctl, which is therefore forbidden last.
        let (last, first): (Vec<_>, Vec<_>) =
            self.forbids.iter().partition(|rule| rule.0 == SYS_prctl);
        for Rule(call, when, verdict) in first.into_iter().chain(last) {
            seccomp::install(*call, &when.conditions(), verdict.action());
        }
    }
}

impl When {
    /// All of them have to hold.
    fn conditions(&self) -> Vec<(u8, SeccompCmpOp, u64)> {
        let differs = |argument, value| (argument, SeccompCmpOp::Ne, value);
        match *self {
            Self::Always => Vec::new(),
            Self::OtherThan(argument, values) => {
                values.iter().map(|&it| differs(argument, it)).collect()
            }
            Self::Is(argument, value) => vec![(argument, SeccompCmpOp::Eq, value)],
            Self::OtherProcess => vec![differs(0, 0), differs(0, std::process::id().into())],
        }
    }
}

impl Verdict {
    fn action(&self) -> SeccompAction {
        match *self {
            Self::Errno(errno) => SeccompAction::Errno(errno as u32),
            Self::KillThread => SeccompAction::KillThread,
            Self::KillProcess => SeccompAction::KillProcess,
            Self::Trap => SeccompAction::Trap,
        }
    }
}
