//! What the kernel writes to a disk after the documented use.

use core::ffi::c_void;
use std::env;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;

use os_memlock::Resource;

use crate::cell::Cell;
use crate::common::corefile::{CorePattern, obstacle};
use crate::common::kernel::page_size;
use crate::common::limits::set_soft_rlimit;
use crate::common::pages::Pages;
use crate::common::process::{fork, is_root, wait};
use crate::common::secret::{Secret, new_seed, search};
use crate::common::swapfile::{Swap, pageout};
use crate::subjects::Subject;

const LEN: usize = 64 << 10;

pub(super) fn core(subject: &Subject) -> Cell {
    if let Some(why) = obstacle() {
        return Cell::not_run(why);
    }
    let _pattern = CorePattern::plain();
    let place = Pages::new(LEN / page_size());
    let secrets = two_secrets();
    match crash(|| {
        write(secrets[0], place.addr());
        subject.keep(LEN, &|place| write(secrets[1], place)).ok()
    }) {
        Some(core) => {
            let [control, found] = search(&core, secrets);
            assert!(control.all(), "the search proves nothing");
            Cell::whether(found.none(), format_args!("{found} pieces are in it"))
        }
        None => {
            let others = crash(|| ());
            assert!(others.is_some(), "no crash leaves a core file here");
            Cell::yes("it switches core files off")
        }
    }
}

/// The control, which is never protected, and the subject's. They are new, so that
/// nothing that a child inherits can be taken for them.
fn two_secrets() -> [Secret; 2] {
    let seed = new_seed();
    [seed, !seed].map(|seed| Secret::new(seed, LEN))
}

/// The core file of a child that crashes after it has called `before`.
fn crash<T>(before: impl FnOnce() -> T) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let pid = fork(|| {
        env::set_current_dir(&folder).unwrap();
        // It is 0 on most machines.
        set_soft_rlimit(Resource::Core, u64::MAX);
        std::mem::forget(before());
        std::process::abort()
    });
    let status = wait(pid);
    assert_eq!(status.signal(), Some(libc::SIGABRT), "{status}");
    let mut files = fs::read_dir(folder.path()).unwrap();
    files
        .next()
        .map(|file| fs::read(file.unwrap().path()).unwrap())
}

pub(super) fn swap(subject: &Subject) -> Cell {
    if !is_root() {
        return Cell::not_run("needs root, for a swap file");
    }
    let swap = Swap::on();
    let secrets = two_secrets();
    let control = Pages::new(LEN / page_size());
    write(secrets[0], control.addr());
    let kept = match subject.keep(LEN, &|place| write(secrets[1], place)) {
        Ok(kept) => kept,
        Err(fault) => return Cell::no(format_args!("answers {fault}")),
    };
    let [_, found] = swap.search(secrets, || {
        pageout(&control).unwrap();
        // SAFETY: moves pages, and changes no byte of them. An error is as good.
        unsafe { libc::madvise(kept.addr, LEN, libc::MADV_PAGEOUT) };
    });
    Cell::whether(found.none(), format_args!("{found} pieces are on it"))
}

fn write(secret: Secret, place: *mut c_void) {
    // SAFETY: each place here is new memory of that many bytes.
    unsafe { secret.write(place) }
}
