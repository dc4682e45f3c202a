//! On the real kernel: the switch that macOS exposes, on Linux's limit.
//!
//! Each test runs in a process of its own, since the limit is the process's.
#![cfg(all(target_os = "linux", not(miri)))]

use std::boxed::Box;
use std::env;
use std::process::Command;
use std::string::String;
use std::thread;
use std::vec::Vec;

use crate::backend::Os;
use crate::core_limit::switch::Switch;

const CHILD: &str = "OS_MEMLOCK_UNIT_TEST_CHILD";

/// Tests that run in a child each.
macro_rules! in_a_child {
    ($(fn $test:ident() $body:block)+) => {$(
        #[test]
        fn $test() {
            in_a_child(stringify!($test), || $body);
        }
    )+};
}

/// Runs `body` in a child that executes the calling test alone.
fn in_a_child(test: &str, body: impl FnOnce()) {
    if env::var_os(CHILD).is_some() {
        return body();
    }
    let name = std::format!("tests::core_switch_kernel::{test}");
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", &name, "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout) + String::from_utf8_lossy(&child.stderr);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

fn switch() -> &'static Switch {
    Box::leak(Box::new(Switch::new()))
}

/// The limit as libc tells it, without this crate.
fn kernel_limit() -> (u64, u64) {
    let mut limit = libc::rlimit64 {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the pointer is to a limit that the call may write.
    let answer = unsafe { libc::getrlimit64(libc::RLIMIT_CORE, &raw mut limit) };
    assert_eq!(answer, 0);
    (limit.rlim_cur, limit.rlim_max)
}

fn set_kernel_limit(soft: u64, hard: u64) {
    let limit = libc::rlimit64 {
        rlim_cur: soft,
        rlim_max: hard,
    };
    // SAFETY: the pointer is to a limit that the call reads.
    let answer = unsafe { libc::setrlimit64(libc::RLIMIT_CORE, &raw const limit) };
    assert_eq!(answer, 0);
}

in_a_child! {
    fn the_kernel_sees_the_soft_limit_fall_and_come_back() {
            set_kernel_limit(4096, 8192);
            let switch = switch();
            let one = switch.guard::<Os>().unwrap();
            let other = switch.guard::<Os>().unwrap();
            assert_eq!(kernel_limit(), (0, 8192));
            drop(one);
            assert_eq!(kernel_limit(), (0, 8192));
            assert_eq!(other.restore(), Ok(()));
            assert_eq!(kernel_limit(), (4096, 8192));
    }

    fn disable_is_for_good() {
        set_kernel_limit(4096, 8192);
        let switch = switch();
        let guard = switch.guard::<Os>().unwrap();
        switch.disable::<Os>().unwrap();
        drop(guard);
        assert_eq!(kernel_limit(), (0, 8192));
    }

    fn many_threads_end_where_they_began() {
        set_kernel_limit(4096, 8192);
        let switch = switch();
        thread::scope(|scope| {
            for seed in 0..8_usize {
                scope.spawn(move || {
                    let mut guards = Vec::new();
                    for turn in 0..500_usize {
                        let dice = turn.wrapping_mul(seed * 2 + 7) >> 1;
                        if dice % 5 < 3 || guards.is_empty() {
                            guards.push(switch.guard::<Os>().unwrap());
                        } else {
                            drop(guards.swap_remove(dice % guards.len()));
                        }
                        if !guards.is_empty() {
                            assert_eq!(kernel_limit(), (0, 8192));
                        }
                    }
                });
            }
        });
        assert_eq!(kernel_limit(), (4096, 8192));
    }
}
