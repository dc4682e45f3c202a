//! Who is compared. A call that a subject lacks is `None`.

use core::ffi::c_void;
use core::mem::forget;
use core::ptr::NonNull;
use std::io;

use nix::sys::{mman, mman::MmapAdvise::MADV_DONTDUMP, resource};
use os_memlock::{Resource, raw};
use os_memlock_0_2 as v0_2;

use crate::cell::{Answer, Said};
use crate::common::kernel::page_size;
use crate::common::limits::numbers;
use crate::common::pages::Pages;

pub type RangeCall = fn(*mut c_void, usize) -> Answer<()>;
/// Writes a secret to the place that it is given.
pub type Fill<'a> = &'a dyn Fn(*mut c_void);
/// A secret in memory: where it is, and what frees it.
pub type Kept = (*mut c_void, Box<dyn FnOnce()>);

#[derive(Default)]
pub struct Subject {
    /// On the command line, and with the version at the head of its column.
    pub name: &'static str,
    /// The line of a manifest: the leanest features that have all of the calls below.
    pub dependency: &'static str,
    /// The same for the lock alone, where that is less.
    pub lock_only: Option<&'static str>,
    /// A C library beside libc, which is not everywhere. It is libsodium, which is
    /// documented to switch core files off in release builds.
    pub library: Option<&'static str>,
    /// Rust that is true where `addr` and `len`, a page, were locked.
    pub locks: &'static str,
    pub lock: Option<RangeCall>,
    pub unlock: Option<RangeCall>,
    /// Excludes from core dumps.
    pub hide: Option<RangeCall>,
    /// Reads RLIMIT_MEMLOCK, soft and hard.
    pub limit: Option<fn() -> Answer<[u64; 2]>>,
    /// Allocates for a secret, and has it written there.
    pub allocate: Option<fn(usize, Fill) -> Answer<Kept>>,
    /// Cases, and what their notes say besides.
    pub remarks: &'static [(&'static str, &'static str)],
}

impl Subject {
    /// Locked and excluded from core dumps as far as the subject can: memory of its own
    /// where it allocates, otherwise pages of the caller.
    pub fn keep(&self, len: usize, fill: Fill) -> Answer<Kept> {
        if let Some(allocate) = self.allocate {
            return allocate(len, fill);
        }
        let pages = Pages::new(len / page_size());
        let addr = pages.addr();
        for call in [self.lock, self.hide].into_iter().flatten() {
            call(addr, len)?;
        }
        fill(addr);
        Ok((addr, Box::new(|| drop(pages))))
    }
}

/// A call on a range, which answers a `Result`.
macro_rules! range {
    (|$addr:ident, $len:ident| $call:expr) => {{
        #[allow(unused_unsafe, reason = "some of them are safe functions")]
        // SAFETY: locks and advices change no byte, whatever the range. What the cases
        // unlock is theirs to unlock, and to write, which memsec does.
        const CALL: RangeCall = |$addr, $len| unsafe { $call }.map_err(Said::from);
        Some(CALL)
    }};
}

/// As C does it, which is where memsec ends, too: the error is in errno.
fn done(success: bool) -> io::Result<()> {
    success.then_some(()).ok_or_else(io::Error::last_os_error)
}

#[rustfmt::skip]
pub fn all() -> [Subject; 9] {
    [Subject { name: "raw",
        dependency: r#"os-memlock = { version = "0.3", default-features = false }"#,
        locks: "os_memlock::raw::mlock(addr, len).is_ok()",
        lock: range!(|addr, len| raw::mlock(addr, len)),
        unlock: range!(|addr, len| raw::munlock(addr, len)),
        hide: range!(|addr, len| raw::madvise_dontdump(addr, len)),
        limit: Some(|| Ok(numbers(raw::limit(Resource::Memlock)?).into())), ..Subject::default()
    }, Subject { name: "std",
        dependency: r#"os-memlock = { version = "0.3" }"#,
        locks: "os_memlock::mlock(addr, len).is_ok()",
        lock: range!(|addr, len| os_memlock::mlock(addr, len)),
        unlock: range!(|addr, len| os_memlock::munlock(addr, len)),
        hide: range!(|addr, len| os_memlock::madvise_dontdump(addr, len)),
        limit: Some(|| Ok(numbers(os_memlock::limit(Resource::Memlock)?).into())),
        remarks: &[("errno", "`Error::from_io` gives the code")], ..Subject::default()
    }, Subject { name: "0.2.0",
        dependency: r#"os-memlock = "=0.2.0""#,
        locks: "os_memlock::mlock(addr, len).is_ok()",
        lock: range!(|addr, len| v0_2::mlock(addr, len)),
        unlock: range!(|addr, len| v0_2::munlock(addr, len)),
        hide: range!(|addr, len| v0_2::madvise_dontdump(addr, len)), ..Subject::default()
    }, Subject { name: "libc",
        dependency: r#"libc = { version = "0.2", default-features = false }"#,
        locks: "libc::mlock(addr, len) == 0",
        lock: range!(|addr, len| done(libc::mlock(addr, len) == 0)),
        unlock: range!(|addr, len| done(libc::munlock(addr, len) == 0)),
        hide: range!(|addr, len| done(libc::madvise(addr, len, libc::MADV_DONTDUMP) == 0)),
        limit: Some(|| {
            let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            // SAFETY: the pointer is to a struct of this frame.
            done(unsafe { libc::getrlimit(libc::RLIMIT_MEMLOCK, &raw mut limit) } == 0)?;
            Ok([limit.rlim_cur, limit.rlim_max])
        }), ..Subject::default()
    }, Subject { name: "rustix",
        dependency: r#"rustix = { version = "1.1", default-features = false, features = ["mm", "process"] }"#,
        locks: "rustix::mm::mlock(addr, len).is_ok()",
        lock: range!(|addr, len| rustix::mm::mlock(addr, len)),
        unlock: range!(|addr, len| rustix::mm::munlock(addr, len)),
        hide: range!(|addr, len| rustix::mm::madvise(addr, len, rustix::mm::Advice::LinuxDontDump)),
        limit: Some(|| {
            let limit = rustix::process::getrlimit(rustix::process::Resource::Memlock);
            Ok([limit.current, limit.maximum].map(|it| it.unwrap_or(u64::MAX)))
        }), ..Subject::default()
    }, Subject { name: "nix",
        dependency: r#"nix = { version = "0.32", default-features = false, features = ["mman", "resource"] }"#,
        locks: "nix::sys::mman::mlock(core::ptr::NonNull::new_unchecked(addr), len).is_ok()",
        lock: range!(|addr, len| mman::mlock(NonNull::new(addr).unwrap(), len)),
        unlock: range!(|addr, len| mman::munlock(NonNull::new(addr).unwrap(), len)),
        hide: range!(|addr, len| mman::madvise(NonNull::new(addr).unwrap(), len, MADV_DONTDUMP)),
        limit: Some(|| Ok(resource::getrlimit(resource::Resource::RLIMIT_MEMLOCK)?.into())),
        ..Subject::default()
    }, Subject { name: "region",
        dependency: r#"region = { version = "4", default-features = false }"#,
        locks: "region::lock(addr, len).map(core::mem::forget).is_ok()",
        lock: range!(|addr, len| region::lock(addr, len).map(forget)),
        unlock: range!(|addr, len| region::unlock(addr, len)),
        remarks: &[("zero", "as it documents")], ..Subject::default()
    }, Subject { name: "memsec",
        dependency: r#"memsec = "0.7""#,
        lock_only: Some(r#"memsec = { version = "0.7", default-features = false, features = ["use_os"] }"#),
        locks: "memsec::mlock(addr.cast(), len)",
        // Its lock excludes from core dumps too, but is not documented to.
        lock: range!(|addr, len| done(memsec::mlock(addr.cast(), len))),
        unlock: range!(|addr, len| done(memsec::munlock(addr.cast(), len))),
        allocate: Some(|len, fill| {
            // SAFETY: the memory is used as bytes, and freed at most once.
            let memory = unsafe { memsec::malloc_sized(len) }.ok_or_else(io::Error::last_os_error)?;
            fill(memory.as_ptr().cast());
            // SAFETY: it was allocated above, and nobody else frees it.
            Ok((memory.as_ptr().cast(), Box::new(move || unsafe { memsec::free(memory) })))
        }),
        remarks: &[
            ("unreported", "`malloc` hands out memory without an error; `memsec::mlock` answers `false`"),
            ("errno enosys over_limit limit_of_0", "its answer is `false`, and the code is in errno"),
            ("nothing_else", "it wipes when it unlocks, as libsodium's `sodium_munlock` does"),
            ("neighbour", "with `malloc`"),
        ], ..Subject::default()
    }, Subject { name: "secrets",
        dependency: r#"secrets = "1""#,
        library: Some("libsodium"),
        locks: "{ core::mem::forget(secrets::SecretBox::<[u8; 16]>::zero()); true }",
        #[cfg(feature = "libsodium")]
        allocate: Some(|len, fill| {
            let mut addr = core::ptr::null_mut();
            let secret = secrets::SecretVec::<u8>::new(len, |bytes| {
                addr = bytes.as_mut_ptr().cast();
                fill(addr);
            });
            Ok((addr, Box::new(|| drop(secret))))
        }),
        remarks: &[
            ("unreported", "`SecretVec` hands out memory without an error; `secrets::Secret` is documented to panic"),
            ("core", "it switches core files off in release builds, as it documents"),
        ], ..Subject::default()
    }]
}
