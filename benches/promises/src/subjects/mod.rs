//! Who is compared. A call that a subject lacks is `None`.

mod libc;
mod memsec;
mod nix;
mod os_memlock;
mod region;
mod rustix;
mod secrets;
mod v0_2;

use core::ffi::{c_int, c_void};

use crate::cases::Case;
use crate::cell::{Answer, Fault, attempt};
use crate::common::kernel::page_size;
use crate::common::pages::Pages;

pub type RangeCall = fn(*mut c_void, usize) -> Answer<()>;

/// Writes a secret to the place that it is given.
pub type Fill<'a> = &'a dyn Fn(*mut c_void);

pub struct Subject {
    /// On the command line, and with the version at the head of its column.
    pub name: &'static str,
    /// The package, and how its version begins.
    pub package: (&'static str, &'static str),
    /// The line of a manifest: the leanest features that have all of the calls below.
    pub dependency: &'static str,
    /// The same for the lock alone, where that is less.
    pub lock_only: Option<&'static str>,
    /// A C library beside libc; it is libsodium, which is not everywhere.
    pub library: Option<&'static str>,
    /// Rust that is true where `addr` and `len`, a page, were locked.
    pub locks: &'static str,
    pub lock: Option<RangeCall>,
    pub unlock: Option<RangeCall>,
    /// Excludes from core dumps.
    pub hide: Option<RangeCall>,
    /// Reads RLIMIT_MEMLOCK, soft and hard.
    pub limit: Option<fn() -> Answer<[u64; 2]>>,
    /// Documented to switch core files off, in release builds.
    pub disables_core_files: bool,
    /// Allocates for a secret, and writes it.
    pub allocate: Option<fn(usize, Fill) -> Answer<Kept>>,
}

/// A secret in memory.
pub struct Kept {
    pub addr: *mut c_void,
    pub free: Box<dyn FnOnce()>,
}

pub static ALL: [Subject; 9] = [
    os_memlock::RAW,
    os_memlock::STD,
    v0_2::SUBJECT,
    libc::SUBJECT,
    rustix::SUBJECT,
    nix::SUBJECT,
    region::SUBJECT,
    memsec::SUBJECT,
    secrets::SUBJECT,
];

/// Subject, cases, and what the note of the cell says besides.
#[rustfmt::skip]
const REMARKS: [(&str, &str, &str); 8] = [
    ("std", "errno", "`Error::from_io` gives the code"),
    ("region", "zero", "as it documents"),
    ("memsec", "unreported", "`malloc` hands out memory without an error; `memsec::mlock` answers `false`"),
    ("memsec", "errno enosys over_limit limit_of_0", "its answer is `false`, and the code is in errno"),
    ("memsec", "nothing_else", "it wipes when it unlocks, as libsodium's `sodium_munlock` does"),
    ("memsec", "neighbour", "with `malloc`"),
    ("secrets", "unreported", "`SecretVec` hands out memory without an error; `secrets::Secret` is documented to panic"),
    ("secrets", "core", "it switches core files off in release builds, as it documents"),
];

pub fn remark(case: &Case, subject: &Subject) -> Option<&'static str> {
    let mut all = REMARKS.iter();
    let of = |cases: &str| cases.split(' ').any(|it| it == case.name);
    let found = all.find(|it| it.0 == subject.name && of(it.1))?;
    Some(found.2)
}

/// One without calls.
const NOTHING: Subject = Subject {
    name: "",
    package: ("", ""),
    dependency: "",
    lock_only: None,
    library: None,
    locks: "",
    lock: None,
    unlock: None,
    hide: None,
    limit: None,
    disables_core_files: false,
    allocate: None,
};

/// A call on a range.
macro_rules! range {
    (|$addr:ident, $len:ident| $call:expr) => {{
        #[allow(unused_unsafe, reason = "some of them are safe functions")]
        const CALL: crate::subjects::RangeCall = |$addr, $len| {
            // SAFETY: locks and advices change no byte, whatever the range. What the cases
            // unlock is theirs to unlock, and to write, which memsec does.
            crate::subjects::Said::said(unsafe { $call })
        };
        Some(CALL)
    }};
}
use range;

/// What a call returns, as an answer.
trait Said {
    fn said(self) -> Answer<()>;
}

impl<E> Said for Result<(), E>
where
    Fault: From<E>,
{
    fn said(self) -> Answer<()> {
        self.map_err(Fault::from)
    }
}

/// As C does it: the error is in errno.
impl Said for c_int {
    fn said(self) -> Answer<()> {
        (self == 0)
            .then_some(())
            .ok_or_else(|| std::io::Error::last_os_error().into())
    }
}

impl Subject {
    /// The crate that the table is about.
    pub fn is_ours(&self) -> bool {
        self.dependency.contains("ROOT")
    }

    /// Locked and excluded from core dumps as far as the subject can: memory of its own
    /// where it allocates, otherwise pages of the caller.
    pub fn keep(&self, len: usize, fill: Fill) -> Answer<Kept> {
        if let Some(allocate) = self.allocate {
            return attempt(|| allocate(len, fill));
        }
        let pages = Pages::new(len / page_size());
        for call in [self.lock, self.hide].into_iter().flatten() {
            attempt(|| call(pages.addr(), len))?;
        }
        fill(pages.addr());
        Ok(Kept {
            addr: pages.addr(),
            free: Box::new(|| drop(pages)),
        })
    }
}
