//! Locks one page, hides it from core dumps, undoes both, and prints after each
//! step what the kernel says of the page.
//!
//! ```text
//! cargo run --example simple
//! ```
//!
//! Exit status 0: done, or the system has no such call. 1: it refuses. Both are said, with
//! what to do about it.

use std::fs;
use std::io::{self, ErrorKind};
use std::process::ExitCode;

use os_memlock::{MAX_PAGE_SIZE, PageRange, Resource};

fn main() -> ExitCode {
    match os_memlock::limit(Resource::Memlock).map(|limit| limit.soft) {
        Ok(Some(bytes)) => println!("limit on locked memory: {} KiB", bytes / 1024),
        Ok(None) => println!("limit on locked memory: none"),
        Err(error) => println!("limit on locked memory: unknown ({error})"),
    }
    println!("in VmFlags, lo is locked and dd is hidden from core dumps");
    match lock_and_unlock() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == ErrorKind::Unsupported => {
            // A program that can do without the lock goes on here, and logs it.
            println!("this system, or its sandbox, has no such call: going on without ({error})");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("refused: {error}\n{}", what_to_do(&error));
            ExitCode::FAILURE
        }
    }
}

/// When a later step fails, the `?` leaves a locked page behind. A program that runs on
/// wants a type with `Drop`, like the example `locked_vec`.
fn lock_and_unlock() -> io::Result<()> {
    let page_size = os_memlock::page_size().unwrap_or(MAX_PAGE_SIZE);
    // However it is aligned, a buffer of this size holds exactly one whole page: nothing else
    // lives there, so that nobody else unlocks it.
    let buffer = vec![0_u8; 2 * page_size - 1];
    let page = PageRange::within(&buffer, page_size).expect("a buffer in the address space");
    let (addr, len) = (page.addr(), page.len());
    println!("a page of {len} bytes at {addr:p}");
    kernel_says("before", page);

    // SAFETY: the page lies within `buffer`, which outlives the lock.
    unsafe { os_memlock::mlock(addr, len) }.inspect_err(|_| {
        // SAFETY: as above, and nobody else has locked this page.
        unsafe { os_memlock::munlock_after_failed_mlock(addr, len) };
    })?;
    kernel_says("mlock", page);

    // SAFETY: as above, and nobody misses the page in a core dump.
    let hidden = unsafe { os_memlock::madvise_dontdump(addr, len) };
    match &hidden {
        Ok(()) => kernel_says("madvise_dontdump", page),
        Err(error) if error.kind() == ErrorKind::Unsupported => println!("not hidden: {error}"),
        Err(_) => return hidden,
    }

    // Here the page may hold a secret, which is wiped before the unlock: see `locked_vec`.

    // SAFETY: as above, and no other lock on this page has to outlive this one.
    unsafe { os_memlock::munlock(addr, len) }?;
    kernel_says("munlock", page);

    if hidden.is_ok() {
        // SAFETY: as above, and nothing on this page is to be hidden any more.
        unsafe { os_memlock::madvise_dodump(addr, len) }?;
        kernel_says("madvise_dodump", page);
    }
    Ok(())
}

fn what_to_do(error: &io::Error) -> &'static str {
    let none_allowed = os_memlock::limit(Resource::Memlock).is_ok_and(|it| it.soft == Some(0));
    match error.kind() {
        // EPERM, which Linux also says for a limit of 0.
        ErrorKind::PermissionDenied if !none_allowed => {
            "a privilege is missing, or a sandbox forbids it: a seccomp profile (docker\n\
             --security-opt seccomp=FILE, SystemCallFilter= in a systemd unit, where @memlock\n\
             has the locks),\n\
             a FreeBSD jail without allow.mlock, an app sandbox"
        }
        // ENOMEM; EAGAIN on macOS, OpenBSD, NetBSD and illumos.
        ErrorKind::PermissionDenied | ErrorKind::OutOfMemory | ErrorKind::WouldBlock => {
            "the limit on locked memory has no room: lock less, or raise it by ulimit -S -l KIB\n\
             up to the hard limit, memlock in limits.conf, LimitMEMLOCK=BYTES in a systemd unit,\n\
             --ulimit memlock=BYTES for a container; on Linux CAP_IPC_LOCK in the initial user\n\
             namespace lifts it"
        }
        _ if cfg!(windows) && error.raw_os_error() == Some(1453) => {
            "the minimum working set is the limit: SetProcessWorkingSetSize raises it"
        }
        _ => "the documentation of each function says what its errors mean",
    }
}

/// Prints how much the process has locked, and the flags of the page's mapping.
fn kernel_says(step: &str, page: PageRange) {
    let (status, smaps) = (proc_self("status"), proc_self("smaps"));
    let locked = status.lines().find_map(|line| line.strip_prefix("VmLck:"));
    // In order of address, each mapping begins with its range, and ends with its flags.
    let end = |line: &str| usize::from_str_radix(line.split(['-', ' ']).nth(1)?, 16).ok();
    let before = |line: &&str| end(line).is_none_or(|end| end <= page.addr().addr());
    let mut lines = smaps.lines().skip_while(before);
    let flags = lines.find_map(|line| line.strip_prefix("VmFlags:"));
    let [locked, flags] = [locked, flags].map(|it| it.map_or("not told by this system", str::trim));
    println!("{step:<17} VmLck: {locked:<7} VmFlags: {flags}");
}

/// Elsewhere than on Linux, under wine for one, the file can be another process's.
fn proc_self(file: &str) -> String {
    let linux = cfg!(any(target_os = "linux", target_os = "android"));
    let text = fs::read_to_string(format!("/proc/self/{file}"));
    text.ok().filter(|_| linux).unwrap_or_default()
}
