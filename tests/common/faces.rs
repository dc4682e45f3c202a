//! The two faces of the crate as tables of the same functions, so that a test of
//! one is a test of the other.

use core::ffi::c_void;

use os_memlock::{CoreDumpsDisabledGuard, Error, Limit, Resource, Support};

/// What an error says, whichever face it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: Option<i32>,
    pub unsupported: bool,
}

pub type Answer<T> = Result<T, Refusal>;

/// A call on a range of memory.
pub type RangeCall = fn(*mut c_void, usize) -> Answer<()>;

/// An error of the kernel or of this crate that is not about support.
pub const fn refused<T>(code: i32) -> Answer<T> {
    Err(Refusal {
        code: Some(code),
        unsupported: false,
    })
}

/// An error that says that there is no such call, or no such advice.
pub const fn unsupported<T>(code: Option<i32>) -> Answer<T> {
    Err(Refusal {
        code,
        unsupported: true,
    })
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self {
            code: error.raw_os_error(),
            unsupported: error.is_unsupported(),
        }
    }
}

#[cfg(feature = "std")]
impl From<std::io::Error> for Refusal {
    fn from(error: std::io::Error) -> Self {
        let ours = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Error>());
        Self {
            code: error
                .raw_os_error()
                .or_else(|| ours.and_then(|ours| ours.raw_os_error())),
            unsupported: error.kind() == std::io::ErrorKind::Unsupported,
        }
    }
}

/// The functions of one face.
pub struct Face {
    pub name: &'static str,
    pub mlock: RangeCall,
    pub munlock: RangeCall,
    pub mlock_onfault: RangeCall,
    pub madvise_dontdump: RangeCall,
    pub madvise_dodump: RangeCall,
    pub madvise_wipeonfork: RangeCall,
    pub madvise_keeponfork: RangeCall,
    pub madvise_dontfork: RangeCall,
    pub madvise_dofork: RangeCall,
    pub disable_core_dumps_for_process: fn() -> Answer<()>,
    pub disable_core_dumps_with_guard: fn() -> Answer<CoreDumpsDisabledGuard>,
    pub limit: fn(Resource) -> Answer<Limit>,
    pub set_soft_limit: fn(Resource, Option<u64>) -> Answer<Limit>,
    pub set_limit: fn(Resource, Limit) -> Answer<()>,
    pub process_dumpable: fn() -> Answer<bool>,
    pub set_process_dumpable: fn(bool) -> Answer<()>,
    pub page_size: fn() -> Answer<usize>,
    pub supported: fn() -> Support,
    pub probe: fn(Support) -> Support,
}

macro_rules! on_range {
    ($call:path) => {
        // SAFETY: no call of the crate changes a byte of this process, whatever
        // the range; the tests ask for what it changes for a child or a dump.
        |addr, len| unsafe { $call(addr, len) }.map_err(Refusal::from)
    };
}

macro_rules! face {
    ($name:literal, $module:ident) => {
        Face {
            name: $name,
            mlock: on_range!($module::mlock),
            munlock: on_range!($module::munlock),
            mlock_onfault: on_range!($module::mlock_onfault),
            madvise_dontdump: on_range!($module::madvise_dontdump),
            madvise_dodump: on_range!($module::madvise_dodump),
            madvise_wipeonfork: on_range!($module::madvise_wipeonfork),
            madvise_keeponfork: on_range!($module::madvise_keeponfork),
            madvise_dontfork: on_range!($module::madvise_dontfork),
            madvise_dofork: on_range!($module::madvise_dofork),
            disable_core_dumps_for_process: || {
                $module::disable_core_dumps_for_process().map_err(Refusal::from)
            },
            disable_core_dumps_with_guard: || {
                $module::disable_core_dumps_with_guard().map_err(Refusal::from)
            },
            limit: |resource| $module::limit(resource).map_err(Refusal::from),
            set_soft_limit: |resource, soft| {
                $module::set_soft_limit(resource, soft).map_err(Refusal::from)
            },
            set_limit: |resource, limit| $module::set_limit(resource, limit).map_err(Refusal::from),
            process_dumpable: || $module::process_dumpable().map_err(Refusal::from),
            set_process_dumpable: |on| $module::set_process_dumpable(on).map_err(Refusal::from),
            page_size: || $module::page_size().map_err(Refusal::from),
            supported: $module::supported,
            probe: $module::probe,
        }
    };
}

use os_memlock::raw;

/// The `no_std` core, and with feature `std` the root.
pub const FACES: &[Face] = &[
    face!("raw", raw),
    #[cfg(feature = "std")]
    face!("std", os_memlock),
];

impl Face {
    /// Every call on a range, with its name and its flag.
    pub const fn range_calls(&self) -> [(&'static str, Support, RangeCall); 9] {
        [
            ("mlock", Support::MLOCK, self.mlock),
            ("munlock", Support::MUNLOCK, self.munlock),
            ("mlock_onfault", Support::MLOCK_ONFAULT, self.mlock_onfault),
            ("madvise_dontdump", Support::DONTDUMP, self.madvise_dontdump),
            ("madvise_dodump", Support::DODUMP, self.madvise_dodump),
            (
                "madvise_wipeonfork",
                Support::WIPEONFORK,
                self.madvise_wipeonfork,
            ),
            (
                "madvise_keeponfork",
                Support::KEEPONFORK,
                self.madvise_keeponfork,
            ),
            ("madvise_dontfork", Support::DONTFORK, self.madvise_dontfork),
            ("madvise_dofork", Support::DOFORK, self.madvise_dofork),
        ]
    }
}
