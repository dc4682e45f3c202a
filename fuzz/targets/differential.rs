//! The same steps by this crate, by libc and by os-memlock 0.2.0, each on pages of its
//! own: the same errno and the same account by the kernel, except for the differences
//! that are written down here.
#![no_main]

use std::ffi::{c_int, c_void};
use std::io;
use std::ptr::with_exposed_provenance_mut;

use libfuzzer_sys::fuzz_target;
use os_memlock_fuzz::common::faces::FACES;
use os_memlock_fuzz::common::kernel::account;
use os_memlock_fuzz::common::model::Step;
use os_memlock_fuzz::common::pages::Pages;
use os_memlock_fuzz::common::proc::Proc;

use os_memlock_fuzz::{PAGES, steps};

/// Who makes the calls, each on the pages of its number.
#[derive(Clone, Copy)]
enum By {
    This,
    Libc,
    V02,
}

fuzz_target!(|bytes: &[u8]| {
    let all = [By::This, By::Libc, By::V02].map(|by| (by, Pages::unmapped(by as usize, PAGES)));
    let steps = all.each_ref().map(|(_, pages)| steps(bytes, pages));
    for (at, step) in steps[0].iter().enumerate() {
        let answers = all.each_ref().map(|(by, pages)| {
            let step = steps[*by as usize][at].clone();
            take(*by, pages, step)
        });
        let same = |answer: &Option<i32>| answer.is_none() || *answer == answers[0];
        assert!(answers.iter().all(same), "{answers:?}, {step:x?}");
        let mappings = Proc::own().mappings_below(all[2].1.range().end);
        let [this, libc, v02] = all.each_ref().map(|(_, pages)| account(pages, &mappings));
        assert_eq!(this, libc, "{step:x?}");
        assert_eq!(this, v02, "{step:x?}");
    }
});

/// The errno of a call, 0 for success; `None` where it is meant to differ.
fn take(by: By, pages: &Pages, step: Step) -> Option<i32> {
    match step {
        Step::Map(range, kind, rights) => pages.replace(range, kind, rights),
        Step::Unmap(range) => pages.unmap(range.start, range.len()),
        Step::Call(name, start, len) => {
            let addr = pages.addr().addr().wrapping_add(start);
            return answer(by, name, with_exposed_provenance_mut(addr), len);
        }
        _ => {}
    }
    None
}

fn answer(by: By, name: &str, ptr: *mut c_void, len: usize) -> Option<i32> {
    // The proof of each call below: the ranges of `steps` meet no memory but that of
    // the pages, which hold no Rust object.
    let done = match (by, name) {
        (By::This, _) => {
            let mut calls = FACES[1].range_calls().into_iter();
            let (.., call) = calls.find(|call| call.0 == name)?;
            return Some(call(ptr, len).map_or_else(|error| error.code.unwrap_or(-1), |()| 0));
        }
        // Longer than any object: EINVAL here, the kernel may say that it locked it.
        _ if len > isize::MAX as usize => return None,
        // SAFETY: see above.
        (By::V02, "mlock") => unsafe { os_memlock_0_2::mlock(ptr, len) },
        // SAFETY: see above.
        (By::V02, "munlock") => unsafe { os_memlock_0_2::munlock(ptr, len) },
        // SAFETY: see above.
        (By::V02, "madvise_dontdump") => unsafe { os_memlock_0_2::madvise_dontdump(ptr, len) },
        // Ok, and nothing happens, here; the kernel locks the page of an unaligned
        // address, refuses who may lock nothing, and refuses an unaligned advice.
        _ if len == 0 => return None,
        // What 0.2.0 lacks libc does in its place.
        // SAFETY: see above.
        (_, "mlock") => said(unsafe { libc::mlock(ptr, len) }),
        // SAFETY: see above.
        (_, "munlock") => said(unsafe { libc::munlock(ptr, len) }),
        // SAFETY: see above.
        (_, "mlock_onfault") => said(unsafe { libc::mlock2(ptr, len, libc::MLOCK_ONFAULT) }),
        // SAFETY: see above.
        (_, advice) => said(unsafe { libc::madvise(ptr, len, number(advice)) }),
    };
    Some(done.map_or_else(|error| error.raw_os_error().unwrap_or(-1), |()| 0))
}

fn number(advice: &str) -> c_int {
    match advice {
        "madvise_dontdump" => libc::MADV_DONTDUMP,
        "madvise_dodump" => libc::MADV_DODUMP,
        "madvise_wipeonfork" => libc::MADV_WIPEONFORK,
        "madvise_keeponfork" => libc::MADV_KEEPONFORK,
        "madvise_dontfork" => libc::MADV_DONTFORK,
        "madvise_dofork" => libc::MADV_DOFORK,
        _ => panic!("no number of {advice}"),
    }
}

fn said(answer: c_int) -> io::Result<()> {
    match answer {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
