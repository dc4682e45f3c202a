//! A buffer for a secret that locks, hides, wipes and unlocks its own pages.
//!
//! ```text
//! cargo run --example locked_vec               fails where it cannot lock and hide
//! cargo run --example locked_vec -- degrade    goes on there, and says so
//! ```

use std::io::{self, ErrorKind};
use std::ops::{Deref, DerefMut};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::{env, fmt, fs};

use os_memlock::{MAX_PAGE_SIZE, PageRange};
use zeroize::Zeroize;

/// A call that the system refused, and its answer.
type Refused = (&'static str, io::Error);

/// What [`LockedVec::new`] does where the system refuses a protection.
#[derive(Clone, Copy)]
enum Policy {
    /// No buffer, but the error: a secret is never held unprotected.
    FailClosed,
    /// A buffer all the same, and [`LockedVec::missing`] tells what it lacks.
    Degrade,
}

/// Bytes on pages of their own, locked into RAM and left out of core dumps.
///
/// * Whole pages: a lock belongs to a page and does not nest, so that a neighbour's unlock
///   on a shared page would undo this one.
/// * Neither growing nor `Clone`: both would leave copies behind.
/// * `Send` and `Sync`: a lock belongs to the process and not to a thread.
struct LockedVec {
    buffer: Box<[u8]>,
    /// Where in the buffer its whole pages begin, and how many bytes they are.
    first: usize,
    size: usize,
    len: usize,
    locked: bool,
    hidden: bool,
    /// The calls that were refused, for the caller to log.
    missing: Vec<Refused>,
}

impl LockedVec {
    /// `len` zeros, locked and hidden before there is anything to hide.
    fn new(len: usize, policy: Policy) -> Result<Self, Refused> {
        let page = os_memlock::page_size().unwrap_or(MAX_PAGE_SIZE);
        let size = len.max(1).next_multiple_of(page);
        // However it is aligned, it holds that many bytes on whole pages.
        let buffer = vec![0; size + page - 1].into_boxed_slice();
        let pages = PageRange::within(&buffer, page).expect("a buffer in the address space");
        let first = pages.addr().addr() - buffer.as_ptr().addr();
        // From here on an error drops it, which undoes what was done so far.
        let mut new = Self {
            buffer,
            first,
            size,
            len,
            locked: false,
            hidden: false,
            missing: Vec::new(),
        };
        // SAFETY: the pages belong to this value alone, and `drop` unlocks them.
        let result = unsafe { os_memlock::mlock(pages.addr(), size) };
        if result.is_err() {
            // SAFETY: as above, and nobody else has locked these pages.
            unsafe { os_memlock::munlock_after_failed_mlock(pages.addr(), size) };
        }
        new.locked = new.granted("mlock", result, policy)?;
        // SAFETY: as above; nothing on these pages has to be in a dump.
        let result = unsafe { os_memlock::madvise_dontdump(pages.addr(), size) };
        new.hidden = new.granted("madvise_dontdump", result, policy)?;
        Ok(new)
    }

    /// The policy, in one place: a refused call is an error, or it is remembered.
    fn granted(
        &mut self,
        call: &'static str,
        result: io::Result<()>,
        policy: Policy,
    ) -> Result<bool, Refused> {
        match (result, policy) {
            (Ok(()), _) => Ok(true),
            (Err(error), Policy::FailClosed) => Err((call, error)),
            (Err(error), Policy::Degrade) => {
                self.missing.push((call, error));
                Ok(false)
            }
        }
    }
}

impl Drop for LockedVec {
    /// Wipes, then unlocks; the buffer is freed after this. In any other order the secret
    /// could be swapped out, or handed to the memory's next owner. Unwinding comes
    /// through here too; `abort`, `exit` and `mem::forget` do not.
    fn drop(&mut self) {
        self.buffer.zeroize();
        let addr = self.buffer[self.first..].as_mut_ptr().cast();
        // Should a call fail, it leaves zeros locked or hidden.
        if self.hidden {
            // SAFETY: the pages belong to this value, and hold zeros by now.
            let _ = unsafe { os_memlock::madvise_dodump(addr, self.size) };
        }
        if self.locked {
            // SAFETY: as above, and nobody else has locked these pages.
            let _ = unsafe { os_memlock::munlock(addr, self.size) };
        }
    }
}

impl Deref for LockedVec {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.buffer[self.first..][..self.len]
    }
}

impl DerefMut for LockedVec {
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.buffer[self.first..][..self.len]
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
    let policy = match env::args_os().nth(1) {
        None => Policy::FailClosed,
        Some(word) if word == "degrade" => Policy::Degrade,
        Some(_) => {
            eprintln!("usage: locked_vec [degrade]");
            return ExitCode::from(2);
        }
    };
    kernel_says("before");
    match hold_a_secret(policy) {
        Ok(()) => ExitCode::SUCCESS,
        Err((call, error)) => {
            println!("no secret was held: {call}: {error}");
            println!("{}", what_to_do(&error));
            ExitCode::FAILURE
        }
    }
}

fn what_to_do(error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::Unsupported => "there is no such call here: `degrade` goes on without",
        ErrorKind::PermissionDenied => {
            "the limit on locked memory is 0, a sandbox forbids it, or a privilege is missing"
        }
        ErrorKind::OutOfMemory | ErrorKind::WouldBlock => {
            "the limit on locked memory has no room: raise it, or lock less"
        }
        _ => "the documentation of the function says what its errors mean",
    }
}

fn hold_a_secret(policy: Policy) -> Result<(), Refused> {
    let mut secret = LockedVec::new(32, policy)?;
    for (call, error) in &secret.missing {
        println!("going on without {call}: {error}");
    }
    // Made where it stays, read from a key file for one: a copy elsewhere is not locked.
    secret.fill(b'#');
    println!("holding: {secret:?} at {:p}", secret.as_ptr());
    kernel_says("held");
    drop(secret);
    kernel_says("dropped");

    let mut secret = LockedVec::new(32, policy)?;
    let _ = panic::catch_unwind(AssertUnwindSafe(move || {
        secret.fill(b'#');
        kernel_says("held again");
        // A panic, without the message of one.
        panic::resume_unwind(Box::new("on purpose"));
    }));
    kernel_says("unwound");
    Ok(())
}

/// Prints how much memory of this process Linux holds locked.
fn kernel_says(when: &str) {
    // Elsewhere, under wine for one, it can be another process's.
    let linux = cfg!(any(target_os = "linux", target_os = "android"));
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines().filter(|_| linux);
    let locked = lines.find(|line| line.starts_with("VmLck:"));
    let locked = locked.unwrap_or("VmLck: not told by this system");
    println!("{when:<11} {locked}");
}
