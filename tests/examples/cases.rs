//! Each example in each situation: as whoever runs the tests, as a user without
//! privileges under several limits, and where calls are refused.

use core::ffi::c_int;
use core::ptr;
use std::ffi::CString;
use std::fs::{self, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;

use libc::{EINVAL, ENOSYS, EPERM, RLIMIT_CORE, RLIMIT_MEMLOCK, SYS_madvise, SYS_mlock};
use seccompiler::SeccompCmpOp;

use super::binary::{as_is, as_nobody, build_what_is_stale, unreadable};
use super::locked_vec::{self, Buffer};
use super::report::{self, Lock, Truth};
use super::simple::{self, End};
use crate::common::harness::{CHILD, Case, Need};
use crate::common::kernel::page_size;
use crate::common::pages::Pages;
use crate::common::process::{Ended, fork_and, get_rlimit, set_rlimit};
use crate::common::seccomp::{deny, deny_when, kill_all_but_reading};

/// The cases, once the programs are there to be run.
pub(crate) fn prepared() -> &'static [Case] {
    if std::env::var_os(CHILD).is_none() {
        build_what_is_stale();
    }
    CASES
}

const CASES: &[Case] = &[
    case("simple_as_is", Need::Pages(1), || {
        simple::tells_the_truth(as_is("simple"), End::Done);
    }),
    case("simple_for_a_user_with_64_kib", Need::Root, || {
        simple::tells_the_truth(as_nobody("simple", KIB_64), End::Done);
    }),
    case(
        "simple_for_a_user_with_less_than_a_page",
        Need::Root,
        || {
            let program = as_nobody("simple", less_than_a_page());
            simple::tells_the_truth(program, End::Refused("ulimit -l"));
        },
    ),
    case("simple_for_a_user_with_a_limit_of_0", Need::Root, || {
        simple::tells_the_truth(as_nobody("simple", 0), End::Refused("ulimit -l"));
    }),
    case("simple_where_mlock_is_forbidden", Need::Pages(1), || {
        deny(SYS_mlock, EPERM);
        simple::tells_the_truth(as_is("simple"), End::Refused("seccomp"));
    }),
    case("simple_where_mlock_is_missing", Need::Nothing, || {
        deny(SYS_mlock, ENOSYS);
        simple::tells_the_truth(as_is("simple"), End::GoesOn);
    }),
    case("locked_vec_as_is", Need::Pages(1), || {
        locked_vec::tells_the_truth(as_is("locked_vec"), Buffer::LockedAndHidden);
    }),
    case("locked_vec_for_a_user_with_64_kib", Need::Root, || {
        let program = as_nobody("locked_vec", KIB_64);
        locked_vec::tells_the_truth(program, Buffer::LockedAndHidden);
    }),
    case(
        "locked_vec_with_a_limit_of_0_fails_closed",
        Need::Root,
        || {
            let program = as_nobody("locked_vec", 0);
            locked_vec::tells_the_truth(program, Buffer::Refused("mlock: "));
        },
    ),
    case("locked_vec_with_a_limit_of_0_degrades", Need::Root, || {
        let program = as_nobody("locked_vec", 0).arg("degrade");
        locked_vec::tells_the_truth(program, Buffer::Hidden);
    }),
    case(
        "locked_vec_where_mlock_is_forbidden_fails_closed",
        Need::Nothing,
        || {
            deny(SYS_mlock, EPERM);
            let program = as_is("locked_vec").arg("fail-closed");
            locked_vec::tells_the_truth(program, Buffer::Refused("mlock: "));
        },
    ),
    case(
        "locked_vec_where_mlock_is_missing_degrades",
        Need::Nothing,
        || {
            deny(SYS_mlock, ENOSYS);
            locked_vec::tells_the_truth(as_is("locked_vec").arg("degrade"), Buffer::Hidden);
        },
    ),
    case(
        "locked_vec_that_cannot_hide_leaves_nothing_locked",
        Need::Pages(1),
        || {
            let advice = libc::MADV_DONTDUMP as u64;
            deny_when(SYS_madvise, 2, SeccompCmpOp::Eq, advice, EPERM);
            let refused = Buffer::Refused("madvise_dontdump: ");
            locked_vec::tells_the_truth(as_is("locked_vec"), refused);
        },
    ),
    case("report_as_is", Need::Pages(1), || {
        let truth = Truth {
            lifted: limit_is_lifted(),
            ..GRANTED
        };
        report::tells_the_truth(as_is("report"), &truth);
    }),
    case("report_for_a_user_with_64_kib", Need::Root, || {
        report::tells_the_truth(as_nobody("report", KIB_64), &GRANTED);
    }),
    case("report_with_core_files_allowed", Need::Pages(1), || {
        let (_, hard) = get_rlimit(RLIMIT_CORE as c_int);
        set_rlimit(RLIMIT_CORE as c_int, hard, hard);
        let truth = Truth {
            lifted: limit_is_lifted(),
            ..GRANTED
        };
        report::tells_the_truth(as_is("report"), &truth);
    }),
    case("report_with_a_core_limit_of_1", Need::Pages(1), || {
        let (_, hard) = get_rlimit(RLIMIT_CORE as c_int);
        set_rlimit(RLIMIT_CORE as c_int, hard.min(1), hard);
        let truth = Truth {
            lifted: limit_is_lifted(),
            ..GRANTED
        };
        report::tells_the_truth(as_is("report"), &truth);
    }),
    case(
        "report_with_a_core_handler_and_a_core_limit_of_1",
        Need::System,
        || {
            let (_, hard) = get_rlimit(RLIMIT_CORE as c_int);
            set_rlimit(RLIMIT_CORE as c_int, hard.min(1), hard);
            show("/proc/sys/kernel/core_pattern", "|/usr/bin/handler %p %s\n");
            report::tells_the_truth(as_nobody("report", KIB_64), &GRANTED);
        },
    ),
    case("report_with_swap_and_a_core_handler", Need::System, || {
        show("/proc/swaps", SWAPS);
        show("/proc/sys/kernel/core_pattern", "|/usr/bin/handler %p %s\n");
        report::tells_the_truth(as_nobody("report", KIB_64), &GRANTED);
    }),
    case(
        "report_of_a_process_that_is_not_dumpable",
        Need::Root,
        || {
            let truth = Truth {
                dumpable: false,
                ..GRANTED
            };
            report::tells_the_truth(unreadable("report", KIB_64), &truth);
        },
    ),
    case(
        "report_for_a_user_with_less_than_a_page",
        Need::Root,
        || {
            let lock = Lock::Fails("ENOMEM", "The limit has no room for a page");
            let truth = Truth {
                refused: "mlock mlock_onfault",
                lock,
                ..GRANTED
            };
            report::tells_the_truth(as_nobody("report", less_than_a_page()), &truth);
        },
    ),
    case("report_for_a_user_with_a_limit_of_0", Need::Root, || {
        let lock = Lock::Fails("EPERM", "The limit is 0");
        let truth = Truth {
            refused: "mlock mlock_onfault",
            lock,
            ..GRANTED
        };
        report::tells_the_truth(as_nobody("report", 0), &truth);
    }),
    case("report_where_nothing_may_be_set", Need::Pages(1), || {
        let truth = Truth {
            lifted: limit_is_lifted(),
            ..GRANTED
        };
        kill_all_but_reading();
        report::tells_the_truth(as_is("report"), &truth);
    }),
    case("report_where_mlock_is_forbidden", Need::Pages(1), || {
        deny(SYS_mlock, EPERM);
        let lock = Lock::Fails("EPERM", "A sandbox refuses");
        report::tells_the_truth(
            as_is("report"),
            &Truth {
                refused: "mlock",
                lock,
                ..GRANTED
            },
        );
    }),
    case(
        "report_where_mlock_is_forbidden_to_a_user_with_64_kib",
        Need::Root,
        || {
            deny(SYS_mlock, EPERM);
            let lock = Lock::Fails("EPERM", "A sandbox refuses");
            let truth = Truth {
                refused: "mlock",
                lock,
                ..GRANTED
            };
            report::tells_the_truth(as_nobody("report", KIB_64), &truth);
        },
    ),
    case("report_where_mlock_is_missing", Need::Pages(1), || {
        deny(SYS_mlock, ENOSYS);
        let lock = Lock::Fails("ENOSYS", "Go on without locks");
        report::tells_the_truth(
            as_is("report"),
            &Truth {
                refused: "mlock",
                lock,
                ..GRANTED
            },
        );
    }),
    case(
        "report_where_mlock_is_always_invalid",
        Need::Pages(1),
        || {
            deny(SYS_mlock, EINVAL);
            let lock = Lock::Fails("EINVAL", "See the documentation");
            report::tells_the_truth(
                as_is("report"),
                &Truth {
                    refused: "mlock",
                    lock,
                    ..GRANTED
                },
            );
        },
    ),
    case("report_where_mlock_lies", Need::Pages(1), || {
        deny(SYS_mlock, 0);
        report::tells_the_truth(
            as_is("report"),
            &Truth {
                lock: Lock::Lies,
                ..GRANTED
            },
        );
    }),
];

const KIB_64: u64 = 64 * 1024;

const GRANTED: Truth = Truth {
    refused: "",
    lifted: false,
    dumpable: true,
    lock: Lock::Works,
};

const fn case(name: &'static str, needs: Need, body: fn()) -> Case {
    Case { name, needs, body }
}

fn less_than_a_page() -> u64 {
    page_size() as u64 - 1
}

/// As the kernel prints it for two swap areas.
const SWAPS: &str = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority
/dev/vda2                               partition\t1048572\t\t0\t\t-2
/swap/with/a/very/long/name/that/goes/on/and/on/until/it/is/too/long/file\tfile\t\t65532\t\t0\t\t-3
";

/// Whether a process of this user can lock a page with a limit of 0.
fn limit_is_lifted() -> bool {
    let ended = fork_and(|| {
        let (_, hard) = get_rlimit(RLIMIT_MEMLOCK as c_int);
        set_rlimit(RLIMIT_MEMLOCK as c_int, 0, hard);
        let page = Pages::new(1);
        // The kernel's own: a sanitizer replaces the C library's mlock.
        // SAFETY: the page is mapped, and locking it changes no byte.
        u8::from(unsafe { libc::syscall(SYS_mlock, page.ptr(0), page_size()) } == 0)
    });
    ended == Ended::Code(1)
}

/// Shows this process, its children and nobody else another content of a file:
/// in a mount namespace of its own, which ends with it.
fn show(path: &str, content: &str) {
    // SAFETY: no pointer is involved, and the case has one thread.
    let answer = unsafe { libc::unshare(libc::CLONE_NEWNS) };
    assert_eq!(answer, 0, "{}", io::Error::last_os_error());
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    fs::set_permissions(file.path(), Permissions::from_mode(0o444)).unwrap();
    mount(None, "/", libc::MS_REC | libc::MS_PRIVATE);
    mount(file.path().to_str(), path, libc::MS_BIND);
}

fn mount(source: Option<&str>, target: &str, flags: libc::c_ulong) {
    let [source, target] = [source.unwrap_or("none"), target].map(|it| CString::new(it).unwrap());
    // SAFETY: both are C strings, and no data goes with these flags.
    let answer = unsafe {
        libc::mount(
            source.as_ptr(),
            target.as_ptr(),
            ptr::null(),
            flags,
            ptr::null(),
        )
    };
    assert_eq!(answer, 0, "{target:?}: {}", io::Error::last_os_error());
}
