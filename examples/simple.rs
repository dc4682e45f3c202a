//! Locks one page, hides it from core dumps, undoes both, and prints after each
//! step what the kernel itself says of the page.
//!
//! ```text
//! cargo run --example simple
//! ```
//!
//! Exit status 0: done, or the system has no such call and that was said.
//! Exit status 1: the system refuses; why, and what to do about it, was said.

use std::fs;
use std::io::{self, ErrorKind};
use std::process::ExitCode;

use os_memlock::{PageRange, Resource};

fn main() -> ExitCode {
    println!("limit on locked memory: {}", limit());
    println!("in VmFlags, lo is locked and dd is excluded from core dumps");
    match lock_and_unlock() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            // A program that can do without the lock goes on here, and logs it.
            println!("not locked: {error}");
            println!("this system, or its sandbox, has no such call: going on without");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("refused: {error}");
            println!("{}", what_to_do(&error));
            ExitCode::FAILURE
        }
    }
}

/// The `?` leaves a locked page behind when a later step fails. A program that
/// runs on after that wants a type with `Drop`: see the example `locked_vec`.
fn lock_and_unlock() -> io::Result<()> {
    let page_size = os_memlock::page_size()?;
    // However it is aligned, a buffer of this size holds exactly one whole page.
    // Nothing else lives on that page, so that nobody else can unlock it.
    let buffer = vec![0_u8; 2 * page_size - 1];
    let page = PageRange::within(&buffer, page_size)
        .expect("the page size is a power of two and the buffer is in the address space");
    let (addr, len) = (page.addr(), page.len());
    println!("a page of {len} bytes at {addr:p}");
    kernel_says("before", addr.addr());

    // SAFETY: the page lies within `buffer`, which outlives the lock.
    unsafe { os_memlock::mlock(addr, len) }.inspect_err(|_| {
        // SAFETY: as above, and nobody else has locked this page.
        unsafe { os_memlock::munlock_after_failed_mlock(addr, len) };
    })?;
    kernel_says("mlock", addr.addr());

    // SAFETY: as above, and nobody else minds that the page is not in a dump.
    let hidden = match unsafe { os_memlock::madvise_dontdump(addr, len) } {
        Ok(()) => {
            kernel_says("madvise_dontdump", addr.addr());
            true
        }
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            println!("not hidden from core dumps: {error}");
            false
        }
        Err(error) => return Err(error),
    };

    // From here on the page may hold a secret. It is wiped before it is unlocked;
    // a program takes the zeroize crate for that, as `locked_vec` does.

    // SAFETY: as above, and no other lock on this page has to outlive this one.
    unsafe { os_memlock::munlock(addr, len) }?;
    kernel_says("munlock", addr.addr());

    if hidden {
        // SAFETY: as above, and nothing on this page is to be hidden any more.
        unsafe { os_memlock::madvise_dodump(addr, len) }?;
        kernel_says("madvise_dodump", addr.addr());
    }
    Ok(())
}

fn what_to_do(error: &io::Error) -> &'static str {
    let none_allowed = os_memlock::limit(Resource::Memlock).is_ok_and(|it| it.soft == Some(0));
    match error.kind() {
        // EPERM. Linux says so for a limit of 0 too.
        ErrorKind::PermissionDenied if !none_allowed => {
            "A privilege is missing, or a sandbox forbids the call: a seccomp profile\n\
             (docker --security-opt seccomp=FILE, systemd SystemCallFilter=@memlock),\n\
             a FreeBSD jail without allow.mlock, an app sandbox."
        }
        // ENOMEM; EAGAIN on macOS, OpenBSD, NetBSD and illumos.
        ErrorKind::PermissionDenied | ErrorKind::OutOfMemory | ErrorKind::WouldBlock => {
            "This is more than the limit on locked memory allows. Lock less, or raise it:\n\
             ulimit -l KIB in the shell, up to the hard limit; memlock in limits.conf;\n\
             LimitMEMLOCK=BYTES in a systemd unit; --ulimit memlock=BYTES for a container.\n\
             On Linux CAP_IPC_LOCK in the initial user namespace lifts the limit."
        }
        // ERROR_WORKING_SET_QUOTA has no kind of its own.
        _ if cfg!(windows) && error.raw_os_error() == Some(1453) => {
            "The minimum working set is the limit: SetProcessWorkingSetSize raises it."
        }
        _ => "The documentation of each function says what its errors mean.",
    }
}

/// The soft limit, in the unit of `ulimit -l`.
fn limit() -> String {
    match os_memlock::limit(Resource::Memlock).map(|limit| limit.soft) {
        Ok(Some(bytes)) => format!("{} KiB", bytes / 1024),
        Ok(None) => "none".into(),
        Err(error) => format!("unknown ({error})"),
    }
}

/// Prints how much the process has locked, and the flags of the page's mapping:
/// `lo` is locked, `dd` is hidden from core dumps.
fn kernel_says(step: &str, addr: usize) {
    let unknown = || "not told by this system".to_owned();
    let locked = locked_memory().unwrap_or_else(unknown);
    let flags = mapping_flags(addr).unwrap_or_else(unknown);
    println!("{step:<17} VmLck: {locked:<7} VmFlags: {flags}");
}

/// A file of Linux's /proc. Elsewhere, under wine for one, it can be another
/// process's.
fn proc_self(file: &str) -> Option<String> {
    let linux = cfg!(any(target_os = "linux", target_os = "android"));
    linux.then(|| fs::read_to_string(format!("/proc/self/{file}")).ok())?
}

fn locked_memory() -> Option<String> {
    let status = proc_self("status")?;
    status
        .lines()
        .find_map(|line| Some(line.strip_prefix("VmLck:")?.trim().to_owned()))
}

/// The first line of a mapping in smaps is its range, the last one its `VmFlags`.
fn mapping_flags(addr: usize) -> Option<String> {
    let smaps = proc_self("smaps")?;
    let mut within = false;
    for line in smaps.lines() {
        let hex = |digits| usize::from_str_radix(digits, 16);
        let range = line
            .split(' ')
            .next()
            .and_then(|first| first.split_once('-'));
        match range.map(|(start, end)| (hex(start), hex(end))) {
            Some((Ok(start), Ok(end))) => within = (start..end).contains(&addr),
            _ if within && line.starts_with("VmFlags:") => {
                return Some(line["VmFlags:".len()..].trim().to_owned());
            }
            _ => {}
        }
    }
    None
}
