//! The functions of the crate, and what the kernel shows of the effect of each.

use os_memlock::{Limit, Resource, Support};

use crate::common::faces::{Answer, FACES, Face, unsupported};
use crate::common::kernel::{has_flag, page_size, vm_lck_kib};
use crate::common::limits::{RESOURCES, limit_by_proc, set_rlimit};
use crate::common::pages::Pages;

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
    /// Asks about one flag: granted is `Ok`, and not granted an error like no other.
    Probe(Support),
    /// Asks about everything, which must grant just this.
    ProbeAll(Support),
}
use Function::*;

/// The limits before a function is called, soft and hard. Some of the processes are killed,
/// and a core limit of 0 would not stop a core handler, which another case may watch.
fn before(resource: Resource) -> [u64; 2] {
    let page = page_size() as u64;
    match resource {
        Resource::Core => [1, 3 * page],
        Resource::Memlock => [2 * page, 3 * page],
        other => panic!("no limits for {other:?}"),
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

/// The function of the face on a range with this flag.
fn on_range(face: &Face, flag: Support, page: &Pages) -> Answer<()> {
    let calls = face.own_range_calls();
    let (.., call) = calls.iter().find(|it| it.1 == flag).unwrap();
    call(page.addr(), page.len())
}

/// Sets the limits that the functions start from.
pub(crate) fn set_the_stage() {
    for resource in RESOURCES {
        let [soft, hard] = before(resource);
        set_rlimit(resource, soft, hard);
    }
}

impl Function {
    /// What the function with this name is asked to do; `probe` has to grant this much.
    pub(crate) fn named(name: &str, granted: Support) -> Vec<Self> {
        match name {
            "limit" => RESOURCES.map(ReadLimit).into(),
            "set_soft_limit" => RESOURCES.map(SetSoftLimit).into(),
            "set_limit" => RESOURCES.map(SetLimit).into(),
            "process_dumpable" => vec![ProcessDumpable],
            "set_process_dumpable" => [false, true].map(SetProcessDumpable).into(),
            "page_size" => vec![PageSize],
            "probe" => vec![ProbeAll(granted)],
            _ => {
                let mut calls = FACES[0].range_calls().into_iter();
                vec![OnRange(
                    calls.find(|it| it.0 == name).expect("a function").1,
                )]
            }
        }
    }

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
        on_range(&FACES[0], opposite, page).expect("no filter is there yet");
    }

    pub(crate) fn call(self, face: &Face, page: &Pages) -> Answer<()> {
        match self {
            OnRange(flag) => on_range(face, flag, page),
            ReadLimit(resource) => {
                (face.limit)(resource).map(|is| assert_eq!(is, limit(before(resource))))
            }
            SetSoftLimit(resource) => (face.set_soft_limit)(resource, Some(soft()))
                .map(|was| assert_eq!(was, limit(before(resource)))),
            SetLimit(resource) => (face.set_limit)(resource, limit([soft(), hard()])),
            ProcessDumpable => (face.process_dumpable)().map(|it| assert!(it)),
            SetProcessDumpable(on) => (face.set_process_dumpable)(on),
            PageSize => (face.page_size)().map(|size| assert_eq!(size, page_size())),
            Probe(flag) if (face.probe)(flag) == flag => Ok(()),
            Probe(_) => unsupported(None),
            ProbeAll(expected) => {
                assert_eq!((face.probe)(Support::all()), expected);
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
