//! A kernel that answers as a script says.

use core::cell::RefCell;
use core::ffi::c_void;
use std::boxed::Box;
use std::collections::VecDeque;
use std::vec::Vec;

use super::numbers::TARGETS;
use crate::backend::contract::{Advice, Backend};
use crate::errno::ErrorCodes;
use crate::error::{Error, Result};
use crate::limits::{Limit, Resource};
use crate::support::Support;

/// A call that reached the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SystemCall {
    Mlock(usize),
    Munlock(usize),
    MlockOnfault(usize),
    Madvise(Advice, usize),
    /// The question whether the kernel knows the advice.
    AskAbout(Advice),
    Getrlimit(Resource),
    Setrlimit(Resource, Limit),
}

#[derive(Default)]
pub(crate) struct Script {
    /// The codes of the coming answers; 0 is success, and so is an empty script.
    pub(crate) answers: VecDeque<i32>,
    pub(crate) log: Vec<SystemCall>,
    /// The core limit of the pretended process.
    pub(crate) core: Option<Limit>,
    /// What looks on during a call on that limit.
    pub(crate) onlooker: Option<Box<dyn Fn()>>,
}

std::thread_local! {
    static SCRIPT: RefCell<Script> = RefCell::default();
}

/// Runs `work` on the script of this thread.
pub(crate) fn script<T>(work: impl FnOnce(&mut Script) -> T) -> T {
    SCRIPT.with_borrow_mut(work)
}

fn answer(call: SystemCall) -> Result<()> {
    let code = script(|script| {
        script.log.push(call);
        script.answers.pop_front().unwrap_or(0)
    });
    match code {
        0 => Ok(()),
        code => Err(Error::from_raw_os_error(code)),
    }
}

/// The system in row `TARGET` of [`TARGETS`]. It has every call that the system has,
/// and answers as the script of the thread says.
pub(crate) enum Fake<const TARGET: usize> {}

impl<const TARGET: usize> Fake<TARGET> {
    fn call(support: Support, call: SystemCall) -> Result<()> {
        if Self::SUPPORTED.contains(support) {
            answer(call)
        } else {
            Err(Error::UNSUPPORTED)
        }
    }
}

impl<const TARGET: usize> Backend for Fake<TARGET> {
    const CODES: ErrorCodes = TARGETS[TARGET].codes;
    const SUPPORTED: Support = TARGETS[TARGET].supported;
    const FAILED_LOCK_STAYS: bool = TARGETS[TARGET].failed_lock_stays;

    unsafe fn mlock(_addr: *const c_void, len: usize) -> Result<()> {
        Self::call(Support::MLOCK, SystemCall::Mlock(len))
    }

    unsafe fn munlock(_addr: *const c_void, len: usize) -> Result<()> {
        Self::call(Support::MUNLOCK, SystemCall::Munlock(len))
    }

    unsafe fn mlock_onfault(_addr: *const c_void, len: usize) -> Result<()> {
        Self::call(Support::MLOCK_ONFAULT, SystemCall::MlockOnfault(len))
    }

    unsafe fn advise(advice: Advice, _addr: *mut c_void, len: usize) -> Result<()> {
        Self::call(advice.support(), SystemCall::Madvise(advice, len))
    }

    fn knows_advice(advice: Advice) -> bool {
        !TARGETS[TARGET].asks_about_advice || answer(SystemCall::AskAbout(advice)).is_ok()
    }

    fn limit(resource: Resource) -> Result<Limit> {
        script(|script| script.onlooker.iter().for_each(|look| look()));
        Self::call(resource.support(), SystemCall::Getrlimit(resource))?;
        script(|script| script.core).ok_or(Error::UNSUPPORTED)
    }

    fn set_limit(resource: Resource, limit: Limit) -> Result<()> {
        script(|script| script.onlooker.iter().for_each(|look| look()));
        Self::call(resource.support(), SystemCall::Setrlimit(resource, limit))?;
        script(|script| script.core = Some(limit));
        Ok(())
    }
}
