//! Who is compared. A call that a subject lacks is `None`.

use core::{ffi::c_void, mem::forget, ptr::NonNull};
use std::io;

use nix::sys::{mman, mman::MmapAdvise::MADV_DONTDUMP, resource};
use os_memlock::Resource::Memlock;

use crate::cell::{Answer, ask};
use crate::common::{kernel::page_size, limits::numbers, pages::Pages, secret::Secret};

pub type RangeCall = fn(*mut c_void, usize) -> Answer;
pub type ReadLimit = fn() -> Answer<(u64, u64)>;
/// A secret in memory: where it is, and what frees it.
pub type Kept = (*mut c_void, Box<dyn FnOnce()>);
pub type Allocate = fn(usize, &dyn Fn(*mut c_void)) -> Answer<Kept>;

#[derive(Default)]
pub struct Subject {
    pub name: &'static str,
    /// For a manifest: the leanest features that have all of the calls below.
    pub dependency: &'static str,
    /// The same for the lock alone, where that is less.
    pub lock_only: Option<&'static str>,
    /// A C library beside libc, which is not everywhere.
    pub library: Option<&'static str>,
    /// The lock as Rust.
    pub source: &'static str,
    pub lock: Option<RangeCall>,
    pub unlock: Option<RangeCall>,
    /// Excludes from core dumps.
    pub hide: Option<RangeCall>,
    /// Reads RLIMIT_MEMLOCK, soft and hard.
    pub limit: Option<ReadLimit>,
    /// Allocates for a secret, and has it written there.
    pub allocate: Option<Allocate>,
    /// Cases, and what their notes say besides.
    pub remarks: &'static [(&'static str, &'static str)],
}

impl Subject {
    /// A secret, locked and excluded from core dumps as far as the subject can: in memory
    /// of its own where it allocates, otherwise in pages of the caller.
    pub fn keep(&self, len: usize, seed: u64) -> Answer<Kept> {
        // SAFETY: each place is new memory of that many bytes.
        let write = |place| unsafe { Secret::new(seed, len).write(place) };
        if let Some(allocate) = self.allocate {
            return ask(|| allocate(len, &write));
        }
        let pages = Pages::new(len / page_size());
        let addr = pages.addr();
        for call in [self.lock, self.hide].into_iter().flatten() {
            call(addr, len)?;
        }
        write(addr);
        Ok((addr, Box::new(|| drop(pages))))
    }
}

/// A subject with these calls. What they return is forgotten, since region's would unlock.
macro_rules! calls {
    (|$addr:ident, $len:ident| $lock:expr $(, $name:ident: $call:expr)*) => { Subject {
        source: stringify!($lock),
        lock: calls!($addr $len $lock),
        $($name: calls!($addr $len $call),)*
        ..Subject::default()
    }};
    ($addr:ident $len:ident $call:expr) => {{
        #[allow(unused_unsafe, reason = "some of them are safe functions")]
        // SAFETY: locks and advices change no byte, whatever the range. What the cases
        // unlock is theirs to unlock, and to write, which memsec does.
        const CALL: RangeCall = |$addr, $len| ask(|| unsafe { $call }.map(forget));
        Some(CALL)
    }};
}

macro_rules! os_memlock {
    ($($module:ident)::+) => { calls!(|addr, len| $($module)::+::mlock(addr, len),
        unlock: $($module)::+::munlock(addr, len),
        hide: $($module)::+::madvise_dontdump(addr, len)) };
}

/// As C does it, which is where memsec ends, too: the error is in errno.
fn done(success: bool) -> io::Result<()> {
    success.then_some(()).ok_or_else(io::Error::last_os_error)
}

pub fn all() -> [Subject; 9] {
    [
        Subject {
            name: "raw",
            dependency: r#"os-memlock = { version = "0.3", default-features = false }"#,
            limit: Some(|| Ok(numbers(os_memlock::raw::limit(Memlock)?))),
            ..os_memlock!(os_memlock::raw)
        },
        Subject {
            name: "std",
            dependency: r#"os-memlock = { version = "0.3" }"#,
            limit: Some(|| Ok(numbers(os_memlock::limit(Memlock)?))),
            remarks: &[("errno", "`Error::from_io` gives the code")],
            ..os_memlock!(os_memlock)
        },
        Subject {
            name: "0.2.0",
            dependency: r#"os-memlock-0-2 = { package = "os-memlock", version = "=0.2.0" }"#,
            ..os_memlock!(os_memlock_0_2)
        },
        Subject {
            name: "libc",
            dependency: r#"libc = { version = "0.2", default-features = false }"#,
            limit: Some(|| {
                let mut limit = libc::rlimit {
                    rlim_cur: 0,
                    rlim_max: 0,
                };
                // SAFETY: the pointer is to a struct of this frame.
                done(unsafe { libc::getrlimit(libc::RLIMIT_MEMLOCK, &raw mut limit) } == 0)?;
                Ok((limit.rlim_cur, limit.rlim_max))
            }),
            ..calls!(|addr, len| done(libc::mlock(addr, len) == 0),
        unlock: done(libc::munlock(addr, len) == 0),
        hide: done(libc::madvise(addr, len, libc::MADV_DONTDUMP) == 0))
        },
        Subject {
            name: "rustix",
            dependency: r#"rustix = { version = "1.1", default-features = false, features = ["mm", "process"] }"#,
            limit: Some(|| {
                let limit = rustix::process::getrlimit(rustix::process::Resource::Memlock);
                Ok((
                    limit.current.unwrap_or(u64::MAX),
                    limit.maximum.unwrap_or(u64::MAX),
                ))
            }),
            ..calls!(|addr, len| rustix::mm::mlock(addr, len),
        unlock: rustix::mm::munlock(addr, len),
        hide: rustix::mm::madvise(addr, len, rustix::mm::Advice::LinuxDontDump))
        },
        Subject {
            name: "nix",
            dependency: r#"nix = { version = "0.32", default-features = false, features = ["mman", "resource"] }"#,
            limit: Some(|| Ok(resource::getrlimit(resource::Resource::RLIMIT_MEMLOCK)?)),
            ..calls!(|addr, len| nix::sys::mman::mlock(NonNull::new(addr).unwrap(), len),
        unlock: mman::munlock(NonNull::new(addr).unwrap(), len),
        hide: mman::madvise(NonNull::new(addr).unwrap(), len, MADV_DONTDUMP))
        },
        Subject {
            name: "region",
            dependency: r#"region = { version = "4", default-features = false }"#,
            remarks: &[("zero", "as it documents")],
            ..calls!(|addr, len| region::lock(addr, len), unlock: region::unlock(addr, len))
        },
        Subject {
            name: "memsec",
            dependency: r#"memsec = "0.7""#,
            lock_only: Some(
                r#"memsec = { version = "0.7", default-features = false, features = ["use_os"] }"#,
            ),
            allocate: Some(|len, write| {
                // SAFETY: the memory is used as bytes, and freed at most once.
                let memory =
                    unsafe { memsec::malloc_sized(len) }.ok_or_else(io::Error::last_os_error)?;
                write(memory.as_ptr().cast());
                // SAFETY: it was allocated above, and nobody else frees it.
                Ok((
                    memory.as_ptr().cast(),
                    Box::new(move || unsafe { memsec::free(memory) }),
                ))
            }),
            remarks: &[
                (
                    "unreported",
                    "`malloc` hands out memory without an error; `memsec::mlock` answers `false`",
                ),
                (
                    "errno enosys over_limit limit_of_0",
                    "its answer is `false`, and the code is in errno",
                ),
                (
                    "nothing_else",
                    "it wipes when it unlocks, as libsodium's `sodium_munlock` does",
                ),
                ("neighbour", "with `malloc`"),
            ],
            // Its lock excludes from core dumps too, but is not documented to.
            ..calls!(|addr, len| done(memsec::mlock(addr.cast(), len)),
        unlock: done(memsec::munlock(addr.cast(), len)))
        },
        Subject {
            name: "secrets",
            dependency: r#"secrets = "1""#,
            library: Some("libsodium"),
            source: "Some(secrets::SecretBox::<[u8; 16]>::zero()).ok_or(())",
            #[cfg(feature = "libsodium")]
            allocate: Some(|len, write| {
                let mut addr = std::ptr::null_mut();
                let secret = secrets::SecretVec::<u8>::new(len, |bytes| {
                    addr = bytes.as_mut_ptr().cast();
                    write(addr);
                });
                Ok((addr, Box::new(|| drop(secret))))
            }),
            remarks: &[
                (
                    "unreported",
                    "`SecretVec` hands out memory without an error; `secrets::Secret` is documented to panic",
                ),
                (
                    "core",
                    "it switches core files off in release builds, as it documents",
                ),
            ],
            ..Subject::default()
        },
    ]
}
