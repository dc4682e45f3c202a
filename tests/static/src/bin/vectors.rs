//! Whether the calls tell the compiler that Linux clears vector registers: those of
//! SVE on aarch64, those of V on riscv64.
//!
//! A loop keeps its constants in such registers and makes a call in between. Built
//! with optimisation and, on riscv64, with V; needs a kernel and a processor that have
//! them. User-mode emulators clear nothing.
#![no_std]
#![no_main]

use core::hint::black_box;

use os_memlock::Resource;
use os_memlock::raw;

type Rows = [[u64; 64]; 3];

const FACTOR: u64 = 7;
const ADDEND: u64 = 0x9e37_79b9;

/// Changes every word, with the call before each row.
macro_rules! around {
    ($name:ident, $row:ident, $call:expr) => {
        #[inline(never)]
        #[cfg_attr(target_arch = "aarch64", target_feature(enable = "sve"))]
        unsafe fn $name(factor: u64, rows: &mut Rows) {
            for $row in rows {
                let _ = black_box($call);
                for word in $row.iter_mut() {
                    *word = word.wrapping_mul(factor).wrapping_add(ADDEND);
                }
            }
        }
    };
}

around!(around_nothing, row, row.len());
around!(around_limit, row, raw::limit(Resource::Memlock).is_ok());
around!(around_mlock, row, {
    // SAFETY: the row is this program's, and outlives the call.
    unsafe { raw::mlock(row.as_ptr().cast(), 512) }.is_ok()
});

#[unsafe(no_mangle)]
extern "C" fn rt_main() -> ! {
    check("around nothing", around_nothing);
    check("around limit", around_limit);
    check("around mlock", around_mlock);
    rt::done()
}

fn check(name: &str, change: unsafe fn(u64, &mut Rows)) {
    let mut rows = black_box([[1; 64], [2; 64], [3; 64]]);
    // SAFETY: the machines that this program is for have the registers.
    unsafe { change(black_box(FACTOR), &mut rows) };
    for (start, row) in (1..).zip(&black_box(rows)) {
        let expected = FACTOR.wrapping_mul(start).wrapping_add(ADDEND);
        rt::check(name, row.iter().all(|word| *word == expected));
    }
}
