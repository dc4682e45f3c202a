//! What this machine grants a process that wants to lock memory, and what to do
//! about what it does not grant. Run it first on a new machine or in a container.
//!
//! ```text
//! cargo run --example report
//! ```
//!
//! Exit status 0: memory can be locked. 1: it cannot. 2: a bad argument, or nobody
//! reads the output.

use std::alloc::{self, Layout};
use std::io::{self, ErrorKind, Write as _};
use std::process::ExitCode;
use std::ptr::without_provenance;
use std::{env, fs, process};

// The core rather than the face at the root: its errors say what they mean here.
use os_memlock::raw::{self, Error, Resource, Support};

const USAGE: &str = "\
usage: report

Prints what this machine grants a process that wants to lock memory, and what to do
about what it does not grant.

exit status: 0 memory can be locked, 1 it cannot, 2 a bad argument";

const RAISE: &str = "More: ulimit -l, memlock in limits.conf, LimitMEMLOCK= (systemd), \
    --ulimit memlock= (containers)";

/// The functions behind each flag.
const FUNCTIONS: [(Support, &str); 14] = [
    (Support::MLOCK, "mlock"),
    (Support::MUNLOCK, "munlock"),
    (Support::MLOCK_ONFAULT, "mlock_onfault"),
    (Support::DONTDUMP, "madvise_dontdump"),
    (Support::DODUMP, "madvise_dodump"),
    (Support::WIPEONFORK, "madvise_wipeonfork"),
    (Support::KEEPONFORK, "madvise_keeponfork"),
    (Support::DONTFORK, "madvise_dontfork"),
    (Support::DOFORK, "madvise_dofork"),
    (Support::LIMIT_MEMLOCK, "limit(Memlock)"),
    (Support::LIMIT_CORE, "limit(Core)"),
    (Support::DISABLE_CORE_DUMPS, "disable_core_dumps_with_guard"),
    (Support::DUMPABLE, "process_dumpable"),
    (Support::PAGE_SIZE, "page_size"),
];

const LINUX: bool = cfg!(any(target_os = "linux", target_os = "android"));

fn main() -> ExitCode {
    match env::args_os().nth(1) {
        None => {}
        Some(help) if help == "--help" || help == "-h" => {
            say(USAGE);
            return ExitCode::SUCCESS;
        }
        Some(unknown) => {
            eprintln!(
                "report: unknown argument {}\n\n{USAGE}",
                unknown.to_string_lossy()
            );
            return ExitCode::from(2);
        }
    }
    let (os, arch) = (env::consts::OS, env::consts::ARCH);
    say(&format!("os-memlock on {os}, {arch}"));
    target();
    kernel();
    memory_limit();
    core_dumps();
    swap();
    let locked = one_lock();
    let can = if locked { "can" } else { "can NOT" };
    finding("verdict", format!("memory {can} be locked here"), "");
    ExitCode::from(u8::from(!locked))
}

fn target() {
    let (has, lacks) = (raw::supported(), Support::all() - raw::supported());
    let advice = format!("Expect Unsupported from the rest: {}.", names(lacks));
    finding("target", format!("has {}", names(has)), &advice);
}

fn kernel() {
    let refused = raw::supported() - raw::probe(Support::all());
    if refused.is_empty() {
        finding("kernel", "grants all that the target has", "");
    } else {
        let advice =
            "Change what refuses: the limit below, a seccomp profile, an old or emulated kernel.";
        finding("kernel", format!("refuses {}", names(refused)), advice);
    }
}

fn memory_limit() {
    let (limit, page) = match (raw::limit(Resource::Memlock), raw::page_size()) {
        (Ok(limit), Ok(page)) => (limit, page as u64),
        (Err(error), _) | (_, Err(error)) => {
            let text = format!("unknown: {error}");
            return finding("limit", text, "The lock below tells.");
        }
    };
    let Some(bytes) = limit.soft else {
        return finding("limit", "none on locked memory", "");
    };
    let (soft, hard) = (size(limit.soft), size(limit.hard));
    let pages = match bytes / page {
        1 => "1 page".into(),
        count => format!("{count} pages"),
    };
    let text = format!("{soft} of locked memory (hard: {hard}) buys {pages} of {page} bytes");
    if lifted(bytes, page) {
        let text = text + ", but does not bind this process (CAP_IPC_LOCK)";
        let advice = "Memory does: beyond that of its cgroup the process is killed, not told.";
        return finding("limit", text, advice);
    }
    let free = if limit.hard.is_none_or(|hard| bytes < hard) {
        "set_soft_limit raises the soft limit up to the hard one without privilege. "
    } else {
        ""
    };
    finding("limit", text, &format!("{free}{RAISE}{}", capability()));
}

/// It counts in the initial user namespace alone, the one that maps all ids.
fn capability() -> &'static str {
    match proc("self/uid_map") {
        Some(map) if !map.split_whitespace().eq(["0", "0", "4294967295"]) => {
            ". CAP_IPC_LOCK does not count in this user namespace."
        }
        _ => ", or the capability CAP_IPC_LOCK.",
    }
}

/// Whether the process may exceed the limit, on Linux by `CAP_IPC_LOCK`.
///
/// The question is a lock that cannot happen: one page more than the limit, at
/// the end of the address space, where nothing is mapped and the range wraps.
/// Linux looks at the limit first (ENOMEM) and at the range next (EINVAL). Not so in a
/// 32-bit process on a 64-bit kernel: there the range is its stack, and is locked.
fn lifted(limit: u64, page: u64) -> bool {
    if !cfg!(target_pointer_width = "64") {
        return false;
    }
    let len = (limit / page + 1)
        .checked_mul(page)
        .and_then(|len| usize::try_from(len).ok());
    let Some(len) = len.filter(|&len| LINUX && len <= isize::MAX as usize) else {
        return false;
    };
    // SAFETY: nothing is mapped there, so that there is nothing to lock.
    let answer = unsafe { raw::mlock(without_provenance(len.wrapping_neg()), len) };
    // A filter may answer the same to everything; then nothing was learnt.
    raw::probe(Support::MLOCK).contains(Support::MLOCK)
        && answer.is_err_and(|error| error.kind() == ErrorKind::InvalidInput)
}

fn core_dumps() {
    let dumpable = match raw::process_dumpable() {
        Ok(true) => "this process is dumpable; ".into(),
        Ok(false) => return finding("dumps", "this process is not dumpable: no core", ""),
        Err(error) if error.is_unsupported() => String::new(),
        Err(error) => format!("dumpable unknown: {error}; "),
    };
    let advice = if raw::probe(Support::DONTDUMP).contains(Support::DONTDUMP) {
        "Hide secrets by madvise_dontdump, or set_process_dumpable(false)."
    } else if raw::probe(Support::LIMIT_CORE).contains(Support::LIMIT_CORE) {
        "Set the soft core limit to 0 before there is a secret."
    } else {
        "Nothing in this crate can prevent dumps here."
    };
    finding("dumps", format!("{dumpable}{}", where_cores_go()), advice);
}

/// As core(5) has it: a program or a socket gets a core whatever the core limit
/// is, a file only within the limit. What it does not have: a limit of 1 byte,
/// with which Linux marks its core handlers, keeps a core from a program too.
fn where_cores_go() -> String {
    let soft = raw::limit(Resource::Core).map(|limit| limit.soft);
    let limit = soft.map_or("unknown".into(), size);
    let Some(pattern) = proc("sys/kernel/core_pattern") else {
        return format!("the core limit is {limit}");
    };
    match pattern.split_whitespace().next() {
        first if soft == Ok(Some(1)) && !first.is_some_and(|it| it.starts_with('@')) => {
            "neither a file nor a pipe gets a core, the core limit is 1 byte".into()
        }
        Some(handler) if handler.starts_with(['|', '@']) => {
            format!("cores go to {handler:.60} whatever the core limit")
        }
        _ if limit == "0 KiB" => "no core file, the core limit is 0".into(),
        _ => format!(
            "cores go to the file {:.60}, the core limit is {limit}",
            pattern.trim()
        ),
    }
}

fn swap() {
    let Some(table) = proc("swaps") else {
        return finding("swap", "unknown", "Take it to be on: lock secrets.");
    };
    let areas = table
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next());
    let areas: Vec<_> = areas.map(|area| format!("{area:.60}")).collect();
    if areas.is_empty() {
        let advice = "It can be switched on at any time: lock secrets all the same.";
        finding("swap", "off", advice);
    } else {
        let advice =
            "Lock secrets to keep them off it, and do not hibernate: that writes all memory.";
        finding("swap", format!("on: {:.100}", areas.join(", ")), advice);
    }
}

/// Locks one page, and believes it when the kernel counts the page as locked.
fn one_lock() -> bool {
    let page = raw::page_size().unwrap_or(raw::MAX_PAGE_SIZE);
    let layout = Layout::from_size_align(page, page).expect("a page size is a power of two");
    // SAFETY: the size is not 0.
    let memory = unsafe { alloc::alloc_zeroed(layout) };
    if memory.is_null() {
        alloc::handle_alloc_error(layout);
    }
    let before = locked_kib();
    // SAFETY: the page was allocated just now, and nobody else knows of it.
    let result = unsafe { raw::mlock(memory.cast(), page) };
    let during = locked_kib();
    // Were the page to stay locked, the count below would show it.
    if result.is_ok() {
        // SAFETY: as above.
        let _ = unsafe { raw::munlock(memory.cast(), page) };
    } else {
        // SAFETY: as above.
        unsafe { raw::munlock_after_failed_mlock(memory.cast(), page) };
    }
    let after = locked_kib();
    // SAFETY: allocated with this layout, and not used after this.
    unsafe { alloc::dealloc(memory, layout) };
    tell(result, [before, during, after])
}

fn tell(result: Result<(), Error>, vm_lck: [Option<u64>; 3]) -> bool {
    if let Err(error) = result {
        finding("lock", format!("refused: {error}"), what_to_do(error));
        return false;
    }
    let (text, doubt) = if let [Some(before), Some(during), Some(after)] = vm_lck {
        let counts = format!("VmLck {before} kB before, {during} kB while, {after} kB after");
        let lie = "The kernel does not count what it granted. A sandbox lies: rely on nothing.";
        let counted = before < during && after == before;
        (counts, if counted { "" } else { lie })
    } else if proc("self/status").is_some() {
        let doubt = "Linux counts locks. This kernel, gVisor's or another, may lock nothing.";
        ("granted, and not counted".into(), doubt)
    } else {
        ("granted, and this system counts no locks".into(), "")
    };
    finding("lock", format!("one page: {text}"), doubt);
    doubt.is_empty()
}

fn what_to_do(error: Error) -> &'static str {
    let none_allowed = raw::limit(Resource::Memlock).is_ok_and(|limit| limit.soft == Some(0));
    match error.kind() {
        ErrorKind::Unsupported => "Go on without locks and log it, or use another system.",
        ErrorKind::PermissionDenied if none_allowed => "The limit is 0: raise it as above.",
        ErrorKind::PermissionDenied if in_nspawn() => {
            "systemd-nspawn refuses: start it with --system-call-filter=@memlock, or \
             with --capability=CAP_IPC_LOCK, which lifts the limit, too."
        }
        ErrorKind::PermissionDenied => {
            "A sandbox refuses: allow mlock in its seccomp profile \
             (SystemCallFilter=@memlock in systemd). Or a privilege is missing."
        }
        ErrorKind::OutOfMemory | ErrorKind::WouldBlock => {
            "The limit has no room for a page: raise it as above."
        }
        _ => "See the documentation of mlock for what this error means.",
    }
}

fn in_nspawn() -> bool {
    fs::read_to_string("/run/host/container-manager").is_ok_and(|it| it.trim() == "systemd-nspawn")
}

/// A file of Linux's /proc. Elsewhere, under wine for one, it can be another system's.
fn proc(file: &str) -> Option<String> {
    LINUX.then(|| fs::read_to_string(format!("/proc/{file}")).ok())?
}

/// What Linux counts as locked in this process.
fn locked_kib() -> Option<u64> {
    let status = proc("self/status")?;
    let mut lines = status.lines();
    let count = lines.find_map(|line| line.strip_prefix("VmLck:"))?;
    count.trim().strip_suffix(" kB")?.parse().ok()
}

fn names(calls: Support) -> String {
    if calls.is_empty() {
        return "none".into();
    }
    let names = FUNCTIONS.iter().filter(|(flag, _)| calls.contains(*flag));
    let names: Vec<_> = names.map(|(_, name)| *name).collect();
    names.join(", ")
}

fn size(limit: Option<u64>) -> String {
    match limit {
        None => "unlimited".into(),
        Some(bytes) if bytes % 1024 == 0 => format!("{} KiB", bytes / 1024),
        Some(bytes) => format!("{bytes} bytes"),
    }
}

/// Prints what was found and what to do about it, wrapped to 80 columns.
fn finding(name: &str, text: impl AsRef<str>, advice: &str) {
    wrapped(name, text.as_ref());
    if !advice.is_empty() {
        wrapped("   ->", advice);
    }
}

fn wrapped(name: &str, text: &str) {
    let mut line = format!("{name:<8}");
    for word in text.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > 80 {
            say(&line);
            line = " ".repeat(8);
        }
        line = line + " " + word;
    }
    say(&line);
}

/// Prints a line. Without a reader there is nobody to report to.
fn say(line: &str) {
    if writeln!(io::stdout(), "{line}").is_err() {
        process::exit(2);
    }
}
