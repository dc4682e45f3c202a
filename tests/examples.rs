//! The examples, run as a user runs them: what each prints and how it ends where memory can
//! be locked, and where it cannot for this reason or that. What a report says in a sandbox,
//! `.ci/proofs/sandboxes` asks.
#![cfg(target_os = "linux")]

pub(crate) mod at_start;
mod run;

use core::ffi::c_int;
use std::fs;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use libc::{
    EINVAL, ENOSYS, EPERM, PR_GET_DUMPABLE, SYS_madvise, SYS_mlock, SYS_prctl, SYS_prlimit64,
};
use os_memlock::Resource;
use seccompiler::SeccompCmpOp::{Eq, Ne};

use self::run::User::{self, Nobody, Tester};
use self::run::{AT_START, LOCKED_VEC, MANY_KEYS, REPORT, Run, SIMPLE, run, where_mounted};
use crate::common::case::cases;
use crate::common::kernel::{page_size, pages_kib};
use crate::common::limits::{RESOURCES, get_rlimit, number, set_soft_rlimit};
use crate::common::privileges::has_ipc_lock;
use crate::common::seccomp::{deny, deny_when, kill_all_but_reading};

cases![
    #[needs(Pages(8))]
    fn whoever_may_lock_sees_each_step() {
        all_lock(Tester);
    },

    #[needs(Root)]
    fn a_user_with_64_kib_sees_each_step() {
        set_soft_rlimit(Resource::Memlock, 64 * 1024);
        let [simple, report] = all_lock(Nobody);
        simple.says("limit on locked memory: 64 KiB");
        report.says("65536 bytes of locked memory");
        report.says("ulimit -S -l");
    },

    #[needs(Root)]
    fn less_than_a_page_has_no_room() {
        set_soft_rlimit(Resource::Memlock, page_size() as u64 - 1);
        nothing_locks(SIMPLE, Nobody, 1, "ulimit -S -l");
        nothing_locks(LOCKED_VEC, Nobody, 1, "has no room");
        nothing_locks(MANY_KEYS, Nobody, 1, "cannot be locked");
        nothing_locks(REPORT, Nobody, 1, "has no room for a page");
    },

    #[needs(Root)]
    fn a_limit_of_0_is_no_missing_privilege() {
        set_soft_rlimit(Resource::Memlock, 0);
        nothing_locks(SIMPLE, Nobody, 1, "ulimit -S -l");
        nothing_locks(LOCKED_VEC, Nobody, 1, "limit on locked memory is 0");
        locked_vec_degrades(Nobody);
        nothing_locks(MANY_KEYS, Nobody, 1, "cannot be locked");
        let report = nothing_locks(REPORT, Nobody, 1, "has no room for a page");
        report.says("refuses Support(MLOCK | MLOCK_ONFAULT)");
        report.says("set_soft_limit, or ulimit -S -l, raises");
    },

    #[needs(Pages(1))]
    fn where_mlock_is_forbidden_a_sandbox_is_suspected() {
        deny(SYS_mlock, EPERM);
        nothing_locks(SIMPLE, Tester, 1, "seccomp");
        let secret = nothing_locks(LOCKED_VEC, Tester, 1, "sandbox");
        secret.says("no secret was held: mlock: ");
        secret.says("(os error 1)");
        nothing_locks(MANY_KEYS, Tester, 1, "cannot be locked");
        let report = nothing_locks(REPORT, Tester, 1, "A sandbox refuses");
        report.says("Change what refuses");
    },

    fn where_mlock_is_missing_a_program_may_go_on_without() {
        deny(SYS_mlock, ENOSYS);
        nothing_locks(SIMPLE, Tester, 0, "going on without");
        nothing_locks(LOCKED_VEC, Tester, 1, "`degrade` goes on without");
        locked_vec_degrades(Tester);
        nothing_locks(MANY_KEYS, Tester, 1, "cannot be locked");
        nothing_locks(REPORT, Tester, 1, "Go on without locks");
    },

    fn an_error_of_another_kind_is_left_to_the_documentation() {
        set_soft_rlimit(Resource::Memlock, 0);
        deny(SYS_mlock, EINVAL);
        nothing_locks(SIMPLE, Tester, 1, "documentation of each function");
        nothing_locks(LOCKED_VEC, Tester, 1, "documentation of the function");
        let report = nothing_locks(REPORT, Tester, 1, "documentation of mlock");
        report.says("ulimit -S -l");
    },

    fn a_report_of_a_lying_success_says_to_rely_on_nothing() {
        deny(SYS_mlock, 0);
        let report = nothing_locks(REPORT, Tester, 1, "Rely on nothing");
        report.says("0 kB before, 0 kB while, 0 kB after");
    },

    #[needs(Pages(8))]
    fn what_cannot_be_hidden_is_not_left_locked() {
        no_advice();
        let secret = run(LOCKED_VEC, &[], Tester);
        secret.ends(1, "before, to munlock lo 0");
        secret.says("no secret was held: madvise_dontdump: ");
        let keys = run(MANY_KEYS, &[], Tester);
        keys.ends(1, "to dodump lo 0, to munlock lo 0");
        reports(Tester, 0).says("set_process_dumpable(false) before");
        no_dumpable();
        reports(Tester, 0).says("A core limit of 0 stops files");
    },

    #[needs(Pages(1))]
    fn where_limits_may_not_be_read_nothing_is_said_of_them() {
        no_advice();
        no_dumpable();
        for resource in RESOURCES {
            deny_when(SYS_prlimit64, 1, Eq, number(resource) as u64, EPERM);
        }
        let report = reports(Tester, 0);
        report.says("The lock below tells");
        report.says("Nothing in this crate can prevent dumps");
        let start = run(AT_START, &[], Tester);
        start.says("the limit binds: not known core dumps are off: not known");
    },

    #[needs(System)]
    fn a_report_says_what_to_do_about_swap() {
        let areas = tempfile::NamedTempFile::new().unwrap();
        let swaps = "--bind $0 /proc/swaps";
        for (table, mount, advice) in [
            ("Heading\nArea\n", swaps, "Lock secrets to keep them off it"),
            ("Heading\n", swaps, "It can be switched on"),
            ("", "-t tmpfs none /proc", "Take it to be on"),
        ] {
            fs::write(areas.path(), table).unwrap();
            let text = where_mounted(mount, areas.path(), REPORT);
            assert!(text.contains(advice), "{text}");
        }
    },

    #[needs(Pages(1))]
    fn a_report_only_reads() {
        kill_all_but_reading();
        reports(Tester, 0);
    },

    fn other_arguments_are_refused() {
        for (example, argument) in [
            (AT_START, "0"),
            (LOCKED_VEC, "open"),
            (MANY_KEYS, "1"),
            (REPORT, "--help"),
        ] {
            let refused = Command::new(example).arg(argument).output().unwrap();
            assert_eq!((refused.status.code(), refused.stdout.len()), (Some(2), 0));
            assert!(String::from_utf8_lossy(&refused.stderr).contains("usage: "));
        }
    },

    fn a_report_without_a_reader_ends_in_silence() {
        let (reader, writer) = UnixStream::pair().unwrap();
        drop(reader);
        let mut report = Command::new(REPORT);
        report.stdout(OwnedFd::from(writer)).stderr(Stdio::piped());
        let output = report.spawn().unwrap().wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(2), 0));
    }
];

/// All four where everything is granted: what they held, and that they wiped it before they
/// gave up its protection, and gave that up before the allocator had it back and wrote into
/// it. Returns what `simple` and `report` did.
fn all_lock(user: User) -> [Run; 2] {
    let simple = run(SIMPLE, &[], user);
    simple.ends(
        0,
        "before, mlock lo 0, madvise_dontdump lo dd 0, to munlock lo dd 0, munlock dd 0, \
         to dodump dd 0, madvise_dodump",
    );
    simple.says("VmFlags: rd wr");
    let secret = run(LOCKED_VEC, &[], user);
    secret.says("locked: true, hidden: true");
    secret.ends(
        0,
        "before, held lo dd 32, to dodump lo dd 0, to munlock lo 0, dropped, \
         held again lo dd 32, to dodump lo dd 0, to munlock lo 0, unwound",
    );
    let keys = run(MANY_KEYS, &[], user);
    // The bytes of a key are the low byte of its number, which is 0 for four of 1000.
    keys.ends(
        0,
        "with all keys lo dd 31872, without them lo dd 0, to dodump lo dd 0, \
         to munlock lo 0, without the region",
    );
    let region = 32_000_usize.next_multiple_of(page_size());
    keys.says(&format!("pages of {region} bytes"));

    let report = reports(user, 0);
    report.says("grants all that the target has");
    report.says("Hide secrets by madvise_dontdump");
    let page = pages_kib(1);
    report.says(&format!("VmLck 0 kB before, {page} kB while, 0 kB after"));
    report.says(match get_rlimit(Resource::Memlock).0 {
        u64::MAX => "none on locked memory",
        _ if user == Tester && has_ipc_lock() => "beyond that of its cgroup",
        _ => "ulimit -S -l",
    });
    [simple, report]
}

/// The lock fails, which is undone and said. Nothing is locked at any time.
fn nothing_locks(example: &str, user: User, code: c_int, advice: &str) -> Run {
    let run = match example {
        REPORT => reports(user, code),
        _ => run(example, &[], user),
    };
    let steps = match example {
        SIMPLE | LOCKED_VEC => "before, to munlock",
        _ => "to munlock",
    };
    run.ends(code, steps);
    run.says(advice);
    run
}

/// It holds its secrets all the same, hidden but not locked, and wipes them.
fn locked_vec_degrades(user: User) {
    let run = run(LOCKED_VEC, &["degrade"], user);
    run.says("going on without mlock: ");
    run.says("locked: false, hidden: true");
    let steps = "before, to munlock, held dd 32, to dodump dd 0, dropped, \
                 to munlock, held again dd 32, to dodump dd 0, unwound";
    run.ends(0, steps);
}

/// A report on one screen, whose verdict is its exit status.
fn reports(user: User, code: c_int) -> Run {
    let run = run(REPORT, &[], user);
    let lines = run.text.lines().map(|line| line.len().div_ceil(80));
    assert!(lines.sum::<usize>() <= 24, "{}", run.text);
    let (verdict, steps) = match code {
        0 => ("memory can be locked", "to munlock lo 0"),
        _ => ("memory can NOT be locked", "to munlock"),
    };
    run.says(verdict);
    run.ends(code, steps);
    run
}

/// Refuses advice on memory. For no bytes it is the question after the page size.
fn no_advice() {
    deny_when(SYS_madvise, 1, Ne, 0, EPERM);
}

fn no_dumpable() {
    deny_when(SYS_prctl, 0, Eq, PR_GET_DUMPABLE as u64, EPERM);
}
