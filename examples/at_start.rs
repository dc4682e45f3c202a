//! What a program asks before its first secret: what the kernel grants, whether the limit
//! binds, whether the memory fits, or was refused by the limit, and whether core dumps are off.
//!
//! ```text
//! cargo run --example at_start -- 33554432
//! ```
//!
//! Exit status 0: that many bytes can be locked. 1: they cannot. 2: another argument.

use std::io::ErrorKind;
use std::process::ExitCode;
use std::{env, fs};

use os_memlock::raw::{self, Error, MAX_PAGE_SIZE, PageRange, Resource, Support};

const LINUX: bool = cfg!(any(target_os = "linux", target_os = "android"));

fn main() -> ExitCode {
    let arg = env::args_os().nth(1);
    let Some(len @ 1..=0x4000_0000) = arg.map_or(Some(4096), |it| it.to_str()?.parse().ok()) else {
        eprintln!("usage: at_start [BYTES], at most 1 GiB");
        return ExitCode::from(2);
    };
    // No more than it calls: a filter that kills for a call kills for the question, too.
    let needed = Support::MLOCK | Support::MUNLOCK | Support::DONTDUMP;
    let has = needed & raw::supported();
    let binds = limit_binds();
    println!("not on this target: {}", names(needed - has));
    println!("not granted: {}", names(has - raw::probe(has)));
    println!("the limit binds: {}", yes_no(binds));
    println!("core dumps are off: {}", yes_no(core_dumps_are_off()));
    let answer = try_to_lock(len);
    match answer {
        Ok(()) => println!("{len} bytes can be locked"),
        Err(error) if may_be_the_limit(error) && binds != Some(false) => {
            println!("{len} bytes may exceed the limit: {error}");
        }
        Err(error) => println!("{len} bytes cannot be locked: {error}"),
    }
    ExitCode::from(u8::from(answer.is_err()))
}

/// Whether `len` bytes can be locked here and now: locks them, and unlocks them.
fn try_to_lock(len: usize) -> raw::Result<()> {
    let page = raw::page_size().unwrap_or(MAX_PAGE_SIZE);
    // However it is aligned, it holds that many bytes on whole pages.
    let buffer = vec![0_u8; len.next_multiple_of(page) + page - 1];
    let pages = PageRange::within(&buffer, page).expect("a buffer in the address space");
    let (addr, len) = (pages.addr(), pages.len());
    // SAFETY: the pages lie within the buffer, and hold nothing else.
    unsafe { raw::mlock(addr, len) }.inspect_err(|_| {
        // SAFETY: as above, and nobody else has locked them.
        unsafe { raw::munlock_after_failed_mlock(addr, len) };
    })?;
    // SAFETY: as above.
    if let Err(error) = unsafe { raw::munlock(addr, len) } {
        println!("what is locked cannot be unlocked: {error}");
    }
    Ok(())
}

/// Whether it may be the limit that refused a lock of memory that is mapped. Too many
/// mappings, and pages without access, are ENOMEM, too.
fn may_be_the_limit(error: Error) -> bool {
    match error.kind() {
        // ENOMEM: Linux, FreeBSD.
        ErrorKind::OutOfMemory => cfg!(unix),
        // EAGAIN: macOS, OpenBSD, NetBSD, illumos.
        ErrorKind::WouldBlock => !LINUX,
        ErrorKind::PermissionDenied if LINUX => {
            raw::limit(Resource::Memlock).is_ok_and(|limit| limit.soft == Some(0))
        }
        // ERROR_WORKING_SET_QUOTA has no kind of its own.
        _ => cfg!(windows) && error.raw_os_error() == Some(1453),
    }
}

/// Whether the limit binds this process, where that can be asked: by a lock of one byte
/// more than it, at the end of the address space, where nothing is mapped. 64-bit Linux
/// looks at the limit first, and then refuses the range, which wraps, with EINVAL. (In a
/// 32-bit process on a 64-bit kernel that range is the stack.)
fn limit_binds() -> Option<bool> {
    if !LINUX || cfg!(target_pointer_width = "32") {
        return None;
    }
    let Some(limit) = raw::limit(Resource::Memlock).ok()?.soft else {
        return Some(false);
    };
    let len = usize::try_from(limit).ok()?.checked_add(1)?;
    let nowhere = std::ptr::without_provenance(len.wrapping_neg());
    // SAFETY: there is nothing to lock.
    let error = unsafe { raw::mlock(nowhere, len) }.err()?;
    match error.kind() {
        // Unless that is a filter's answer to everything.
        ErrorKind::InvalidInput if !raw::probe(Support::MLOCK).is_empty() => Some(false),
        _ if may_be_the_limit(error) => Some(true),
        _ => None,
    }
}

/// Whether no core of this process is written, where that is known.
fn core_dumps_are_off() -> Option<bool> {
    if raw::process_dumpable() == Ok(false) {
        return Some(true);
    }
    let soft = raw::limit(Resource::Core).ok()?.soft;
    if !LINUX {
        return Some(soft == Some(0));
    }
    let pattern = fs::read("/proc/sys/kernel/core_pattern").ok()?;
    Some(match pattern.first() {
        // A socket, which no limit stops.
        Some(b'@') => false,
        // A program: the limit counts only if it is 1.
        Some(b'|') => soft == Some(1),
        // A file, of which the kernel writes a page or nothing.
        _ => soft.is_some_and(|it| it < 4096),
    })
}

fn names(flags: Support) -> String {
    let names: Vec<_> = flags.iter_names().map(|(name, _)| name).collect();
    if names.is_empty() {
        "none".into()
    } else {
        names.join(" ")
    }
}

fn yes_no(answer: Option<bool>) -> &'static str {
    answer.map_or("not known", |it| if it { "yes" } else { "no" })
}
