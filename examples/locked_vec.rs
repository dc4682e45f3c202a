//! A buffer for a secret that locks, hides, wipes and unlocks its own pages.
//!
//! ```text
//! cargo run --example locked_vec                  fails where it cannot lock and hide
//! cargo run --example locked_vec -- degrade       goes on there, and says so
//! ```

use std::alloc::{self, Layout};
use std::io::{self, ErrorKind};
use std::ops::{Deref, DerefMut};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::ptr::NonNull;
use std::{env, fmt, fs, slice};

use zeroize::Zeroize;

/// A call that the system refused, and its answer as it came, with its code.
#[derive(Debug)]
struct Refused {
    call: &'static str,
    error: io::Error,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.call, self.error)
    }
}

/// What [`LockedVec::new`] does where the system refuses a protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Policy {
    /// No buffer, but the error: a secret is never held unprotected.
    FailClosed,
    /// A buffer all the same, and [`LockedVec::missing`] tells what it lacks.
    Degrade,
}

/// Bytes on pages of their own, locked into RAM and left out of core dumps.
///
/// * Whole pages, page-aligned: a lock belongs to a page and does not nest, so
///   that a neighbour's unlock on a shared page would undo this one.
/// * Of fixed size: growing would move the secret and leave a copy behind.
/// * Not `Clone`, for the same reason.
struct LockedVec {
    pages: NonNull<u8>,
    layout: Layout,
    len: usize,
    locked: bool,
    hidden: bool,
    missing: Vec<Refused>,
}

// SAFETY: a `LockedVec` is the only owner of its pages, as a `Vec` is; a lock
// belongs to the process and not to the thread that asked for it.
unsafe impl Send for LockedVec {}
// SAFETY: a shared `LockedVec` only gives out shared slices.
unsafe impl Sync for LockedVec {}

impl LockedVec {
    /// `len` zeros, locked and hidden before there is anything to hide.
    fn new(len: usize, policy: Policy) -> Result<Self, Refused> {
        let mut missing = Vec::new();
        // Asked once: `drop` frees by the layout that is kept.
        let page = granted("page_size", os_memlock::page_size(), policy, &mut missing)?;
        let page = page.unwrap_or(os_memlock::MAX_PAGE_SIZE);
        let (pages, layout) = whole_pages(len, page).ok_or_else(|| Refused {
            call: "alloc",
            error: ErrorKind::OutOfMemory.into(),
        })?;

        // From here on an error drops it, which undoes what was done so far.
        let mut new = Self {
            pages,
            layout,
            len,
            locked: false,
            hidden: false,
            missing,
        };
        let (address, size) = (pages.as_ptr().cast(), layout.size());
        // SAFETY: the pages belong to this value alone, and `drop` unlocks them.
        let result = unsafe { os_memlock::mlock(address, size) };
        if result.is_err() {
            // SAFETY: as above, and nobody else has locked these pages.
            unsafe { os_memlock::munlock_after_failed_mlock(address, size) };
        }
        new.locked = granted("mlock", result, policy, &mut new.missing)?.is_some();
        // SAFETY: as above; nothing on these pages has to be in a dump.
        let result = unsafe { os_memlock::madvise_dontdump(address, size) };
        new.hidden = granted("madvise_dontdump", result, policy, &mut new.missing)?.is_some();
        Ok(new)
    }

    /// The calls that were refused, for the caller to log: empty after
    /// [`Policy::FailClosed`].
    fn missing(&self) -> &[Refused] {
        &self.missing
    }
}

/// At least `len` zeros and at least one, on pages of their own.
fn whole_pages(len: usize, page: usize) -> Option<(NonNull<u8>, Layout)> {
    let size = len.max(1).checked_next_multiple_of(page)?;
    let layout = Layout::from_size_align(size, page).ok()?;
    // SAFETY: the size is not 0.
    let pages = NonNull::new(unsafe { alloc::alloc_zeroed(layout) })?;
    Some((pages, layout))
}

/// The policy, in one place: a refused call is an error, or it is remembered.
fn granted<T>(
    call: &'static str,
    result: io::Result<T>,
    policy: Policy,
    missing: &mut Vec<Refused>,
) -> Result<Option<T>, Refused> {
    match (result, policy) {
        (Ok(value), _) => Ok(Some(value)),
        (Err(error), Policy::FailClosed) => Err(Refused { call, error }),
        (Err(error), Policy::Degrade) => {
            missing.push(Refused { call, error });
            Ok(None)
        }
    }
}

impl Drop for LockedVec {
    /// Wipes, then unlocks, then frees: in any other order the secret could be
    /// swapped out, or be handed to the next user of the memory. Unwinding comes
    /// through here too; `abort`, `exit` and `mem::forget` do not.
    fn drop(&mut self) {
        let (address, size) = (self.pages.as_ptr(), self.layout.size());
        // SAFETY: `size` initialised bytes that belong to this value.
        unsafe { slice::from_raw_parts_mut(address, size) }.zeroize();
        // What is undone was done, so that a failure is not to be expected. It
        // would leave zeros locked or hidden, which no secret suffers from.
        if self.hidden {
            // SAFETY: the pages belong to this value, and hold zeros by now.
            let _ = unsafe { os_memlock::madvise_dodump(address.cast(), size) };
        }
        if self.locked {
            // SAFETY: as above, and nobody else has locked these pages.
            let _ = unsafe { os_memlock::munlock(address.cast(), size) };
        }
        // SAFETY: allocated with this layout, and not used after this.
        unsafe { alloc::dealloc(address, self.layout) };
    }
}

impl Deref for LockedVec {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: `len` initialised bytes that belong to this value.
        unsafe { slice::from_raw_parts(self.pages.as_ptr(), self.len) }
    }
}

impl DerefMut for LockedVec {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as for `deref`; the borrow of `self` is unique.
        unsafe { slice::from_raw_parts_mut(self.pages.as_ptr(), self.len) }
    }
}

/// Without the bytes: what is printed ends up in logs.
impl fmt::Debug for LockedVec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockedVec")
            .field("len", &self.len)
            .field("locked", &self.locked)
            .field("hidden", &self.hidden)
            .finish_non_exhaustive()
    }
}

fn main() -> ExitCode {
    let policy = match env::args().nth(1).as_deref() {
        None | Some("fail-closed") => Policy::FailClosed,
        Some("degrade") => Policy::Degrade,
        Some(_) => {
            eprintln!("usage: locked_vec [fail-closed | degrade]");
            return ExitCode::from(2);
        }
    };
    println!("policy: {policy:?}");
    kernel_says("before");
    match hold_a_secret(policy) {
        Ok(()) => ExitCode::SUCCESS,
        Err(refused) => {
            println!("no secret was held: {refused}");
            println!("{}", what_to_do(&refused.error));
            println!("`cargo run --example report` tells what this machine grants");
            ExitCode::FAILURE
        }
    }
}

fn what_to_do(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::Unsupported => "there is no such call here: `degrade` goes on without",
        ErrorKind::PermissionDenied => "the limit on locked memory is 0, or a sandbox forbids it",
        ErrorKind::OutOfMemory | ErrorKind::WouldBlock => {
            "the limit on locked memory has no room: raise it (ulimit -l), or lock less"
        }
        // ERROR_WORKING_SET_QUOTA has no kind of its own.
        _ if cfg!(windows) && error.raw_os_error() == Some(1453) => {
            "the minimum working set has no room: SetProcessWorkingSetSize raises it"
        }
        _ => "the documentation of the function says what its errors mean",
    }
}

fn hold_a_secret(policy: Policy) -> Result<(), Refused> {
    let mut secret = LockedVec::new(32, policy)?;
    for refused in secret.missing() {
        println!("going on without {refused}");
    }
    // The secret is made where it stays. A program reads a key file or the
    // system's random numbers into this slice; a copy elsewhere is not locked.
    for (byte, letter) in secret.iter_mut().zip((b'a'..=b'z').rev().cycle()) {
        *byte = letter;
    }
    println!("holding: {secret:?} at {:p}", secret.as_ptr());
    kernel_says("held");
    drop(secret);
    kernel_says("dropped");

    let mut secret = LockedVec::new(32, policy)?;
    let unwound = panic::catch_unwind(AssertUnwindSafe(move || {
        secret.fill(b'#');
        kernel_says("held again");
        // A panic, without the message of one.
        panic::resume_unwind(Box::new("on purpose"));
    }));
    assert!(unwound.is_err());
    kernel_says("unwound");
    Ok(())
}

/// Prints how much memory of this process the kernel holds locked.
fn kernel_says(when: &str) {
    // Elsewhere, under wine for one, it can be another process's.
    let linux = cfg!(any(target_os = "linux", target_os = "android"));
    let status = linux.then(|| fs::read_to_string("/proc/self/status").ok());
    let status = status.flatten().unwrap_or_default();
    let locked = status.lines().find_map(|line| line.strip_prefix("VmLck:"));
    println!(
        "{when:<11} VmLck: {}",
        locked.map_or("not told by this system", str::trim)
    );
}
