//! A model of what Linux does to pages, compared after each step with what it did.
#![cfg(target_os = "linux")]

use std::ops::Range;
use std::ptr::with_exposed_provenance_mut;

use libc::{EINVAL, ENOMEM, EPERM};
use os_memlock::Resource::Memlock;

use super::faces::{Answer, Face, refused};
use super::kernel::{Flags, account, locked_kib, page_size, pages_kib, vm_lck_kib};
use super::limits::{get_rlimit, numbers};
use super::pages::{Kind, Pages, Rights};
use super::privileges::has_ipc_lock;
use super::proc::Proc;
use super::process::in_child;

/// What can happen to pages. No range of them is empty.
#[derive(Clone, Debug)]
pub enum Step {
    Map(Range<usize>, Kind, Rights),
    Unmap(Range<usize>),
    Protect(Range<usize>, Rights),
    Write(Range<usize>),
    /// The function, the first byte, counted from that of the pages, and the length.
    Call(&'static str, usize, usize),
    /// The soft limit on locked memory, in bytes.
    Limit(u64),
    Dumpable(bool),
    Fork,
}

/// What is known of a mapped page.
#[derive(Clone, Default)]
struct Page {
    kind: Kind,
    rights: Rights,
    flags: Flags,
    /// Has memory of its own; without this, one that is not private and anonymous may.
    filled: bool,
    /// The first byte.
    byte: u8,
}

#[derive(Clone)]
struct Model<'a> {
    face: &'a Face,
    pages: &'a Pages,
    known: Vec<Option<Page>>,
    /// The soft limit on locked memory, and whether it binds this process.
    limit: u64,
    binds: bool,
    /// All that has happened.
    steps: &'a [Step],
}

/// Takes the steps, after it has unmapped all of the pages.
pub fn follow(face: &Face, pages: &Pages, steps: &[Step]) {
    pages.unmap(0, pages.count());
    let mut model = Model {
        face,
        pages,
        known: vec![None; pages.count()],
        limit: get_rlimit(Memlock).0,
        binds: !has_ipc_lock(),
        steps,
    };
    for (at, step) in steps.iter().enumerate() {
        model.steps = &steps[..=at];
        model.take(step.clone());
        model.compare();
    }
}

impl Page {
    fn has(&self, flag: &str) -> bool {
        self.flags.contains(flag)
    }

    fn set(&mut self, flag: &'static str, value: bool) {
        self.flags.remove(flag);
        self.flags.extend(value.then_some(flag));
    }
}

fn ensure(condition: bool, errno: i32) -> Answer<()> {
    if condition { Ok(()) } else { refused(errno) }
}

impl Model<'_> {
    fn take(&mut self, step: Step) {
        match step {
            Step::Map(pages, kind, rights) => {
                self.pages.replace(pages.clone(), kind, rights);
                self.known[pages].fill(Some(Page {
                    kind,
                    rights,
                    ..Page::default()
                }));
            }
            Step::Unmap(pages) => {
                self.pages.unmap(pages.start, pages.len());
                self.known[pages].fill(None);
            }
            Step::Protect(pages, rights) => pages.for_each(|page| self.protect(page, rights)),
            Step::Write(pages) => pages.for_each(|page| self.write(page)),
            Step::Call(name, start, len) => {
                let addr = self.pages.addr().addr().wrapping_add(start);
                let mut calls = self.face.range_calls().into_iter();
                let call = calls.find(|call| call.0 == name).expect("a call").2;
                let answer = call(with_exposed_provenance_mut(addr), len);
                assert_eq!(answer, self.call(name, addr, len), "{:x?}", self.steps);
            }
            Step::Limit(bytes) => self.set_limit(bytes),
            Step::Dumpable(yes) => {
                assert_eq!((self.face.set_process_dumpable)(yes), Ok(()));
                assert_eq!((self.face.process_dumpable)(), Ok(yes));
            }
            Step::Fork => in_child(|| self.clone().inherit()),
        }
    }

    fn protect(&mut self, number: usize, rights: Rights) {
        if let Some(page) = &mut self.known[number] {
            self.pages.set_rights(number, rights);
            // A locked page gets its memory before it is written.
            let now_writable = page.rights != Rights::ReadWrite && rights == Rights::ReadWrite;
            let private_lock = page.kind == Kind::Private && page.has("lo") && !page.has("lf");
            page.filled |= now_writable && private_lock;
            page.rights = rights;
        }
    }

    fn write(&mut self, number: usize) {
        const MARK: u8 = 0xa5;
        let page = self.known[number].as_mut();
        if let Some(page) = page.filter(|page| page.rights == Rights::ReadWrite) {
            self.pages.write(number, MARK);
            (page.filled, page.byte) = (true, MARK);
        }
    }

    fn set_limit(&mut self, bytes: u64) {
        let hard = get_rlimit(Memlock).1;
        let before = (self.face.set_soft_limit)(Memlock, Some(bytes)).map(numbers);
        assert_eq!(before, Ok((self.limit, hard)));
        assert_eq!((self.face.limit)(Memlock).map(numbers), Ok((bytes, hard)));
        assert_eq!(get_rlimit(Memlock), (bytes, hard));
        self.limit = bytes;
    }

    fn call(&mut self, name: &str, addr: usize, len: usize) -> Answer<()> {
        if len == 0 {
            return Ok(());
        }
        ensure(len <= isize::MAX as usize, EINVAL)?;
        let start = addr / page_size() * page_size();
        let len = (addr - start + len).next_multiple_of(page_size());
        // The end of the address space is 0 for the kernel.
        let end = start.checked_add(len).map_or(refused(EINVAL), Ok);
        if name.starts_with("madvise_") {
            ensure(addr == start, EINVAL)?;
            return self.advise(name, start, end?);
        }
        if name != "munlock" && self.binds {
            self.grant(self.pages.between(start, start.saturating_add(len)), len)?;
        }
        self.lock(name, start, end?)
    }

    /// Whether the limit has room for that much, of which these pages are a part.
    fn grant(&self, part: Range<usize>, len: usize) -> Answer<()> {
        let [all, part] = [0..self.known.len(), part].map(|pages| {
            let pages = self.known[pages].iter().flatten();
            pages.filter(|page| page.has("lo")).count() * page_size()
        });
        ensure(self.limit > 0, EPERM)?;
        ensure((all - part + len) as u64 <= self.limit, ENOMEM)
    }

    /// The pages before a hole stay locked.
    fn lock(&mut self, name: &str, start: usize, end: usize) -> Answer<()> {
        let (all, within) = (self.pages.range(), self.pages.between(start, end));
        ensure(all.start <= start, ENOMEM)?;
        for page in &mut self.known[within.clone()] {
            let page = page.as_mut().map_or(refused(ENOMEM), Ok)?;
            page.set("lo", name != "munlock");
            page.set("lf", name == "mlock_onfault");
        }
        ensure(end <= all.end, ENOMEM)?;
        let to_fill = if name == "mlock" { within } else { 0..0 };
        for page in self.known[to_fill].iter_mut().flatten() {
            ensure(page.rights != Rights::None, ENOMEM)?;
            // A private page that cannot be written needs no zeros of its own.
            page.filled |= page.kind != Kind::Private || page.rights == Rights::ReadWrite;
        }
        Ok(())
    }

    /// The pages behind a hole are advised too.
    fn advise(&mut self, name: &str, start: usize, end: usize) -> Answer<()> {
        let (flag, set) = match name {
            "madvise_dontdump" => ("dd", true),
            "madvise_dodump" => ("dd", false),
            "madvise_wipeonfork" => ("wf", true),
            "madvise_keeponfork" => ("wf", false),
            "madvise_dontfork" => ("dc", true),
            "madvise_dofork" => ("dc", false),
            _ => panic!("no model of {name}"),
        };
        let (all, within) = (self.pages.range(), self.pages.between(start, end));
        let mut mapped = all.start <= start && end <= all.end;
        for page in &mut self.known[within] {
            mapped &= page.is_some();
            let Some(page) = page else { continue };
            // The first mapping that cannot be wiped ends the call.
            let possible = name != "madvise_wipeonfork" || page.kind == Kind::Private;
            ensure(possible, EINVAL)?;
            page.set(flag, set);
        }
        ensure(mapped, ENOMEM)
    }

    /// Compares what a child finds: no lock, none of the pages that are withheld from it,
    /// and zeros in those that are wiped.
    fn inherit(&mut self) {
        for page in &mut self.known {
            page.take_if(|page| page.has("dc"));
            let Some(page) = page else { continue };
            page.set("lo", false);
            page.set("lf", false);
            page.byte *= u8::from(!page.has("wf"));
        }
        self.compare();
    }

    fn compare(&self) {
        let mappings = Proc::own().mappings_below(self.pages.range().end);
        let locked = locked_kib(&mappings, &self.pages.range());
        let kib = |wanted: fn(&&Page) -> bool| {
            let locked = self.known.iter().flatten().filter(|page| page.has("lo"));
            pages_kib(locked.filter(wanted).count())
        };
        let least = kib(|page| page.filled);
        let most = kib(|page| page.filled || page.kind != Kind::Private);
        let flags = self
            .known
            .iter()
            .map(|page| Some(page.as_ref()?.flags.clone()));
        let expected = (flags.collect(), kib(|_| true), locked.clamp(least, most));
        let found = (account(self.pages, &mappings), vm_lck_kib(), locked);
        assert_eq!(
            found, expected,
            "flags, VmLck, Locked, after {:x?}",
            self.steps
        );
        for (number, page) in self.known.iter().enumerate() {
            let readable = page.as_ref().filter(|page| page.rights != Rights::None);
            let same = readable.is_none_or(|page| self.pages.read(number) == page.byte);
            assert!(
                same,
                "the content of page {number}, after {:x?}",
                self.steps
            );
        }
    }
}
