//! What the subjects are asked. `None` where one has no such call.

use core::{ffi::c_long, mem::forget, slice};

use libc::{MADV_DONTDUMP, SYS_madvise, SYS_mlock, SYS_prlimit64};
use nix::errno::Errno::{self, *};

use os_memlock::{PageRange, Resource};
use seccompiler::SeccompCmpOp::Eq;

use crate::cell::{Answer, Cell, Failure, ask, fact, is_error, shown, whether};
use crate::common::{case::Need, core_pattern::CorePattern, corefile::crash, kernel::*};
use crate::common::{limits::*, pages::Pages, process::fork_and, seccomp::*, secret::*};
use crate::common::{swapfile::*, system_call::SYS_GETRLIMIT, watch::watch_each};
use crate::policies::POLICIES;
use crate::subjects::{RangeCall, ReadLimit, Subject};

/// At the start of a page and within it, where whoever rounds a range adds to its length.
pub fn too_long(who: &Subject) -> Cell {
    let (lock, page) = (who.lock?, Pages::new(1));
    let at = |place, offset| reported(place, lock(page.byte(offset), usize::MAX));
    let failed = at("", 0).filter(|it| it != "yes");
    failed.or_else(|| at("unaligned: ", 1))
}

/// Four pages, under a limit of one.
pub fn unreported(who: &Subject) -> Cell {
    limit_locks_to(page_size() as u64);
    reported("", who.keep(4 * page_size(), 0).map(forget))
}

/// Whether what came of a lock that cannot be is an error.
fn reported(place: &str, answer: Answer) -> Cell {
    let locked = answer
        .as_ref()
        .map(|()| format!(", with {} KiB locked", vm_lck_kib()));
    let saw = format!("{place}{}{}", shown(&answer), locked.unwrap_or_default());
    whether(is_error(&answer), saw)
}

pub fn zero(who: &Subject) -> Cell {
    let (lock, page) = (who.lock?, Pages::new(1));
    limit_locks_to(0);
    match shown(&lock(page.addr(), 0)) {
        said if said.starts_with('`') => fact("error", said),
        said => fact(said.replace("success", "`Ok`"), ""),
    }
}

pub fn locked(who: &Subject) -> Cell {
    let (addr, _free) = who.keep(4 * page_size(), 0).unwrap();
    let (marked, wanted) = (vm_lck_kib(), pages_kib(4));
    let there = mapping_at(addr).map_or(0, |it| it.locked_kib);
    let saw = format!("{marked} and {there} of {wanted} KiB");
    whether(marked.min(there) >= wanted, saw)
}

pub fn errno(who: &Subject) -> Cell {
    let lock = ("a lock", SYS_mlock, who.lock?);
    let hide = who.hide.map(|it| ("an exclusion", SYS_madvise, it));
    for (what, number, call) in [lock].into_iter().chain(hide) {
        // The usual ones, and one that no such call answers.
        for errno in [EPERM, EAGAIN, ENOMEM, EINVAL, ENOSYS, EOPNOTSUPP, EREMOTEIO] {
            let said = shown(&refused(number, call, errno));
            if said != format!("{errno:?}") {
                return whether(false, format!("{errno:?} of {what} is {said}"));
            }
        }
    }
    fact("yes", "")
}

/// The answer for two pages where a filter, the last of several, refuses the call.
fn refused(number: c_long, call: RangeCall, errno: Errno) -> Answer {
    deny(number, errno as i32);
    let pages = Pages::new(2);
    call(pages.addr(), pages.len())
}

/// Whether both are errors, and can be told apart.
fn apart(one: Answer, other: Answer) -> Cell {
    let [saw, also] = [&one, &other].map(shown);
    if one == other {
        return whether(false, format!("both are {saw}"));
    }
    whether(
        is_error(&one) && is_error(&other),
        format!("{saw} and {also}"),
    )
}

pub fn enosys(who: &Subject) -> Cell {
    let lock = who.lock?;
    let [one, other] = [ENOSYS, EINVAL].map(|it| refused(SYS_mlock, lock, it));
    apart(one, other)
}

pub fn advice(who: &Subject) -> Cell {
    let (hide, page) = (who.hide?, Pages::new(2));
    let bad_argument = hide(page.byte(1), page_size());
    deny_when(SYS_madvise, 2, Eq, MADV_DONTDUMP as u64, EINVAL as i32);
    apart(hide(page.addr(), page_size()), bad_argument)
}

pub fn over_limit(who: &Subject) -> Cell {
    over(1, who)
}

pub fn limit_of_0(who: &Subject) -> Cell {
    over(0, who)
}

/// Two pages over a limit, and where a filter refuses to lock them.
fn over(limit: usize, who: &Subject) -> Cell {
    let (lock, pages) = (who.lock?, Pages::new(2));
    limit_locks_to((limit * page_size()) as u64);
    let over = lock(pages.addr(), pages.len());
    apart(over, refused(SYS_mlock, lock, EPERM))
}

pub fn unaligned(who: &Subject) -> Cell {
    let (hide, page) = (who.hide?, Pages::new(1));
    let answer = hide(page.byte(1), page_size() / 2);
    let done = answer.is_ok() && has_flag(page.addr(), "dd");
    whether(done || is_error(&answer), shown(&answer))
}

/// The system calls of a body that has to be right: number, address and length.
fn traced(body: impl FnOnce() -> bool) -> Vec<(c_long, [usize; 2])> {
    let mut calls = Vec::new();
    let at = |_, number, [addr, len, ..]: [usize; 6]| calls.push((number, [addr, len]));
    let ended = watch_each(|| (), body, |right| u8::from(!right), at);
    assert!(ended.success(), "another answer: {ended}");
    calls
}

pub fn exclusion_calls(who: &Subject) -> Cell {
    let (hide, page) = (who.hide?, Pages::new(1));
    let good = traced(|| hide(page.addr(), 64).is_ok());
    let bad = traced(|| shown(&hide(page.byte(1), 64)) == "EINVAL");
    fact(format!("{}, {}", good.len(), bad.len()), "")
}

/// The first of two pages is locked and unlocked.
pub fn nothing_else(who: &Subject) -> Cell {
    let (lock, unlock, pages) = (who.lock?, who.unlock?, Pages::shared(2));
    let (addr, len) = (pages.addr(), page_size());
    let secret = Secret::new(new_seed(), 2 * len);
    // SAFETY: the pages are new, and as long as the secret.
    unsafe { secret.write(addr) };
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
    let bytes = unsafe { slice::from_raw_parts(addr.cast(), 2 * len) };
    let same = search(bytes, [secret])[0].all();
    let bytes = ["bytes are", "no byte is"][usize::from(same)];
    let saw = format!("calls {names}; {bytes} changed");
    whether(same && names == "`mlock`, `munlock`", saw)
}

/// Two secrets of half a page, on one page where the caller says where they are.
pub fn neighbour(who: &Subject) -> Cell {
    let (page, half) = (Pages::new(1), page_size() / 2);
    let mut left = page.byte(half);
    if who.allocate.is_some() {
        let [(_, free), (addr, keep)] = [0, 1].map(|seed| who.keep(half, seed).unwrap());
        free();
        forget(keep);
        left = addr;
    } else {
        for (call, at) in [(who.lock?, 0), (who.lock?, half), (who.unlock?, 0)] {
            call(page.byte(at), half).unwrap();
        }
    }
    whether(has_flag(left, "lo"), "the whole page is unlocked")
}

/// The size of a secret that is looked for on a disk.
const LEN: usize = 64 << 10;

pub fn core(who: &Subject) -> Cell {
    // Whoever cannot exclude is not asked.
    who.hide.map(drop).or(who.allocate.map(drop))?;
    assert_eq!(Need::System.missing().or(Need::CoreFiles.missing()), None);
    let _pattern = CorePattern::plain();
    let seed = new_seed();
    let crashed = crash(|_| forget(who.keep(LEN, seed).unwrap()));
    let Some(core) = &crashed.core else {
        assert!(crash(|_| ()).core.is_some(), "no crash leaves a core file");
        let _kept = who.keep(LEN, seed).unwrap();
        let off = who.library.is_some() && get_rlimit(Resource::Core) == (0, 0);
        return whether(off, "no core file");
    };
    crashed.pages_in(core);
    let [found] = search(core, [Secret::new(seed, LEN)]);
    whether(found.none(), format!("{found} pieces are in it"))
}

pub fn swap(who: &Subject) -> Cell {
    assert_eq!(Need::System.missing(), None);
    let swap = Swap::on();
    let seeds = [new_seed(), new_seed()];
    let secrets = seeds.map(|it| Secret::new(it, LEN));
    let control = Pages::new(LEN / page_size());
    // SAFETY: the pages are new, and as long as the secret.
    unsafe { secrets[0].write(control.addr()) };
    let (addr, _free) = who.keep(LEN, seeds[1]).unwrap();
    let pages = PageRange::outward(addr, LEN, page_size()).unwrap();
    let [_, found] = swap.search(secrets, || {
        // SAFETY: moves pages, and changes no byte of them.
        let moved = unsafe { libc::madvise(pages.addr(), pages.len(), libc::MADV_PAGEOUT) };
        assert!(moved == 0 || has_flag(pages.addr(), "lo"), "it is not sent");
        // Last, so that what is there when this has arrived is all that comes.
        pageout(&control).unwrap();
    });
    whether(found.none(), format!("{found} pieces are on it"))
}

/// What comes of reading, in a child, a limit that was set just before `confine`.
fn reading<T>(limit: ReadLimit, confine: impl FnOnce() -> T) -> &'static str {
    let ended = fork_and(|| {
        let [soft, hard] = [2, 3].map(|it| it * page_size() as u64);
        set_rlimit(Resource::Memlock, soft, hard);
        confine();
        match ask(limit) {
            Ok(read) => u8::from(read != (soft, hard)),
            Err(Failure::Error(..)) => 2,
            Err(Failure::Panic) => 3,
        }
    });
    let made_up = "numbers that are not the limit";
    let saw = ["read", made_up, "refused", "a panic"];
    ended.code().map_or("killed", |it| saw[it as usize])
}

pub fn limit_policies(who: &Subject) -> Cell {
    let limit = who.limit?;
    let fates = POLICIES.iter().map(|policy| {
        let fate = reading(limit, || policy.enforce());
        (fate != "read").then(|| format!("{} ({fate})", policy.name))
    });
    let others: Vec<_> = fates.flatten().collect();
    let (all, note) = (POLICIES.len(), format!("not under {}", others.join(", ")));
    fact(format!("{} of {all}", all - others.len()), note)
}

pub fn limit_refused(who: &Subject) -> Cell {
    let limit = who.limit?;
    let deny_all = |errno| [SYS_prlimit64, SYS_GETRLIMIT].map(|it| deny(it, errno));
    let mut fates = Vec::from([EPERM, ENOSYS].map(|it| reading(limit, || deny_all(it as i32))));
    fates.dedup();
    whether(fates == ["refused"], fates.join(", "))
}
