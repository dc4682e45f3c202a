//! What the kernel writes to a disk after the documented use.

use core::ffi::c_void;
use std::env;
use std::fs;
use std::os::unix::process::ExitStatusExt as _;

use os_memlock::Resource;

use crate::cell::Cell;
use crate::common::core_pattern::CorePattern;
use crate::common::corefile::obstacle;
use crate::common::kernel::page_size;
use crate::common::limits::set_soft_rlimit;
use crate::common::pages::Pages;
use crate::common::privileges::is_root;
use crate::common::process::{fork, wait};
use crate::common::secret::{Secret, new_seed, search};
use crate::common::swapfile::{Swap, pageout};
use crate::subjects::Subject;

const LEN: usize = 64 << 10;

pub(super) fn core(subject: &Subject) -> Option<Cell> {
    if subject.hide.is_none() && subject.allocate.is_none() {
        return None;
    }
    if let Some(why) = obstacle() {
        return Some(Cell::not_run(why));
    }
    let _pattern = CorePattern::plain();
    let place = Pages::new(LEN / page_size());
    let secrets = two_secrets();
    let core = crash(|| {
        write(secrets[0], place.addr());
        let kept = subject.keep(LEN, &|place| write(secrets[1], place));
        kept.ok().expect("memory for a secret")
    });
    let Some(core) = core else {
        assert!(crash(|| ()).is_some(), "no crash leaves a core file here");
        return Some(Cell::yes("it switches core files off"));
    };
    let [control, found] = search(&core, secrets);
    assert!(control.all(), "the search proves nothing");
    Some(Cell::whether(
        found.none(),
        format_args!("{found} pieces are in it"),
    ))
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

pub(super) fn swap(subject: &Subject) -> Option<Cell> {
    if !is_root() {
        return Some(Cell::not_run("needs root, for a swap file"));
    }
    let swap = Swap::on();
    let secrets = two_secrets();
    let control = Pages::new(LEN / page_size());
    write(secrets[0], control.addr());
    let kept = subject.keep(LEN, &|place| write(secrets[1], place));
    let kept = kept.ok().expect("memory for a secret");
    let [_, found] = swap.search(secrets, || {
        // SAFETY: moves pages, and changes no byte of them. A refusal is as good.
        unsafe { libc::madvise(kept.addr, LEN, libc::MADV_PAGEOUT) };
        // Last, so that what is there when this has arrived is all that comes.
        pageout(&control).unwrap();
    });
    Some(Cell::whether(
        found.none(),
        format_args!("{found} pieces are on it"),
    ))
}

fn write(secret: Secret, place: *mut c_void) {
    // SAFETY: each place here is new memory of that many bytes.
    unsafe { secret.write(place) }
}
