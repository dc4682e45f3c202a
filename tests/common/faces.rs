//! The two faces of the crate as tables of the same functions, so that a test of
//! one is a test of the other.

use core::ffi::c_void;

use os_memlock::{CoreDumpsDisabledGuard, Error, Limit, Resource, Support, raw};

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

/// Defines [`Face`] and [`FACES`] from the one list of the crate's functions. Each
/// is coerced to the signature that the list gives, so that the faces cannot differ
/// in a name, an argument or a result without an error of the compiler.
macro_rules! faces {
    (
        $(unsafe fn $range:ident(*$pointer:tt c_void, usize): $flag:ident;)+
        $(fn $other:ident($($argument:ident: $type:ty),*) -> $answer:ty;)+
    ) => {
        /// The functions of one face.
        pub struct Face {
            pub name: &'static str,
            $(pub $range: RangeCall,)+
            $(pub $other: fn($($type),*) -> Answer<$answer>,)+
            pub munlock_after_failed_mlock: fn(*mut c_void, usize),
            pub supported: fn() -> Support,
            pub probe: fn(Support) -> Support,
        }

        impl Face {
            /// The names of all functions, in the order of the list.
            pub const FUNCTIONS: &[&str] = &[
                $(stringify!($range),)+
                $(stringify!($other),)+
                "munlock_after_failed_mlock",
                "supported",
                "probe",
            ];

            /// Every call on a range, with its name and its flag.
            pub const fn range_calls(&self) -> [(&'static str, Support, RangeCall); 9] {
                [$((stringify!($range), Support::$flag, self.$range)),+]
            }

            /// Those that this system has.
            pub fn own_range_calls(&self) -> Vec<(&'static str, Support, RangeCall)> {
                let mut calls = Vec::from(self.range_calls());
                calls.retain(|call| (self.supported)().contains(call.1));
                calls
            }
        }

        macro_rules! face {
            ($name:literal, $module:ident, $result:ident) => {
                Face {
                    name: $name,
                    $($range: |addr, len| {
                        const CALL: unsafe fn(*$pointer c_void, usize) -> $result<()> =
                            $module::$range;
                        // SAFETY: no call of the crate changes a byte of this process,
                        // whatever the range; the tests ask for what it changes for a
                        // child or a dump.
                        unsafe { CALL(addr, len) }.map_err(Refusal::from)
                    },)+
                    $($other: |$($argument),*| {
                        const CALL: fn($($type),*) -> $result<$answer> = $module::$other;
                        CALL($($argument),*).map_err(Refusal::from)
                    },)+
                    munlock_after_failed_mlock: |addr, len| {
                        // SAFETY: as above.
                        unsafe { $module::munlock_after_failed_mlock(addr, len) }
                    },
                    supported: $module::supported,
                    probe: $module::probe,
                }
            };
        }

        type RawResult<T> = raw::Result<T>;
        #[cfg(feature = "std")]
        type StdResult<T> = std::io::Result<T>;

        /// The `no_std` core, and with feature `std` the root.
        pub const FACES: &[Face] = &[
            face!("raw", raw, RawResult),
            #[cfg(feature = "std")]
            face!("std", os_memlock, StdResult),
        ];
    };
}

faces! {
    unsafe fn mlock(*const c_void, usize): MLOCK;
    unsafe fn munlock(*const c_void, usize): MUNLOCK;
    unsafe fn mlock_onfault(*const c_void, usize): MLOCK_ONFAULT;
    unsafe fn madvise_dontdump(*mut c_void, usize): DONTDUMP;
    unsafe fn madvise_dodump(*mut c_void, usize): DODUMP;
    unsafe fn madvise_wipeonfork(*mut c_void, usize): WIPEONFORK;
    unsafe fn madvise_keeponfork(*mut c_void, usize): KEEPONFORK;
    unsafe fn madvise_dontfork(*mut c_void, usize): DONTFORK;
    unsafe fn madvise_dofork(*mut c_void, usize): DOFORK;
    fn disable_core_dumps_for_process() -> ();
    fn disable_core_dumps_with_guard() -> CoreDumpsDisabledGuard;
    fn limit(resource: Resource) -> Limit;
    fn set_soft_limit(resource: Resource, soft: Option<u64>) -> Limit;
    fn set_limit(resource: Resource, limit: Limit) -> ();
    fn process_dumpable() -> bool;
    fn set_process_dumpable(dumpable: bool) -> ();
    fn page_size() -> usize;
}
