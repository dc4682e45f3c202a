//! Cases about memory and disks. `None` where the subject has no such call.

use core::ffi::{c_long, c_void};
use core::{mem::forget, slice};

use libc::EINVAL;
use os_memlock::{PageRange, Resource};

use crate::cell::{Cell, NOT_RUN, Said};
use crate::common::kernel::{has_flag, mapping_at, page_size, pages_kib, vm_lck_kib};
use crate::common::secret::{Secret, new_seed, search};
use crate::common::swapfile::{Swap, pageout};
use crate::common::{case::Need, core_pattern::CorePattern, corefile::crash};
use crate::common::{limits::get_rlimit, pages::Pages, watch::watch_each};
use crate::subjects::{Kept, Subject};

fn keep(subject: &Subject, len: usize, fill: impl Fn(*mut c_void)) -> Kept {
    subject.keep(len, &fill).ok().expect("locked memory")
}

fn write(secret: Secret, place: *mut c_void) {
    // SAFETY: each place here is new memory of that many bytes.
    unsafe { secret.write(place) }
}

pub fn locked(subject: &Subject) -> Option<Cell> {
    let before = vm_lck_kib();
    let (addr, _free) = keep(subject, 4 * page_size(), |_| ());
    let (marked, wanted) = (vm_lck_kib() - before, pages_kib(4));
    let in_memory = mapping_at(addr).map_or(0, |it| it.locked_kib);
    let saw = format!("of {wanted} KiB {marked} are in `VmLck`, {in_memory} locked in memory");
    Some(Cell::whether(marked.min(in_memory) >= wanted, saw))
}

/// The system calls of a body that has to be right: number, address and length.
fn traced(body: impl FnOnce() -> bool) -> Vec<(c_long, [usize; 2])> {
    let mut calls = Vec::new();
    let at = |_, number, [addr, len, ..]: [usize; 6]| calls.push((number, [addr, len]));
    let ended = watch_each(|| (), body, |right| u8::from(!right), at);
    assert!(ended.success(), "another answer: {ended}");
    calls
}

pub fn exclusion_calls(subject: &Subject) -> Option<Cell> {
    let (hide, page) = (subject.hide?, Pages::new(1));
    let good = traced(|| hide(page.addr(), 64).is_ok());
    let bad = traced(|| matches!(hide(page.byte(1), 64), Err(Said::Error(Some(EINVAL), _))));
    Some(Cell::fact(format!("{}, {}", good.len(), bad.len()), ""))
}

/// The first of two pages is locked and unlocked.
pub fn nothing_else(subject: &Subject) -> Option<Cell> {
    let (lock, unlock, pages) = (subject.lock?, subject.unlock?, Pages::shared(2));
    let secret = Secret::new(new_seed(), pages.len());
    write(secret, pages.addr());
    let (addr, len) = (pages.addr(), page_size());
    let calls = traced(|| lock(addr, len).is_ok() && unlock(addr, len).is_ok());
    let names = calls.iter().map(|&(number, range)| match number {
        _ if range != [addr.addr(), len] => "one elsewhere",
        libc::SYS_mlock => "`mlock`",
        libc::SYS_munlock => "`munlock`",
        libc::SYS_madvise => "`madvise`",
        _ => "another",
    });
    let names = names.collect::<Vec<_>>().join(", ");
    // SAFETY: the pages are this function's own, and nothing writes to them any more.
    let bytes = unsafe { slice::from_raw_parts(addr.cast(), pages.len()) };
    let same = search(bytes, [secret])[0].all();
    let bytes = ["bytes are changed", "no byte is changed"][usize::from(same)];
    let right = same && names == "`mlock`, `munlock`";
    Some(Cell::whether(right, format!("calls {names}; {bytes}")))
}

/// Two secrets of half a page, on one page where the caller says where they are.
pub fn neighbour(subject: &Subject) -> Option<Cell> {
    let (page, half) = (Pages::new(1), page_size() / 2);
    let left = if subject.allocate.is_some() {
        let [gone, left] = [(); 2].map(|()| keep(subject, half, |_| ()));
        (gone.1)();
        forget(left.1);
        left.0
    } else {
        let (lock, unlock) = (subject.lock?, subject.unlock?);
        for (call, at) in [(lock, 0), (lock, half), (unlock, 0)] {
            assert!(call(page.byte(at), half).is_ok());
        }
        page.byte(half)
    };
    let locked = has_flag(left, "lo");
    Some(Cell::whether(locked, "the whole page is unlocked"))
}

/// The size of a secret that is looked for on a disk.
const LEN: usize = 64 << 10;

pub fn core(subject: &Subject) -> Option<Cell> {
    // Whoever cannot exclude is not asked.
    subject.hide.map(drop).or(subject.allocate.map(drop))?;
    if let Some(why) = Need::System.missing().or(Need::CoreFiles.missing()) {
        return Some(Cell::fact(NOT_RUN, why));
    }
    let _pattern = CorePattern::plain();
    let secret = Secret::new(new_seed(), LEN);
    let crashed = crash(|_| forget(keep(subject, LEN, |place| write(secret, place))));
    let Some(core) = &crashed.core else {
        assert!(crash(|_| ()).core.is_some(), "no crash leaves a core file");
        let _kept = keep(subject, LEN, |_| ());
        let off = subject.library.is_some() && get_rlimit(Resource::Core) == (0, 0);
        return Some(Cell::whether(off, "no core file"));
    };
    crashed.pages_in(core);
    let [found] = search(core, [secret]);
    let saw = format!("{found} pieces are in it");
    Some(Cell::whether(found.none(), saw))
}

pub fn swap(subject: &Subject) -> Option<Cell> {
    if let Some(why) = Need::System.missing() {
        return Some(Cell::fact(NOT_RUN, why));
    }
    let swap = Swap::on();
    let secrets = [(); 2].map(|()| Secret::new(new_seed(), LEN));
    let control = Pages::new(LEN / page_size());
    write(secrets[0], control.addr());
    let (addr, _free) = keep(subject, LEN, |place| write(secrets[1], place));
    let pages = PageRange::outward(addr, LEN, page_size()).unwrap();
    let [_, found] = swap.search(secrets, || {
        // SAFETY: moves pages, and changes no byte of them.
        let moved = unsafe { libc::madvise(pages.addr(), pages.len(), libc::MADV_PAGEOUT) };
        assert!(moved == 0 || has_flag(pages.addr(), "lo"), "it is not sent");
        // Last, so that what is there when this has arrived is all that comes.
        pageout(&control).unwrap();
    });
    let saw = format!("{found} pieces are on it");
    Some(Cell::whether(found.none(), saw))
}
