//! Time of a lock with its unlock, beside other ways to make the two calls.

use std::mem::MaybeUninit;

use criterion::{Criterion, criterion_group, criterion_main};
use os_memlock_benches::{floor, pages};

/// A benchmark a line: its name, what locks `addr` and `len`, what unlocks them. Both are
/// true on success.
macro_rules! benchmarks {
    ($group:ident, $($name:literal: $lock:expr, $unlock:expr;)+) => {$(
        $group.bench_function($name, |bencher| {
            bencher.iter(|| {
                // SAFETY: a lock changes no byte.
                assert!(unsafe { $lock });
                // SAFETY: nobody else needs the lock.
                assert!(unsafe { $unlock });
            });
        });
    )+};
}

fn lock_and_unlock(criterion: &mut Criterion) {
    for (count, name) in [(1, "1 page"), (256, "256 pages")] {
        let (addr, len) = pages(count);
        let mut group = criterion.benchmark_group(name);
        benchmarks! { group,
            "os_memlock::raw":
                os_memlock::raw::mlock(addr, len).is_ok(),
                os_memlock::raw::munlock(addr, len).is_ok();
            "os_memlock":
                os_memlock::mlock(addr, len).is_ok(),
                os_memlock::munlock(addr, len).is_ok();
            "inline assembly":
                floor::call(libc::SYS_mlock, addr, len, MaybeUninit::uninit()) == 0,
                floor::call(libc::SYS_munlock, addr, len, MaybeUninit::uninit()) == 0;
            "rustix":
                rustix::mm::mlock(addr, len).is_ok(),
                rustix::mm::munlock(addr, len).is_ok();
            "libc":
                libc::mlock(addr, len) == 0,
                libc::munlock(addr, len) == 0;
            "os-memlock 0.2.0":
                os_memlock_0_2::mlock(addr, len).is_ok(),
                os_memlock_0_2::munlock(addr, len).is_ok();
        }
    }
}

criterion_group!(benches, lock_and_unlock);
criterion_main!(benches);
