//! What the kernel writes to a disk after locking and excluding.

use core::ffi::c_void;
use core::mem::forget;

use os_memlock::{PageRange, Resource};

use crate::cell::Cell;
use crate::common::case::Need;
use crate::common::core_pattern::CorePattern;
use crate::common::corefile::crash;
use crate::common::kernel::{has_flag, page_size, result_of};
use crate::common::limits::get_rlimit;
use crate::common::pages::Pages;
use crate::common::secret::{Secret, new_seed, search};
use crate::common::swapfile::{Swap, pageout};
use crate::subjects::Subject;

const LEN: usize = 64 << 10;

pub(super) fn core(subject: &Subject) -> Option<Cell> {
    if subject.hide.is_none() && subject.allocate.is_none() {
        return None;
    }
    let missing = [Need::System, Need::CoreFiles].map(Need::missing);
    if let Some(why) = missing.into_iter().flatten().next() {
        return Some(Cell::not_run(why));
    }
    let _pattern = CorePattern::plain();
    let secret = Secret::new(new_seed(), LEN);
    let limit_of_0 = Pages::shared(1);
    let crash = crash(|_| {
        let kept = subject.keep(LEN, &|place| write(secret, place));
        forget(kept.ok().expect("memory for a secret"));
        limit_of_0.write(0, u8::from(get_rlimit(Resource::Core) == (0, 0)));
    });
    let Some(core) = &crash.core else {
        return Some(without_core(subject, limit_of_0.read(0) == 1));
    };
    crash.pages_in(core);
    let [found] = search(core, [secret]);
    Some(Cell::whether(
        found.none(),
        format_args!("{found} pieces are in it"),
    ))
}

/// A crash of the subject left no core file, and its limit on them is 0 or is not.
fn without_core(subject: &Subject, limit_of_0: bool) -> Cell {
    assert!(crash(|_| ()).core.is_some(), "no crash leaves a core file");
    let saw = format!("no core file; the limit on them is 0: {limit_of_0}");
    Cell::whether(subject.disables_core_files && limit_of_0, saw)
}

pub(super) fn swap(subject: &Subject) -> Option<Cell> {
    if let Some(why) = Need::System.missing() {
        return Some(Cell::not_run(why));
    }
    let swap = Swap::on();
    let secrets = [(); 2].map(|()| Secret::new(new_seed(), LEN));
    let control = Pages::new(LEN / page_size());
    write(secrets[0], control.addr());
    let kept = subject.keep(LEN, &|place| write(secrets[1], place));
    let kept = kept.ok().expect("memory for a secret");
    let pages = PageRange::outward(kept.addr, LEN, page_size()).unwrap();
    let [_, found] = swap.search(secrets, || {
        // SAFETY: moves pages, and changes no byte of them.
        let moved = unsafe { libc::madvise(pages.addr(), pages.len(), libc::MADV_PAGEOUT) };
        let refused = result_of(moved).is_err() && has_flag(pages.addr(), "lo");
        assert!(moved == 0 || refused, "it is not sent to swap");
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
