//! What this machine grants a process that wants to lock memory, and what to do
//! about what it does not grant. Run it first on a new machine or in a container.
//!
//! ```text
//! cargo run --example report
//! ```
//!
//! Exit status 0: memory can be locked. 1: it cannot. 2: an argument, or nobody reads.

use std::io::{self, ErrorKind, Write as _};
use std::process::{self, ExitCode};
use std::{env, fs, ptr};

use os_memlock::raw::{self, Error, MAX_PAGE_SIZE, PageRange, Resource, Support};

const LINUX: bool = cfg!(any(target_os = "linux", target_os = "android"));

fn main() -> ExitCode {
    if env::args_os().len() > 1 {
        eprintln!("usage: report");
        return ExitCode::from(2);
    }
    calls();
    memory_limit();
    core_dumps();
    swap();
    let locked = one_lock();
    let can = if locked { "can" } else { "can NOT" };
    finding("verdict", &format!("memory {can} be locked here"), "");
    ExitCode::from(u8::from(!locked))
}

fn calls() {
    let has = raw::supported();
    let advice = format!("Expect Unsupported from the rest: {:?}.", !has);
    finding("target", &format!("has {has:?}"), &advice);
    let refused = has - raw::probe(has);
    if refused.is_empty() {
        return finding("kernel", "grants all that the target has", "");
    }
    let advice =
        "Change what refuses: the limit below, a seccomp profile, an old or emulated kernel.";
    finding("kernel", &format!("refuses {refused:?}"), advice);
}

fn memory_limit() {
    let limit = match raw::limit(Resource::Memlock) {
        Ok(limit) => limit,
        Err(error) => return finding("limit", &error.to_string(), "The lock below tells."),
    };
    let Some(soft) = limit.soft else {
        return finding("limit", "none on locked memory", "");
    };
    let hard = limit.hard.map_or("none".into(), |hard| hard.to_string());
    let text = format!("{soft} bytes of locked memory, hard limit {hard}");
    if lifted(soft) {
        let text = text + ", but does not bind this process (CAP_IPC_LOCK)";
        let advice = "Memory does: beyond that of its cgroup the process is killed, not told.";
        return finding("limit", &text, advice);
    }
    // The capability counts in the initial user namespace alone, the one that maps all ids.
    let capability = match proc("self/uid_map") {
        Some(map) if !map.split_whitespace().eq(["0", "0", "4294967295"]) => {
            ". CAP_IPC_LOCK does not count in this user namespace."
        }
        _ => ", or the capability CAP_IPC_LOCK.",
    };
    let mut advice = String::from("set_soft_limit, or ulimit -S -l, raises it to the hard limit.");
    if LINUX {
        advice += " More: memlock in limits.conf, LimitMEMLOCK= (systemd), --ulimit memlock= \
            (containers)";
        advice += capability;
    }
    finding("limit", &text, &advice);
}

/// Whether the process may exceed the limit, on Linux by `CAP_IPC_LOCK`. How that is asked,
/// the example `at_start` explains.
fn lifted(limit: u64) -> bool {
    if !LINUX || cfg!(target_pointer_width = "32") || limit >= isize::MAX as u64 {
        return false;
    }
    let len = limit as usize + 1;
    // SAFETY: there is nothing to lock.
    let answer = unsafe { raw::mlock(ptr::without_provenance(len.wrapping_neg()), len) };
    // A filter may answer the same to everything; then nothing was learnt.
    !raw::probe(Support::MLOCK).is_empty()
        && answer.is_err_and(|error| error.kind() == ErrorKind::InvalidInput)
}

fn core_dumps() {
    let granted = raw::probe(Support::DONTDUMP | Support::DUMPABLE | Support::LIMIT_CORE);
    let [hide, dumpable, limit] =
        [Support::DONTDUMP, Support::DUMPABLE, Support::LIMIT_CORE].map(|it| granted.contains(it));
    let advice = match (hide, dumpable) {
        (true, true) => "Hide secrets by madvise_dontdump, or set_process_dumpable(false).",
        (true, false) => "Hide secrets by madvise_dontdump.",
        (false, true) => "set_process_dumpable(false) before there is a secret.",
        _ if limit && LINUX => "A core limit of 0 stops files, and neither pipes nor sockets.",
        _ if limit => "Set the soft core limit to 0 before there is a secret.",
        _ => "Nothing in this crate can prevent dumps here.",
    };
    finding(
        "dumps",
        "the example at_start tells whether they are off",
        advice,
    );
}

fn swap() {
    match proc("swaps") {
        None => finding("swap", "unknown", "Take it to be on: lock secrets."),
        // After a heading.
        Some(table) if table.lines().count() > 1 => {
            let advice = "Lock secrets to keep them off it, and do not hibernate.";
            finding("swap", "on", advice);
        }
        Some(_) => {
            let advice = "It can be switched on at any time: lock secrets all the same.";
            finding("swap", "off", advice);
        }
    }
}

/// Locks one page, and believes it when the kernel counts it as locked.
fn one_lock() -> bool {
    let page = raw::page_size().unwrap_or(MAX_PAGE_SIZE);
    // However it is aligned, a buffer of this size holds exactly one whole page.
    let buffer = vec![0_u8; 2 * page - 1];
    let page = PageRange::within(&buffer, page).expect("a buffer in the address space");
    let (addr, len) = (page.addr(), page.len());
    let before = vm_lck();
    // SAFETY: the page is the buffer's alone, and unlocked below.
    let result = unsafe { raw::mlock(addr, len) };
    let during = vm_lck();
    if let Err(error) = result {
        // SAFETY: as above, and nobody else has locked it.
        unsafe { raw::munlock_after_failed_mlock(addr, len) };
        finding("lock", &format!("refused: {error}"), what_to_do(error));
        return false;
    }
    // SAFETY: as above.
    if let Err(error) = unsafe { raw::munlock(addr, len) } {
        let advice = "Lock what stays locked. Unmapping ends the lock, too.";
        finding(
            "lock",
            &format!("granted, but not to be undone: {error}"),
            advice,
        );
        return true;
    }
    let (Some(before), Some(during), Some(after)) = (before, during, vm_lck()) else {
        finding("lock", "granted, and this system counts no locks", "");
        return true;
    };
    let counted = before != during && before == after;
    let lie = "Rely on nothing: this kernel, gVisor's or another, may lock nothing.";
    let text = format!("granted: VmLck {before} before, {during} while, {after} after");
    finding("lock", &text, if counted { "" } else { lie });
    counted
}

fn what_to_do(error: Error) -> &'static str {
    let none_allowed = raw::limit(Resource::Memlock).is_ok_and(|limit| limit.soft == Some(0));
    let manager = fs::read("/run/host/container-manager").unwrap_or_default();
    match error.kind() {
        ErrorKind::Unsupported => "Go on without locks and log it, or use another system.",
        ErrorKind::PermissionDenied if !none_allowed && manager.starts_with(b"systemd-nspawn") => {
            "systemd-nspawn refuses: start it with --system-call-filter=@memlock, or \
             with --capability=CAP_IPC_LOCK, which lifts the limit."
        }
        ErrorKind::PermissionDenied if !none_allowed => {
            "A sandbox refuses: allow mlock in its seccomp profile \
             (SystemCallFilter=@memlock in systemd). Or a privilege is missing."
        }
        ErrorKind::PermissionDenied | ErrorKind::OutOfMemory | ErrorKind::WouldBlock => {
            "The limit has no room for a page: raise it as above."
        }
        _ => "The documentation of mlock says what this error means.",
    }
}

/// What Linux counts as locked in this process.
fn vm_lck() -> Option<String> {
    let status = proc("self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmLck:"));
    Some(line.unwrap_or("uncounted").trim().into())
}

/// A file of Linux's /proc. Elsewhere, under wine for one, it can be another system's.
fn proc(file: &str) -> Option<String> {
    LINUX.then(|| fs::read_to_string(format!("/proc/{file}")).ok())?
}

fn finding(name: &str, text: &str, advice: &str) {
    let arrow = if advice.is_empty() { "" } else { "\n   ->    " };
    if writeln!(io::stdout(), "{name:<8} {text}{arrow}{advice}").is_err() {
        process::exit(2);
    }
}
