//! The functions of the crate: what they returned, and what was seen of it.

use os_memlock::{Limit, Resource, Support};

use crate::common::faces::{Answer, FACES, Face, RangeCall, Refusal, refused};
use crate::common::limits::{RESOURCES, limit_by_proc};
use crate::common::pages::Pages;
use crate::common::system::page_size;
use crate::marks::{GONE, LOCKED, ON_FAULT, WIPED, marks};

/// Asked besides the functions: more than the limit and the group of any row but those that
/// have none.
pub(crate) const LARGE: [&str; 2] = ["mlock 64 MiB", "mlock_onfault 64 MiB"];

/// What comes of one of these, or of a function. The process ends after it.
pub(crate) fn outcome(name: &str) -> String {
    let face = &FACES[0];
    match name {
        "mlock" => makes(face.mlock, LOCKED),
        "munlock" => undoes(face.munlock, face.mlock, LOCKED),
        "munlock_after_failed_mlock" => after_failed_mlock(face),
        "mlock_onfault" => makes(face.mlock_onfault, ON_FAULT),
        "madvise_dontdump" => makes(face.madvise_dontdump, &["dd"]),
        "madvise_dodump" => undoes(face.madvise_dodump, face.madvise_dontdump, &["dd"]),
        "madvise_wipeonfork" => makes(face.madvise_wipeonfork, WIPED),
        "madvise_keeponfork" => undoes(face.madvise_keeponfork, face.madvise_wipeonfork, WIPED),
        "madvise_dontfork" => makes(face.madvise_dontfork, GONE),
        "madvise_dofork" => undoes(face.madvise_dofork, face.madvise_dontfork, GONE),
        "supported" | "probe" => not_granted((face.supported)() - (face.probe)(Support::all())),
        "page_size" => told((face.page_size)(), |&size| size == page_size()),
        "limit" => of_limits(face.limit),
        "set_soft_limit" => of_limits(set_soft_limit),
        "set_limit" => of_limits(set_limit),
        "process_dumpable" => told((face.process_dumpable)(), |&yes| yes),
        "set_process_dumpable" => told((face.set_process_dumpable)(false), |()| {
            (face.process_dumpable)() == Ok(false)
        }),
        "disable_core_dumps_for_process" => {
            told((face.disable_core_dumps_for_process)(), |()| true)
        }
        "disable_core_dumps_with_guard" => told((face.disable_core_dumps_with_guard)(), |_| true),
        "mlock 64 MiB" => large(face.mlock),
        "mlock_onfault 64 MiB" => large(face.mlock_onfault),
        _ => panic!("nothing asks about {name}"),
    }
}

fn makes(call: RangeCall, expected: &[&str]) -> String {
    let pages = Pages::new(1);
    let answer = call(pages.addr(), pages.len());
    pages.write(0, 7);
    verdict(answer, &marks(&pages), expected)
}

/// The call after the one that it undoes.
fn undoes(call: RangeCall, what: RangeCall, expected: &[&str]) -> String {
    let pages = Pages::new(1);
    pages.write(0, 7);
    let _ = what(pages.addr(), pages.len());
    let before = marks(&pages);
    undone(call(pages.addr(), pages.len()), &before, &pages, expected)
}

/// A lock over a hole fails, and leaves what was mapped before it locked.
fn after_failed_mlock(face: &Face) -> String {
    let pages = Pages::new(2);
    pages.unmap(1, 1);
    pages.write(0, 7);
    let mut answer = (face.mlock)(pages.addr(), pages.len());
    if answer == refused(libc::ENOMEM) {
        answer = Ok(());
    }
    let before = marks(&pages);
    (face.munlock_after_failed_mlock)(pages.addr(), pages.len());
    undone(answer, &before, &pages, LOCKED)
}

/// What was seen before, of which nothing may be left.
fn undone(answer: Answer<()>, before: &[&str], pages: &Pages, expected: &[&str]) -> String {
    match marks(pages) {
        left if left.is_empty() => verdict(answer, before, expected),
        left => format!("{answer:?}, and left {left:?}"),
    }
}

/// In one word or few: an error, or what the kernel does not show of the effect, or shows
/// besides.
fn verdict(answer: Answer<()>, seen: &[&str], expected: &[&str]) -> String {
    let without = |all: &[&str], some: &[&str]| {
        let rest = all.iter().filter(|it| !some.contains(it));
        rest.copied().collect::<Vec<_>>().join(" ")
    };
    let (lacks, besides) = (without(expected, seen), without(seen, expected));
    match answer {
        Ok(()) if !besides.is_empty() => format!("Ok, and also {besides}"),
        Ok(()) if !lacks.is_empty() && !seen.is_empty() => format!("Ok, but no {lacks}"),
        _ => told(answer, |()| lacks.is_empty()),
    }
}

/// The same, where one question tells whether it is so.
pub(crate) fn told<T>(answer: Answer<T>, is_so: impl FnOnce(&T) -> bool) -> String {
    match answer {
        Err(refusal) => name(refusal),
        Ok(value) if is_so(&value) => "works".into(),
        Ok(_) => "Ok, and nothing happened".into(),
    }
}

fn name(refusal: Refusal) -> String {
    let name = match refusal.code {
        None => "no call".into(),
        Some(libc::EPERM) => "EPERM".into(),
        Some(libc::ENOMEM) => "ENOMEM".into(),
        Some(libc::EINVAL) => "EINVAL".into(),
        Some(libc::ENOSYS) => "ENOSYS".into(),
        Some(other) => format!("errno {other}"),
    };
    match refusal.unsupported {
        true => format!("unsupported ({name})"),
        false => name,
    }
}

/// What is not granted of what the target has.
fn not_granted(refused: Support) -> String {
    let names: Vec<_> = refused.iter_names().map(|(name, _)| name).collect();
    match refused.is_empty() {
        true => "all".into(),
        false => format!("all but {}", names.join(", ")),
    }
}

/// The limit that the call answers, for each resource, is the one in /proc.
fn of_limits(call: fn(Resource) -> Answer<Limit>) -> String {
    let text = |of| told(call(of), |limit| *limit == limit_by_proc(of));
    let mut texts = Vec::from(RESOURCES.map(text));
    texts.dedup();
    texts.join(", ")
}

fn set_soft_limit(of: Resource) -> Answer<Limit> {
    let before = (FACES[0].set_soft_limit)(of, Some(4096))?;
    Ok(Limit::new(Some(4096), before.hard))
}

fn set_limit(of: Resource) -> Answer<Limit> {
    let limit = Limit::new(Some(0), Some(8192));
    (FACES[0].set_limit)(of, limit).map(|()| limit)
}

fn large(call: RangeCall) -> String {
    let pages = Pages::new((64 << 20) / page_size());
    let answer = call(pages.addr(), pages.len());
    (0..pages.count()).for_each(|page| pages.write(page, 7));
    told(answer, |()| true)
}
