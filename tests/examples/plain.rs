//! What the examples `at_start` and `many_keys` print, compared with what has to come of it.

use libc::{EPERM, SYS_mlock};
use os_memlock::Resource;

use super::KIB_64;
use super::program::{AT_START, MANY_KEYS, as_is, as_nobody, show, unreadable};
use crate::common::case::cases;
use crate::common::kernel::page_size;
use crate::common::limits::set_soft_rlimit;
use crate::common::process::in_child;
use crate::common::seccomp::deny;

cases![
    #[needs(Root)]
    fn at_start_finds_what_fits_into_a_limit_that_binds() {
        for (limit, len, exit, says) in [
            (KIB_64, "65536", 0, "65536 bytes can be locked"),
            (KIB_64, "65537", 1, "65537 bytes exceed the limit: ENOMEM"),
            (0, "1", 1, "1 bytes exceed the limit: EPERM"),
        ] {
            let (text, code) = as_nobody(AT_START, limit).arg(len).output();
            assert_eq!(code, Some(exit), "{text}");
            assert!(text.contains(says), "{text}");
            assert!(text.contains("the limit binds: yes\n"), "{text}");
        }
    },

    #[needs(Root)]
    fn at_start_finds_a_limit_that_does_not_bind_and_a_refusal_that_is_not_the_limit() {
        set_soft_rlimit(Resource::Memlock, 0);
        let (text, code) = as_is(AT_START).arg("65536").output();
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains("the limit binds: no\n"), "{text}");
        set_soft_rlimit(Resource::Memlock, KIB_64);
        deny(SYS_mlock, EPERM);
        let (text, code) = as_is(AT_START).output();
        assert_eq!(code, Some(1), "{text}");
        assert!(text.contains("cannot be locked: EPERM"), "{text}");
        assert!(text.contains("the limit binds: not known\n"), "{text}");
    },

    #[needs(System)]
    fn at_start_tells_whether_core_dumps_are_off() {
        for (pattern, soft, off) in [
            ("core", 0, "yes"),
            ("core", 1, "yes"),
            ("core", u64::MAX, "no"),
            ("|/usr/bin/handler", 0, "no"),
            ("|/usr/bin/handler", 1, "yes"),
            ("@/run/socket", 1, "no"),
        ] {
            in_child(|| {
                set_soft_rlimit(Resource::Core, soft);
                show("/proc/sys/kernel/core_pattern", pattern);
                let (text, _) = as_is(AT_START).output();
                let says = format!("core dumps are off: {off}\n");
                assert!(text.contains(&says), "{pattern} {soft}: {text}");
            });
        }
        let (text, _) = unreadable(AT_START, KIB_64).output();
        assert!(text.contains("core dumps are off: yes\n"), "{text}");
    },

    #[needs(Root)]
    fn many_keys_locks_and_unlocks_the_region_alone() {
        let (text, code) = as_nobody(MANY_KEYS, KIB_64).arg("1000").output();
        assert_eq!(code, Some(0), "{text}");
        let kib = 1000_usize * 32;
        let kib = kib.next_multiple_of(page_size()) / 1024;
        let lines: Vec<_> = text.split_inclusive('\n').skip(1).collect();
        let expected = [
            ("with all keys", kib),
            ("without them", kib),
            ("without the region", 0),
        ];
        let expected = expected.map(|(when, kib)| format!("{when}: VmLck:\t{kib:8} kB\n"));
        assert_eq!(lines, expected);
        let (text, code) = as_nobody(MANY_KEYS, 0).output();
        assert_eq!(code, Some(1), "{text}");
    }
];
