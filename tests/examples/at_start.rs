//! What the example `at_start` finds out.

use core::ffi::c_int;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

use libc::{EINVAL, ENOMEM, EPERM, SYS_mlock};
use os_memlock::Resource;
use seccompiler::SeccompCmpOp::Eq;

use super::run::User::{self, Nobody, Tester};
use super::run::{AT_START, NOBODY, run, where_mounted};
use crate::common::case::cases;
use crate::common::kernel::page_size;
use crate::common::limits::set_soft_rlimit;
use crate::common::seccomp::{deny, deny_when};

cases![
    #[needs(Root)]
    fn finds_what_fits_into_a_limit_that_binds() {
        set_soft_rlimit(Resource::Memlock, 64 * 1024);
        ends("65536", Nobody, 0, "65536 bytes can be locked", "yes");
        ends(
            "65537",
            Nobody,
            1,
            "65537 bytes may exceed the limit: ENOMEM",
            "yes",
        );
        set_soft_rlimit(Resource::Memlock, 0);
        ends("1", Nobody, 1, "1 bytes may exceed the limit: EPERM", "yes");
    },

    #[needs(Root)]
    fn finds_a_limit_that_does_not_bind_and_a_refusal_that_is_not_the_limit() {
        set_soft_rlimit(Resource::Memlock, 0);
        ends("65536", Tester, 0, "65536 bytes can be locked", "no");
        // Of the locks that it asks for, only the one of a page.
        deny_when(SYS_mlock, 1, Eq, page_size() as u64, ENOMEM);
        ends("1", Tester, 1, "cannot be locked: ENOMEM", "no");
        set_soft_rlimit(Resource::Memlock, 64 * 1024);
        for (code, name) in [(EPERM, "EPERM"), (EINVAL, "EINVAL")] {
            deny(SYS_mlock, code);
            ends(
                "1",
                Tester,
                1,
                &format!("cannot be locked: {name}"),
                "not known",
            );
        }
    },

    #[needs(System)]
    fn tells_whether_core_dumps_are_off() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for (pattern, soft, off) in [
            ("core", 0, "yes"),
            ("core", 1, "yes"),
            ("core", 4095, "yes"),
            ("core", 4096, "no"),
            ("core", u64::MAX, "no"),
            ("|/usr/bin/handler", 0, "no"),
            ("|/usr/bin/handler", 1, "yes"),
            ("@/run/socket", 1, "no"),
        ] {
            fs::write(file.path(), pattern).unwrap();
            set_soft_rlimit(Resource::Core, soft);
            let mount = "--bind $0 /proc/sys/kernel/core_pattern";
            let text = where_mounted(mount, file.path(), AT_START);
            let says = format!("core dumps are off: {off}\n");
            assert!(text.contains(&says), "{pattern} {soft}");
        }
        // Of a program that its user may not read the kernel writes no core.
        let copy = tempfile::NamedTempFile::new().unwrap().into_temp_path();
        fs::copy(AT_START, &copy).unwrap();
        fs::set_permissions(&copy, Permissions::from_mode(0o711)).unwrap();
        set_soft_rlimit(Resource::Core, u64::MAX);
        let mut unreadable = Command::new(&copy);
        let output = unreadable.uid(NOBODY).gid(NOBODY).current_dir("/").output();
        let text = String::from_utf8(output.unwrap().stdout).unwrap();
        assert!(text.contains("core dumps are off: yes\n"));
    }
];

fn ends(len: &str, user: User, code: c_int, words: &str, binds: &str) {
    let start = run(AT_START, &[len], user);
    start.ends(code, ["to munlock lo 0", "to munlock"][code as usize]);
    start.says(words);
    start.says(&format!("the limit binds: {binds} core"));
}
