//! The same arguments to this crate, to libc and to os-memlock 0.2.0, each on a
//! mapping of its own: the same errno and the same account by the kernel, except
//! for the differences that are written down here.
#![no_main]

use std::ffi::c_void;
use std::io;
use std::ptr;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use os_memlock_fuzz::arena::{Arena, Kind, PAGES, Rights, within};
use os_memlock_fuzz::range::Range;

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Step {
    Map {
        page: u8,
        count: u8,
        kind: Kind,
        rights: Rights,
    },
    Unmap {
        page: u8,
        count: u8,
    },
    Call {
        call: Call,
        range: Range,
    },
}

/// The calls that all three have.
#[derive(Arbitrary, Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Mlock,
    Munlock,
    DontDump,
}

/// Who makes the calls; each has the arena of its number.
#[derive(Clone, Copy, Debug)]
enum By {
    This,
    Libc,
    V02,
}

const ALL: [By; 3] = [By::This, By::Libc, By::V02];

/// Where this crate is meant to differ, so that the call of the other is not made:
/// some of these would reach memory that is not the arena's.
fn intended(by: By, len: usize) -> Option<&'static str> {
    match by {
        By::Libc if len == 0 => Some(
            "a length of 0 is Ok and does nothing; the kernel locks the page of an unaligned \
             address, refuses who may lock nothing, and refuses an unaligned advice",
        ),
        By::Libc | By::V02 if len > isize::MAX as usize => {
            Some("a range longer than any object is EINVAL; the kernel may say that it locked it")
        }
        _ => None,
    }
}

fuzz_target!(|steps: Vec<Step>| {
    let arenas = ALL.map(|by| Arena::new(by as usize));
    for step in steps {
        take(arenas, step);
        let [this, libc, v02] = arenas.map(Arena::account);
        assert_eq!(this, libc, "{step:?}");
        assert_eq!(this, v02, "{step:?}");
    }
    for arena in arenas {
        arena.unmap(0, PAGES);
    }
});

fn take(arenas: [Arena; 3], step: Step) {
    match step {
        Step::Map {
            page,
            count,
            kind,
            rights,
        } => {
            let (page, count) = within(page, count);
            for arena in arenas {
                arena.map(page, count, kind, rights);
            }
        }
        Step::Unmap { page, count } => {
            let (page, count) = within(page, count);
            for arena in arenas {
                arena.unmap(page, count);
            }
        }
        Step::Call { call, range } => {
            let this = answer(By::This, call, range, arenas[0]);
            for by in [By::Libc, By::V02] {
                let arena = arenas[by as usize];
                if intended(by, range.at(arena).1).is_none() {
                    assert_eq!(
                        answer(by, call, range, arena),
                        this,
                        "{by:?} {call:?} {range:x?}"
                    );
                }
            }
        }
    }
}

/// The errno, 0 for success.
fn answer(by: By, call: Call, range: Range, arena: Arena) -> i32 {
    let (addr, len) = range.at(arena);
    let ptr = ptr::with_exposed_provenance_mut::<c_void>(addr);
    // SAFETY, here and below: `Range` gives ranges that meet no memory but the
    // arena's, which holds no Rust object.
    let done = match (by, call) {
        // SAFETY: see above.
        (By::This, Call::Mlock) => unsafe { os_memlock::mlock(ptr, len) },
        // SAFETY: see above.
        (By::This, Call::Munlock) => unsafe { os_memlock::munlock(ptr, len) },
        // SAFETY: see above.
        (By::This, Call::DontDump) => unsafe { os_memlock::madvise_dontdump(ptr, len) },
        // SAFETY: see above.
        (By::Libc, Call::Mlock) => said(unsafe { libc::mlock(ptr, len) }),
        // SAFETY: see above.
        (By::Libc, Call::Munlock) => said(unsafe { libc::munlock(ptr, len) }),
        // SAFETY: see above.
        (By::Libc, Call::DontDump) => said(unsafe { libc::madvise(ptr, len, libc::MADV_DONTDUMP) }),
        // SAFETY: see above.
        (By::V02, Call::Mlock) => unsafe { os_memlock_0_2::mlock(ptr, len) },
        // SAFETY: see above.
        (By::V02, Call::Munlock) => unsafe { os_memlock_0_2::munlock(ptr, len) },
        // SAFETY: see above.
        (By::V02, Call::DontDump) => unsafe { os_memlock_0_2::madvise_dontdump(ptr, len) },
    };
    done.map_or_else(|error| error.raw_os_error().unwrap_or(-1), |()| 0)
}

fn said(answer: i32) -> io::Result<()> {
    if answer == 0 {
        Ok(())
    } else {
        Err(io::Error::last_os_error())
    }
}
