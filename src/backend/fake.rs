//! A scripted kernel: the error codes of any system, on one host.

use core::cell::RefCell;
use core::ffi::c_void;
use std::collections::VecDeque;
use std::vec::Vec;

use super::systems::SYSTEMS;
use super::{Advice, Backend, Codes};
use crate::raw::Result;
use crate::{Error, Limit, Resource, Support};

/// What the fake was asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Mlock(usize),
    Munlock(usize),
    MlockOnfault(usize),
    Madvise(Advice, usize),
    Limit(Resource),
    SetLimit(Resource, Limit),
}

#[derive(Default)]
pub(crate) struct Script {
    /// The codes of the coming answers; 0 is success, and so is an empty script.
    pub(crate) answers: VecDeque<i32>,
    pub(crate) log: Vec<Asked>,
    /// The core limit of the pretended process.
    pub(crate) core: Option<Limit>,
}

std::thread_local! {
    static SCRIPT: RefCell<Script> = RefCell::default();
}

/// Runs `work` on the script of this thread.
pub(crate) fn script<T>(work: impl FnOnce(&mut Script) -> T) -> T {
    SCRIPT.with_borrow_mut(work)
}

fn ask(asked: Asked) -> i32 {
    script(|script| {
        script.log.push(asked);
        script.answers.pop_front().unwrap_or(0)
    })
}

/// The system that stands at `SYSTEM` in [`SYSTEMS`]. It has every call that the
/// system has, and answers as the script of the thread says.
pub(crate) enum Fake<const SYSTEM: usize> {}

impl<const SYSTEM: usize> Fake<SYSTEM> {
    fn answer(call: Support, asked: Asked) -> Result<()> {
        if !Self::SUPPORTED.contains(call) {
            return Err(Error::NO_CALL);
        }
        match ask(asked) {
            0 => Ok(()),
            code => Err(Error::said(code)),
        }
    }
}

impl<const SYSTEM: usize> Backend for Fake<SYSTEM> {
    const CODES: Codes = SYSTEMS[SYSTEM].codes;
    const SUPPORTED: Support = SYSTEMS[SYSTEM].supported;

    unsafe fn mlock(_addr: *const c_void, len: usize) -> Result<()> {
        Self::answer(Support::MLOCK, Asked::Mlock(len))
    }

    unsafe fn munlock(_addr: *const c_void, len: usize) -> Result<()> {
        Self::answer(Support::MUNLOCK, Asked::Munlock(len))
    }

    unsafe fn mlock_onfault(_addr: *const c_void, len: usize) -> Result<()> {
        Self::answer(Support::MLOCK_ONFAULT, Asked::MlockOnfault(len))
    }

    unsafe fn madvise(advice: Advice, _addr: *mut c_void, len: usize) -> Result<()> {
        if !Self::SUPPORTED.contains(advice.flag()) {
            return Err(Error::NO_CALL);
        }
        let code = match ask(Asked::Madvise(advice, len)) {
            0 => return Ok(()),
            code => code,
        };
        Err(SYSTEMS[SYSTEM].advice_error(code, || ask(Asked::Madvise(advice, 0)) == 0))
    }

    fn limit(resource: Resource) -> Result<Limit> {
        Self::answer(Support::LIMIT_CORE, Asked::Limit(resource))?;
        script(|script| script.core).ok_or(Error::NO_CALL)
    }

    fn set_limit(resource: Resource, new: Limit, before: Limit) -> Result<Limit> {
        Self::answer(Support::LIMIT_CORE, Asked::SetLimit(resource, new))?;
        script(|script| script.core = Some(new));
        Ok(before)
    }
}
