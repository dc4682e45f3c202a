//! What `report` says, checked against the kernel, finding by finding.

use std::collections::BTreeMap;
use std::fs;

use os_memlock::Resource;

use super::program::Program;
use super::stopped::Stopped;
use super::trace::{Event, run};
use crate::common::kernel::page_size;
use crate::common::limits::set_soft_rlimit;
use crate::common::pages::Pages;
use crate::common::process::fork_and;

const HAS: &str = "has mlock, munlock, mlock_onfault, madvise_dontdump, madvise_dodump, \
    madvise_wipeonfork, madvise_keeponfork, madvise_dontfork, madvise_dofork, \
    limit(Memlock), limit(Core), process_dumpable, page_size";

/// What the report has to find.
pub(super) struct Truth {
    /// The calls that are refused, as the report names them.
    pub(super) refused: &'static str,
    /// Whether the limit does not bind the process.
    pub(super) lifted: bool,
    /// Whether a core may be written of the process.
    pub(super) dumpable: bool,
    pub(super) lock: Lock,
}

pub(super) enum Lock {
    Works,
    /// mlock fails, with these words of its error, and these of what to do.
    Fails(&'static str, &'static str),
    /// mlock succeeds and locks nothing.
    Lies,
}

/// What is found where everything is granted.
pub(super) const GRANTED: Truth = Truth {
    refused: "",
    lifted: false,
    dumpable: true,
    lock: Lock::Works,
};

/// The same for whoever runs the tests.
pub(super) fn granted_here() -> Truth {
    Truth {
        lifted: limit_is_lifted(),
        ..GRANTED
    }
}

/// Whether a process of this user can lock a page with a limit of 0.
fn limit_is_lifted() -> bool {
    let ended = fork_and(|| {
        set_soft_rlimit(Resource::Memlock, 0);
        let page = Pages::new(1);
        // The kernel's own: a sanitizer replaces the C library's mlock.
        // SAFETY: the page is mapped, and locking it changes no byte.
        u8::from(unsafe { libc::syscall(libc::SYS_mlock, page.ptr(0), page.len()) } == 0)
    });
    ended.code() == Some(1)
}

/// What the kernel said while the report was written.
#[derive(Default)]
struct Kernel {
    limit: [Option<u64>; 2],
    core_limit: Option<u64>,
    dumpable: bool,
    /// `VmLck` at the first line, when the page was unlocked, and at the last line.
    locked_kib: [u64; 3],
}

pub(super) fn tells_the_truth(program: Program, truth: Truth) {
    let truth = &truth;
    let (mut text, mut kernel, mut unlocks) = (String::new(), Kernel::default(), 0);
    let code = run(program.command, |process, event| match event {
        Event::Unlocks { .. } => {
            kernel.locked_kib[1] = process.locked_kib();
            unlocks += 1;
        }
        Event::Prints(line) => {
            look(process, &mut kernel, text.is_empty());
            text += &line;
        }
    });
    assert_eq!(unlocks, 1, "be it that the lock failed");
    assert!(text.lines().count() <= 24, "one screen:\n{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "80 columns:\n{text}"
    );
    let findings = findings(&text);
    let find = |name: &str| &*findings[name].0;
    let advice = |name: &str| &*findings[name].1;

    assert_eq!(find("target"), HAS);
    assert!(advice("target").contains(" disable_core_dumps_with_guard."));
    check_kernel(find("kernel"), advice("kernel"), truth);
    check_limit(find("limit"), advice("limit"), &kernel, truth);
    assert_eq!(kernel.dumpable, truth.dumpable);
    assert_eq!(find("dumps"), dumps(&kernel, truth));
    assert_eq!(advice("dumps").is_empty(), !truth.dumpable);
    assert_eq!(find("swap"), swap());
    assert!(advice("swap").contains("ock secrets"));
    check_lock(find("lock"), advice("lock"), &kernel, truth);
    let works = matches!(truth.lock, Lock::Works);
    assert_eq!(find("verdict") == "memory can be locked here", works);
    assert_eq!(code, if works { 0 } else { 1 });
}

fn look(process: &Stopped, kernel: &mut Kernel, first: bool) {
    kernel.limit = process.limit(Resource::Memlock);
    kernel.core_limit = process.limit(Resource::Core)[0];
    kernel.dumpable = process.is_dumpable();
    kernel.locked_kib[if first { 0 } else { 2 }] = process.locked_kib();
}

/// Each finding by its name: what was found, and what to do about it.
fn findings(text: &str) -> BTreeMap<String, (String, String)> {
    let mut all = BTreeMap::new();
    let (mut name, mut in_advice) = (String::new(), false);
    for line in text.lines().skip(1) {
        let (head, words) = line.split_at(8);
        match head.trim() {
            "" => {}
            "->" => in_advice = true,
            new => (name, in_advice) = (new.into(), false),
        }
        let (found, advice): &mut (String, String) = all.entry(name.clone()).or_default();
        let part = if in_advice { advice } else { found };
        *part = format!("{part} {}", words.trim()).trim().into();
    }
    all
}

fn check_kernel(found: &str, advice: &str, truth: &Truth) {
    let expected = match truth.refused {
        "" => "grants all that the target has".into(),
        calls => format!("refuses {calls}"),
    };
    assert_eq!(found, expected);
    assert_eq!(advice.is_empty(), truth.refused.is_empty());
}

fn check_limit(found: &str, advice: &str, kernel: &Kernel, truth: &Truth) {
    let [soft, hard] = kernel.limit;
    let Some(bytes) = soft else {
        return assert_eq!(found, "none on locked memory");
    };
    let page = page_size();
    let pages = match bytes / page as u64 {
        1 => "1 page".into(),
        count => format!("{count} pages"),
    };
    let (soft_text, hard_text) = (size(soft), size(hard));
    let ending = if truth.lifted {
        ", but does not bind this process (CAP_IPC_LOCK)"
    } else {
        ""
    };
    assert_eq!(
        found,
        format!(
            "{soft_text} of locked memory (hard: {hard_text}) buys {pages} of {page} bytes{ending}"
        )
    );
    assert_eq!(advice.contains("ulimit -l"), !truth.lifted);
    let free = !truth.lifted && soft != hard;
    assert_eq!(advice.contains("without privilege"), free);
}

fn dumps(kernel: &Kernel, truth: &Truth) -> String {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap();
    let pattern = pattern.trim();
    let where_to = match kernel.core_limit {
        _ if !truth.dumpable => return "this process is not dumpable: no core".into(),
        Some(1) if !pattern.starts_with('@') => {
            "neither a file nor a pipe gets a core, the core limit is 1 byte".into()
        }
        _ if pattern.starts_with(['|', '@']) => {
            let handler = pattern.split(' ').next().unwrap();
            format!("cores go to {handler:.60} whatever the core limit")
        }
        Some(0) => "no core file, the core limit is 0".into(),
        limit => format!(
            "cores go to the file {pattern:.60}, the core limit is {}",
            size(limit)
        ),
    };
    format!("this process is dumpable; {where_to}")
}

fn swap() -> String {
    let table = fs::read_to_string("/proc/swaps").unwrap();
    let areas = table.lines().skip(1).map(|line| {
        let name = line.split_whitespace().next().unwrap();
        format!("{name:.60}")
    });
    match areas.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "off".into(),
        areas => format!("on: {areas:.100}"),
    }
}

fn check_lock(found: &str, advice: &str, kernel: &Kernel, truth: &Truth) {
    let [before, during, after] = kernel.locked_kib;
    let counts = format!("one page: VmLck {before} kB before, {during} kB while, {after} kB after");
    match truth.lock {
        Lock::Works => {
            assert_eq!((found, advice), (&*counts, ""));
            assert_eq!(kernel.locked_kib, [0, page_size() as u64 / 1024, 0]);
        }
        Lock::Lies => {
            assert_eq!(found, counts);
            assert_eq!(kernel.locked_kib, [0; 3]);
            assert!(advice.contains("rely on nothing"), "{advice}");
        }
        Lock::Fails(error, what_to_do) => {
            assert!(
                found.starts_with("refused: ") && found.contains(error),
                "{found}"
            );
            assert!(advice.contains(what_to_do), "{advice}");
            assert_eq!(kernel.locked_kib, [0; 3]);
        }
    }
}

fn size(limit: Option<u64>) -> String {
    match limit {
        None => "unlimited".into(),
        Some(bytes) if bytes % 1024 == 0 => format!("{} KiB", bytes / 1024),
        Some(bytes) => format!("{bytes} bytes"),
    }
}
