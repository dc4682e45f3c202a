//! The calls on ranges, through either face of the crate.

use std::ffi::c_void;
use std::ptr;

use arbitrary::Arbitrary;

/// A function of the crate that takes a range.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Mlock,
    Munlock,
    MlockOnfault,
    DontDump,
    DoDump,
    WipeOnFork,
    KeepOnFork,
    DontFork,
    DoFork,
}

/// What a call answered: the errno, and whether the error says "unsupported".
pub type Answer = Result<(), (Option<i32>, bool)>;

type Lock<E> = unsafe fn(*const c_void, usize) -> Result<(), E>;
type Advise<E> = unsafe fn(*mut c_void, usize) -> Result<(), E>;

enum Function<E> {
    Lock(Lock<E>),
    Advise(Advise<E>),
}

impl Call {
    pub fn is_lock(self) -> bool {
        matches!(self, Self::Mlock | Self::Munlock | Self::MlockOnfault)
    }

    /// Makes the call through `os_memlock::raw`.
    pub fn raw(self, addr: usize, len: usize) -> Answer {
        use os_memlock::raw;
        let function = match self {
            Self::Mlock => Function::Lock(raw::mlock),
            Self::Munlock => Function::Lock(raw::munlock),
            Self::MlockOnfault => Function::Lock(raw::mlock_onfault),
            Self::DontDump => Function::Advise(raw::madvise_dontdump),
            Self::DoDump => Function::Advise(raw::madvise_dodump),
            Self::WipeOnFork => Function::Advise(raw::madvise_wipeonfork),
            Self::KeepOnFork => Function::Advise(raw::madvise_keeponfork),
            Self::DontFork => Function::Advise(raw::madvise_dontfork),
            Self::DoFork => Function::Advise(raw::madvise_dofork),
        };
        make(function, addr, len).map_err(|error| (error.raw_os_error(), error.is_unsupported()))
    }

    /// Makes the call through the functions at the root of `os_memlock`.
    pub fn std(self, addr: usize, len: usize) -> Answer {
        let function = match self {
            Self::Mlock => Function::Lock(os_memlock::mlock),
            Self::Munlock => Function::Lock(os_memlock::munlock),
            Self::MlockOnfault => Function::Lock(os_memlock::mlock_onfault),
            Self::DontDump => Function::Advise(os_memlock::madvise_dontdump),
            Self::DoDump => Function::Advise(os_memlock::madvise_dodump),
            Self::WipeOnFork => Function::Advise(os_memlock::madvise_wipeonfork),
            Self::KeepOnFork => Function::Advise(os_memlock::madvise_keeponfork),
            Self::DontFork => Function::Advise(os_memlock::madvise_dontfork),
            Self::DoFork => Function::Advise(os_memlock::madvise_dofork),
        };
        make(function, addr, len).map_err(|error| {
            (
                error.raw_os_error(),
                error.kind() == std::io::ErrorKind::Unsupported,
            )
        })
    }
}

fn make<E>(function: Function<E>, addr: usize, len: usize) -> Result<(), E> {
    let ptr = ptr::with_exposed_provenance_mut(addr);
    match function {
        // SAFETY: `Range` gives ranges that meet no memory but the arena's, which
        // holds no Rust object, or that the crate does not pass on.
        Function::Lock(call) => unsafe { call(ptr, len) },
        // SAFETY: as above.
        Function::Advise(call) => unsafe { call(ptr, len) },
    }
}
