//! The functions of the crate, each beside the system calls that it consists of.

use core::ffi::{c_int, c_long};

use libc::EINVAL;
use os_memlock::{Limit, Resource, Support, raw};

use crate::common::faces::{Answer, Face, Refusal, refused, unsupported};
use crate::common::kernel::{has_flag, page_size, vm_lck_kib};
use crate::common::limits::{RESOURCES, limit_by_proc, number, set_rlimit};
use crate::common::pages::Pages;
use crate::common::system_call::SystemCall;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Function {
    /// The call on a range with this flag.
    OnRange(Support),
    ReadLimit(Resource),
    SetSoftLimit(Resource),
    SetLimit(Resource),
    ProcessDumpable,
    SetProcessDumpable(bool),
    PageSize,
    DisableForProcess,
    DisableWithGuard,
    Supported,
    /// Asks about one flag: granted is `Ok`.
    Probe(Support),
    /// Asks about everything, which must grant just this.
    ProbeAll(Support),
}
use Function::*;

/// Stands for a flag that `probe` does not grant: `probe` itself has no error.
pub(crate) const NOT_GRANTED: Refusal = Refusal {
    code: None,
    unsupported: false,
};

/// The limits before a function is called, soft and hard. The core limit is 0, since
/// some of the processes are killed.
fn before(resource: Resource) -> [u64; 2] {
    let page = page_size() as u64;
    match resource {
        Resource::Core => [0, 3 * page],
        _ => [2 * page, 3 * page],
    }
}

/// The values that `set_soft_limit` and `set_limit` are asked to set.
fn soft() -> u64 {
    page_size() as u64
}

fn hard() -> u64 {
    2 * page_size() as u64
}

fn limit(of: [u64; 2]) -> Limit {
    Limit::new(Some(of[0]), Some(of[1]))
}

/// The number of the advice with this flag.
fn advice(flag: Support) -> Option<usize> {
    let number = match flag {
        Support::DONTDUMP => libc::MADV_DONTDUMP,
        Support::DODUMP => libc::MADV_DODUMP,
        Support::WIPEONFORK => libc::MADV_WIPEONFORK,
        Support::KEEPONFORK => libc::MADV_KEEPONFORK,
        Support::DONTFORK => libc::MADV_DONTFORK,
        Support::DOFORK => libc::MADV_DOFORK,
        _ => return None,
    };
    Some(number as usize)
}

/// The system call on a range with this flag.
fn on_range(flag: Support, addr: usize, len: usize) -> SystemCall {
    match flag {
        Support::MLOCK => SystemCall::Mlock(addr, len),
        Support::MUNLOCK => SystemCall::Munlock(addr, len),
        Support::MLOCK_ONFAULT => SystemCall::Mlock2(addr, len, libc::MLOCK_ONFAULT as usize),
        _ => SystemCall::Madvise(addr, len, advice(flag).expect("a call on a range")),
    }
}

/// Sets the limits that the functions start from.
pub(crate) fn set_the_stage() {
    for resource in RESOURCES {
        let [soft, hard] = before(resource);
        set_rlimit(resource, soft, hard);
    }
}

impl Function {
    /// The function that the flag of `probe` stands for, or the one of two that reads.
    pub(crate) fn of(flag: Support) -> Self {
        match flag {
            Support::LIMIT_MEMLOCK => ReadLimit(Resource::Memlock),
            Support::LIMIT_CORE => ReadLimit(Resource::Core),
            Support::DUMPABLE => ProcessDumpable,
            Support::PAGE_SIZE => PageSize,
            on_range => OnRange(on_range),
        }
    }

    /// Does what the function undoes, if it undoes something.
    pub(crate) fn prepare(self, page: &Pages) {
        let OnRange(flag) = self else { return };
        let opposite = match flag {
            Support::MUNLOCK => Support::MLOCK,
            Support::DODUMP => Support::DONTDUMP,
            Support::KEEPONFORK => Support::WIPEONFORK,
            Support::DOFORK => Support::DONTFORK,
            _ => return,
        };
        let call = on_range(opposite, page.addr().addr(), page.len());
        call.make().expect("no filter is there yet");
    }

    pub(crate) fn call(self, face: &Face, page: &Pages) -> Answer<()> {
        match self {
            OnRange(flag) => {
                let calls = face.own_range_calls();
                let (.., call) = calls.iter().find(|it| it.1 == flag).unwrap();
                call(page.addr(), page.len())
            }
            ReadLimit(resource) => {
                (face.limit)(resource).map(|is| assert_eq!(is, limit(before(resource))))
            }
            SetSoftLimit(resource) => (face.set_soft_limit)(resource, Some(soft()))
                .map(|was| assert_eq!(was, limit(before(resource)))),
            SetLimit(resource) => (face.set_limit)(resource, limit([soft(), hard()])),
            ProcessDumpable => (face.process_dumpable)().map(|it| assert!(it)),
            SetProcessDumpable(on) => (face.set_process_dumpable)(on),
            PageSize => (face.page_size)().map(|size| assert_eq!(size, page_size())),
            DisableForProcess => (face.disable_core_dumps_for_process)(),
            DisableWithGuard => (face.disable_core_dumps_with_guard)().map(drop),
            Supported => {
                assert!(!(face.supported)().is_empty());
                Ok(())
            }
            Probe(flag) => granted((face.probe)(flag) == flag),
            ProbeAll(expected) => {
                assert_eq!((face.probe)(Support::all()), expected);
                Ok(())
            }
        }
    }

    /// Does the same with direct system calls, in the same order.
    pub(crate) fn by_system_calls(self, page: &Pages) -> Answer<()> {
        match self {
            OnRange(flag) => {
                let answer = on_range(flag, page.addr().addr(), page.len()).make();
                match (answer, advice(flag)) {
                    (Err(EINVAL), Some(_)) if on_range(flag, 0, 0).make() == Err(EINVAL) => {
                        unsupported(Some(EINVAL))
                    }
                    (answer, _) => done(answer),
                }
            }
            ReadLimit(resource) => done(SystemCall::read_limit(number(resource) as usize).make()),
            SetSoftLimit(resource) => {
                let [_, hard] = before(resource);
                done(SystemCall::read_limit(number(resource) as usize).make())?;
                done(SystemCall::write_limit(number(resource) as usize, soft(), hard).make())
            }
            SetLimit(resource) => {
                done(SystemCall::write_limit(number(resource) as usize, soft(), hard()).make())
            }
            ProcessDumpable => done(SystemCall::GetDumpable.make()),
            SetProcessDumpable(on) => done(SystemCall::SetDumpable(usize::from(on)).make()),
            PageSize => page_size_by_system_calls(),
            DisableForProcess | DisableWithGuard => unsupported(None),
            Supported => Ok(()),
            Probe(flag) => granted(grants(flag)),
            ProbeAll(expected) => {
                let all = raw::supported().iter();
                assert_eq!(
                    all.filter(|&flag| grants(flag)).collect::<Support>(),
                    expected
                );
                Ok(())
            }
        }
    }

    /// Asks the kernel whether the function, which has succeeded, did what it says.
    pub(crate) fn check_effect(self, page: &Pages) {
        let flag = |name| has_flag(page.addr(), name);
        match self {
            OnRange(Support::MLOCK) => assert_eq!(vm_lck_kib(), page.len() as u64 / 1024),
            OnRange(Support::MUNLOCK) => assert_eq!(vm_lck_kib(), 0),
            OnRange(Support::MLOCK_ONFAULT) => assert!(flag("lo") && flag("lf")),
            OnRange(Support::DONTDUMP) => assert!(flag("dd")),
            OnRange(Support::DODUMP) => assert!(!flag("dd")),
            OnRange(Support::WIPEONFORK) => assert!(flag("wf")),
            OnRange(Support::KEEPONFORK) => assert!(!flag("wf")),
            OnRange(Support::DONTFORK) => assert!(flag("dc")),
            OnRange(Support::DOFORK) => assert!(!flag("dc")),
            SetSoftLimit(of) => {
                let [_, hard] = before(of);
                assert_eq!(limit_by_proc(of), limit([soft(), hard]));
            }
            SetLimit(of) => assert_eq!(limit_by_proc(of), limit([soft(), hard()])),
            _ => {
                for of in RESOURCES {
                    assert_eq!(limit_by_proc(of), limit(before(of)));
                }
                assert_eq!(vm_lck_kib(), 0);
            }
        }
    }
}

fn done(answer: Result<c_long, c_int>) -> Answer<()> {
    match answer {
        Ok(_) => Ok(()),
        Err(errno @ (libc::ENOSYS | libc::EOPNOTSUPP)) => unsupported(Some(errno)),
        Err(errno) => refused(errno),
    }
}

fn granted(yes: bool) -> Answer<()> {
    if yes { Ok(()) } else { Err(NOT_GRANTED) }
}

/// Finds the first power of two that the kernel accepts as an address, with the advice
/// that hides memory or, where that is unknown, with one that every kernel knows.
fn page_size_by_system_calls() -> Answer<()> {
    for advice in [libc::MADV_DONTDUMP, libc::MADV_NORMAL] {
        for shift in 12..=20 {
            match SystemCall::Madvise(1 << shift, 0, advice as usize).make() {
                Err(EINVAL) => {}
                answer => return done(answer),
            }
        }
    }
    unsupported(None)
}

/// Whether the flag is granted, by questions that change nothing.
fn grants(flag: Support) -> bool {
    let answer = match flag {
        Support::MLOCK | Support::MLOCK_ONFAULT => {
            let nothing = on_range(flag, 0, 0).make();
            // The kernel checks limit and privilege before it rejects the last page,
            // which wraps.
            nothing.and_then(|_| match on_range(flag, usize::MAX, 1).make() {
                Err(EINVAL) => Ok(0),
                answer => answer,
            })
        }
        Support::LIMIT_MEMLOCK => SystemCall::read_limit(number(Resource::Memlock) as usize).make(),
        Support::LIMIT_CORE => SystemCall::read_limit(number(Resource::Core) as usize).make(),
        Support::DUMPABLE => SystemCall::GetDumpable.make(),
        Support::PAGE_SIZE => return page_size_by_system_calls().is_ok(),
        _ => on_range(flag, 0, 0).make(),
    };
    answer.is_ok()
}
