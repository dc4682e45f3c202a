//! A policy as these tests need it: the system calls that it forbids, or the only ones that
//! it allows, and what happens to a process that makes another.

use libc::{SYS_prctl, c_int, c_long};
use seccompiler::{SeccompAction, SeccompCmpOp};

use crate::common::seccomp::{self, allow_only};

pub(crate) struct Policy {
    /// As the table has it.
    pub(crate) name: &'static str,
    pub(crate) filter: Filter,
}

pub(crate) enum Filter {
    Forbids(&'static [Rule]),
    /// What it allows whatever the arguments, and what happens otherwise.
    AllowsOnly(&'static [c_long], Verdict),
}

/// A system call, when it is forbidden, and what happens then.
pub(crate) struct Rule(pub(crate) c_long, pub(crate) When, pub(crate) Verdict);

pub(crate) enum When {
    Always,
    /// The argument with this index is none of these.
    OtherThan(u8, &'static [c_int]),
    /// The argument with this index is this.
    Is(u8, c_int),
    /// The first argument is a process id other than 0 and the caller's own.
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
        let rules = match &self.filter {
            Filter::Forbids(rules) => rules.iter(),
            Filter::AllowsOnly(calls, verdict) => return allow_only(calls, verdict.action()),
        };
        // A filter is installed by prctl, which is therefore forbidden last.
        let (last, first): (Vec<_>, Vec<_>) = rules.partition(|rule| rule.0 == SYS_prctl);
        for Rule(call, when, verdict) in first.into_iter().chain(last) {
            seccomp::install(*call, &when.conditions(), verdict.action());
        }
    }
}

impl When {
    /// All of these must hold.
    fn conditions(&self) -> Vec<(u8, SeccompCmpOp, u64)> {
        let differs = |argument, value: c_int| (argument, SeccompCmpOp::Ne, value as u64);
        match *self {
            Self::Always => Vec::new(),
            Self::OtherThan(argument, values) => {
                values.iter().map(|&it| differs(argument, it)).collect()
            }
            Self::Is(argument, value) => vec![(argument, SeccompCmpOp::Eq, value as u64)],
            Self::OtherProcess => vec![differs(0, 0), differs(0, std::process::id() as c_int)],
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
