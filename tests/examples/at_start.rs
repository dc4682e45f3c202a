//! What the example `at_start` finds out.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use libc::{EPERM, SYS_mlock};
use os_memlock::Resource;

use super::run::User::{Nobody, Tester};
use super::run::{AT_START, NOBODY, run};
use crate::common::case::cases;
use crate::common::limits::set_soft_rlimit;
use crate::common::seccomp::deny;

cases![
    #[needs(Root)]
    fn finds_what_fits_into_a_limit_that_binds() {
        let cases = [
            (
                64,
                "65536",
                0,
                "to munlock lo 0",
                "65536 bytes can be locked",
            ),
            (
                64,
                "65537",
                1,
                "to munlock",
                "65537 bytes exceed the limit: ENOMEM",
            ),
            (0, "1", 1, "to munlock", "1 bytes exceed the limit: EPERM"),
        ];
        for (kib, len, code, steps, says) in cases {
            set_soft_rlimit(Resource::Memlock, kib * 1024);
            let start = run(AT_START, &[len], Nobody);
            start.ends(code, steps);
            start.says(says);
            start.says("the limit binds: yes");
        }
    },

    #[needs(Root)]
    fn finds_a_limit_that_does_not_bind_and_a_refusal_that_is_not_the_limit() {
        set_soft_rlimit(Resource::Memlock, 0);
        let start = run(AT_START, &["65536"], Tester);
        start.ends(0, "to munlock lo 0");
        start.says("the limit binds: no ");
        set_soft_rlimit(Resource::Memlock, 64 * 1024);
        deny(SYS_mlock, EPERM);
        let start = run(AT_START, &[], Tester);
        start.ends(1, "to munlock");
        start.says("cannot be locked: EPERM");
        start.says("the limit binds: not known");
    },

    #[needs(System)]
    fn tells_whether_core_dumps_are_off() {
        let output = |mut command: Command| {
            let output = command.output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        let file = tempfile::NamedTempFile::new().unwrap();
        for (pattern, soft, off) in [
            ("core", 0, "yes"),
            ("core", 1, "yes"),
            ("core", u64::MAX, "no"),
            ("|/usr/bin/handler", 0, "no"),
            ("|/usr/bin/handler", 1, "yes"),
            ("@/run/socket", 1, "no"),
        ] {
            fs::write(file.path(), pattern).unwrap();
            set_soft_rlimit(Resource::Core, soft);
            let script = "mount --bind $0 /proc/sys/kernel/core_pattern && exec $1";
            let mut alone = Command::new("unshare");
            alone.args(["--mount", "sh", "-c", script]);
            alone.arg(file.path()).arg(AT_START);
            let says = format!("core dumps are off: {off}\n");
            assert!(output(alone).contains(&says), "{pattern} {soft}");
        }
        // Of a program that its user may not read the kernel writes no core.
        let copy = tempfile::NamedTempFile::new().unwrap().into_temp_path();
        fs::copy(AT_START, &copy).unwrap();
        fs::set_permissions(&copy, Permissions::from_mode(0o711)).unwrap();
        let mut unreadable = Command::new(&copy);
        unreadable.uid(NOBODY).gid(NOBODY).current_dir("/");
        assert!(output(unreadable).contains("core dumps are off: yes\n"));
    }
];
