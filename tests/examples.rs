//! The examples, run as a user runs them: each line that they print is compared
//! with what the kernel says of the process while it prints that line. Each is run
//! as whoever runs the tests, as a user without privileges under several limits,
//! and where calls are refused.
#![cfg(target_os = "linux")]

mod locked_vec;
pub(crate) mod plain;
mod program;
mod report;
mod simple;
mod stopped;
mod trace;

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::Stdio;

use libc::{EINVAL, ENOSYS, EPERM, SYS_madvise, SYS_mlock};
use os_memlock::Resource;
use seccompiler::SeccompCmpOp;

use self::locked_vec::Buffer;
use self::program::{LOCKED_VEC, REPORT, SIMPLE, as_is, as_nobody, show, unreadable};
use self::report::{GRANTED, Lock, Truth, granted_here};
use self::simple::End;
use crate::common::case::cases;
use crate::common::kernel::page_size;
use crate::common::limits::set_soft_rlimit;
use crate::common::seccomp::{deny, deny_when, kill_all_but_reading};

cases![
    #[needs(Pages(1))]
    fn simple_as_is() {
        simple::tells_the_truth(as_is(SIMPLE), End::Done);
    },

    #[needs(Root)]
    fn simple_for_a_user_with_64_kib() {
        simple::tells_the_truth(as_nobody(SIMPLE, KIB_64), End::Done);
    },

    #[needs(Root)]
    fn simple_for_a_user_with_less_than_a_page() {
        let program = as_nobody(SIMPLE, less_than_a_page());
        simple::tells_the_truth(program, End::Refused("ulimit -l"));
    },

    #[needs(Root)]
    fn simple_for_a_user_with_a_limit_of_0() {
        simple::tells_the_truth(as_nobody(SIMPLE, 0), End::Refused("ulimit -l"));
    },

    #[needs(Pages(1))]
    fn simple_where_mlock_is_forbidden() {
        deny(SYS_mlock, EPERM);
        simple::tells_the_truth(as_is(SIMPLE), End::Refused("seccomp"));
    },

    fn simple_where_mlock_is_missing() {
        deny(SYS_mlock, ENOSYS);
        simple::tells_the_truth(as_is(SIMPLE), End::GoesOn);
    },

    #[needs(Pages(1))]
    fn locked_vec_as_is() {
        locked_vec::tells_the_truth(as_is(LOCKED_VEC), Buffer::LockedAndHidden);
    },

    #[needs(Root)]
    fn locked_vec_for_a_user_with_64_kib() {
        let program = as_nobody(LOCKED_VEC, KIB_64);
        locked_vec::tells_the_truth(program, Buffer::LockedAndHidden);
    },

    #[needs(Root)]
    fn locked_vec_with_a_limit_of_0_fails_closed() {
        let program = as_nobody(LOCKED_VEC, 0);
        locked_vec::tells_the_truth(program, Buffer::Refused("mlock: "));
    },

    #[needs(Root)]
    fn locked_vec_with_a_limit_of_0_degrades() {
        let program = as_nobody(LOCKED_VEC, 0).arg("degrade");
        locked_vec::tells_the_truth(program, Buffer::Hidden);
    },

    fn locked_vec_where_mlock_is_forbidden_fails_closed() {
        deny(SYS_mlock, EPERM);
        let program = as_is(LOCKED_VEC).arg("fail-closed");
        locked_vec::tells_the_truth(program, Buffer::Refused("mlock: "));
    },

    fn locked_vec_where_mlock_is_missing_degrades() {
        deny(SYS_mlock, ENOSYS);
        locked_vec::tells_the_truth(as_is(LOCKED_VEC).arg("degrade"), Buffer::Hidden);
    },

    #[needs(Pages(1))]
    fn locked_vec_that_cannot_hide_leaves_nothing_locked() {
        // For no bytes it is the question after the page size.
        deny_when(SYS_madvise, 1, SeccompCmpOp::Ne, 0, EPERM);
        let refused = Buffer::Refused("madvise_dontdump: ");
        locked_vec::tells_the_truth(as_is(LOCKED_VEC), refused);
    },

    #[needs(Pages(1))]
    fn report_as_is() {
        report::tells_the_truth(as_is(REPORT), granted_here());
    },

    #[needs(Root)]
    fn report_for_a_user_with_64_kib() {
        report::tells_the_truth(as_nobody(REPORT, KIB_64), GRANTED);
    },

    #[needs(Pages(1))]
    fn report_with_core_files_allowed() {
        set_soft_rlimit(Resource::Core, u64::MAX);
        report::tells_the_truth(as_is(REPORT), granted_here());
    },

    #[needs(Pages(1))]
    fn report_with_a_core_limit_of_1() {
        set_soft_rlimit(Resource::Core, 1);
        report::tells_the_truth(as_is(REPORT), granted_here());
    },

    #[needs(System)]
    fn report_with_a_core_handler_and_a_core_limit_of_1() {
        set_soft_rlimit(Resource::Core, 1);
        show("/proc/sys/kernel/core_pattern", HANDLER);
        report::tells_the_truth(as_nobody(REPORT, KIB_64), GRANTED);
    },

    #[needs(System)]
    fn report_with_swap_and_a_core_handler() {
        show("/proc/swaps", SWAPS);
        show("/proc/sys/kernel/core_pattern", HANDLER);
        report::tells_the_truth(as_nobody(REPORT, KIB_64), GRANTED);
    },

    #[needs(Root)]
    fn report_of_a_process_that_is_not_dumpable() {
        let truth = Truth {
            dumpable: false,
            ..GRANTED
        };
        report::tells_the_truth(unreadable(REPORT, KIB_64), truth);
    },

    #[needs(Root)]
    fn report_for_a_user_with_less_than_a_page() {
        let lock = Lock::Fails("ENOMEM", "The limit has no room for a page");
        let truth = refused("mlock, mlock_onfault", lock);
        report::tells_the_truth(as_nobody(REPORT, less_than_a_page()), truth);
    },

    #[needs(Root)]
    fn report_for_a_user_with_a_limit_of_0() {
        let lock = Lock::Fails("EPERM", "The limit is 0");
        let truth = refused("mlock, mlock_onfault", lock);
        report::tells_the_truth(as_nobody(REPORT, 0), truth);
    },

    #[needs(Pages(1))]
    fn report_where_nothing_may_be_set() {
        let truth = granted_here();
        kill_all_but_reading();
        report::tells_the_truth(as_is(REPORT), truth);
    },

    #[needs(Pages(1))]
    fn report_where_mlock_is_forbidden() {
        deny(SYS_mlock, EPERM);
        let lock = Lock::Fails("EPERM", "A sandbox refuses");
        report::tells_the_truth(as_is(REPORT), refused("mlock", lock));
    },

    #[needs(Root)]
    fn report_where_mlock_is_forbidden_to_a_user_with_64_kib() {
        deny(SYS_mlock, EPERM);
        let lock = Lock::Fails("EPERM", "A sandbox refuses");
        report::tells_the_truth(as_nobody(REPORT, KIB_64), refused("mlock", lock));
    },

    #[needs(Pages(1))]
    fn report_where_mlock_is_missing() {
        deny(SYS_mlock, ENOSYS);
        let lock = Lock::Fails("ENOSYS", "Go on without locks");
        report::tells_the_truth(as_is(REPORT), refused("mlock", lock));
    },

    #[needs(Pages(1))]
    fn report_where_mlock_is_always_invalid() {
        deny(SYS_mlock, EINVAL);
        let lock = Lock::Fails("EINVAL", "See the documentation");
        report::tells_the_truth(as_is(REPORT), refused("mlock", lock));
    },

    fn report_explains_itself_and_refuses_other_arguments() {
        let run = |argument| as_is(REPORT).arg(argument).command.output().unwrap();
        let help = run("--help");
        let text = String::from_utf8(help.stdout).unwrap();
        assert!(
            help.status.success() && text.starts_with("usage: report\n"),
            "{text}"
        );
        let unknown = run("--all");
        let text = String::from_utf8(unknown.stderr).unwrap();
        assert_eq!((unknown.status.code(), unknown.stdout.len()), (Some(2), 0));
        assert!(
            text.starts_with("report: unknown argument --all\n"),
            "{text}"
        );
    },

    fn report_without_a_reader_ends_in_silence() {
        let (reader, writer) = UnixStream::pair().unwrap();
        drop(reader);
        let mut command = as_is(REPORT).command;
        let output = command
            .stdout(OwnedFd::from(writer))
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = output.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.len()), (Some(2), 0));
    },

    #[needs(Pages(1))]
    fn report_for_a_user_with_one_page() {
        set_soft_rlimit(Resource::Memlock, page_size() as u64);
        report::tells_the_truth(as_is(REPORT), granted_here());
    },

    #[needs(Pages(1))]
    fn report_where_mlock_lies() {
        deny(SYS_mlock, 0);
        report::tells_the_truth(as_is(REPORT), refused("", Lock::Lies));
    }
];

const KIB_64: u64 = 64 * 1024;

fn less_than_a_page() -> u64 {
    page_size() as u64 - 1
}

/// Some calls are refused, as the report names them, and so is the lock.
fn refused(calls: &'static str, lock: Lock) -> Truth {
    Truth {
        refused: calls,
        lock,
        ..GRANTED
    }
}

const HANDLER: &str = "|/usr/bin/handler %p %s\n";

/// As the kernel prints it for two swap areas.
const SWAPS: &str = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
/dev/vda2                               partition\t1048572\t\t0\t\t-2
/swap/with/a/very/long/name/that/goes/on/and/on/until/it/is/too/long/file\tfile\t\t65532\t\t0\t\t-3
";
