//! A sequence of operations on memory of the target's own, against a model of
//! what Linux does. After each step the answer and the kernel's own account of
//! the memory must be the model's.
#![no_main]

use std::io::{Error, ErrorKind};

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use os_memlock::{PageRange, Resource};
use os_memlock_fuzz::arena::{Arena, Flags, Kind, PAGE, PAGES, Rights, locked_pages, within};
use os_memlock_fuzz::call::{Answer, Call};
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
    Protect {
        page: u8,
        rights: Rights,
    },
    Call {
        call: Call,
        range: Range,
        std: bool,
    },
    /// Sets the soft limit on locked memory, in bytes.
    Limit {
        bytes: u32,
    },
    Fork,
    Dumpable {
        yes: bool,
    },
    Pages {
        addr: u64,
        len: u64,
        shift: u8,
    },
}

#[derive(Clone, Copy, Debug)]
struct Page {
    kind: Kind,
    rights: Rights,
    flags: Flags,
    /// What the first byte holds, or held before the rights went.
    byte: u8,
}

/// What Linux is expected to hold, page by page.
struct Model {
    arena: Arena,
    pages: [Option<Page>; PAGES],
    limit: usize,
}

const MARK: u8 = 0xa5;

fuzz_target!(|steps: Vec<Step>| {
    without_cap_ipc_lock();
    let mut model = Model {
        arena: Arena::new(0),
        pages: [None; PAGES],
        limit: 16 * PAGE,
    };
    os_memlock::set_soft_limit(Resource::Memlock, Some(model.limit as u64)).unwrap();
    for step in steps {
        model.take(step);
        model.compare();
    }
    model.arena.unmap(0, PAGES);
    os_memlock::set_process_dumpable(true).unwrap();
});

impl Model {
    fn take(&mut self, step: Step) {
        match step {
            Step::Map {
                page,
                count,
                kind,
                rights,
            } => self.map(page, count, kind, rights),
            Step::Unmap { page, count } => {
                let (page, count) = within(page, count);
                self.arena.unmap(page, count);
                self.pages[page..page + count].fill(None);
            }
            Step::Protect { page, rights } => {
                let page = page as usize % PAGES;
                if let Some(held) = &mut self.pages[page] {
                    self.arena.protect(page, rights);
                    held.rights = rights;
                }
            }
            Step::Call { call, range, std } => self.call(call, range, std),
            Step::Limit { bytes } => self.set_limit(bytes as usize % (2 * PAGES * PAGE)),
            Step::Fork => self.fork(),
            Step::Dumpable { yes } => {
                os_memlock::set_process_dumpable(yes).unwrap();
                assert_eq!(os_memlock::process_dumpable().unwrap(), yes);
            }
            Step::Pages { addr, len, shift } => page_range(addr as usize, len as usize, shift),
        }
    }

    fn map(&mut self, page: u8, count: u8, kind: Kind, rights: Rights) {
        let (page, count) = within(page, count);
        self.arena.map(page, count, kind, rights);
        let byte = if rights == Rights::ReadWrite { MARK } else { 0 };
        for number in page..page + count {
            if byte != 0 {
                self.arena.write(number, byte);
            }
            self.pages[number] = Some(Page {
                kind,
                rights,
                flags: Flags::default(),
                byte,
            });
        }
    }

    fn call(&mut self, call: Call, range: Range, std: bool) {
        let (addr, len) = range.at(self.arena);
        let made = if std {
            call.std(addr, len)
        } else {
            call.raw(addr, len)
        };
        let expected = self.expect(call, addr, len);
        assert_eq!(made, expected, "{call:?} {addr:#x} {len:#x} std: {std}");
    }

    /// What the call answers, and does.
    fn expect(&mut self, call: Call, addr: usize, len: usize) -> Answer {
        if len == 0 {
            return Ok(());
        }
        if len > isize::MAX as usize {
            return Err((Some(libc::EINVAL), false));
        }
        let errno = if call.is_lock() {
            self.expect_lock(call, addr, len)
        } else {
            self.expect_advice(call, addr, len)
        };
        match errno {
            0 => Ok(()),
            errno => Err((Some(errno), false)),
        }
    }

    fn expect_lock(&mut self, call: Call, addr: usize, len: usize) -> i32 {
        let start = addr & !(PAGE - 1);
        // The length is at most half of the address space: this cannot overflow.
        let len = (len + (addr - start)).next_multiple_of(PAGE);
        if call != Call::Munlock {
            if self.limit == 0 {
                return libc::EPERM;
            }
            let held = self
                .pages
                .iter()
                .flatten()
                .filter(|page| page.flags.locked)
                .count();
            let again = self.span(start, len).filter(|&n| self.locked(n)).count();
            if held + len / PAGE - again > self.limit / PAGE {
                return libc::ENOMEM;
            }
        }
        let Some(end) = start.checked_add(len) else {
            return libc::EINVAL;
        };
        // A range that ends with the address space wraps to 0 for the kernel.
        let mut at = start;
        while at < end {
            let Some(page) = self.at(at) else {
                return libc::ENOMEM;
            };
            page.flags.locked = call != Call::Munlock;
            page.flags.onfault = call == Call::MlockOnfault;
            at += PAGE;
        }
        let unreadable = |page: &Page| page.rights == Rights::None;
        let populates = call == Call::Mlock;
        if populates
            && self
                .span(start, len)
                .filter_map(|n| self.pages[n].as_ref())
                .any(unreadable)
        {
            return libc::ENOMEM;
        }
        0
    }

    fn expect_advice(&mut self, call: Call, addr: usize, len: usize) -> i32 {
        if !addr.is_multiple_of(PAGE) {
            return libc::EINVAL;
        }
        let Some(end) = addr.checked_add(len.next_multiple_of(PAGE)) else {
            return libc::EINVAL;
        };
        let whole = self.span(addr, end - addr).count() * PAGE == end - addr;
        let mut errno = if whole { 0 } else { libc::ENOMEM };
        for number in self.span(addr, end - addr) {
            let Some(page) = &mut self.pages[number] else {
                errno = libc::ENOMEM;
                continue;
            };
            match call {
                Call::DontDump => page.flags.dontdump = true,
                Call::DoDump => page.flags.dontdump = false,
                Call::WipeOnFork if page.kind != Kind::Private => return libc::EINVAL,
                Call::WipeOnFork => page.flags.wipeonfork = true,
                Call::KeepOnFork => page.flags.wipeonfork = false,
                Call::DontFork => page.flags.dontfork = true,
                Call::DoFork => page.flags.dontfork = false,
                Call::Mlock | Call::Munlock | Call::MlockOnfault => unreachable!(),
            }
        }
        errno
    }

    /// The numbers of the arena's pages that lie in a range of whole pages.
    fn span(&self, start: usize, len: usize) -> std::ops::Range<usize> {
        let base = self.arena.base();
        let number = |addr: usize| (addr.saturating_sub(base) / PAGE).min(PAGES);
        number(start)..number(start.saturating_add(len))
    }

    fn at(&mut self, addr: usize) -> Option<&mut Page> {
        let number = addr.checked_sub(self.arena.base())? / PAGE;
        self.pages.get_mut(number)?.as_mut()
    }

    fn locked(&self, number: usize) -> bool {
        self.pages[number].is_some_and(|page| page.flags.locked)
    }

    fn set_limit(&mut self, bytes: usize) {
        let before = os_memlock::set_soft_limit(Resource::Memlock, Some(bytes as u64)).unwrap();
        assert_eq!(before.soft, Some(self.limit as u64));
        let now = os_memlock::limit(Resource::Memlock).unwrap();
        assert_eq!((now.soft, now.hard), (Some(bytes as u64), before.hard));
        self.limit = bytes;
    }

    fn compare(&self) {
        let expected = self.pages.map(|page| page.map(|page| page.flags));
        assert_eq!(self.arena.account(), expected);
        let locked = (0..PAGES).filter(|&number| self.locked(number)).count();
        assert_eq!(locked_pages(), locked);
    }

    /// Lets a child compare what it inherits with what it should.
    fn fork(&self) {
        // SAFETY: libFuzzer runs the target on its only thread.
        let child = unsafe { libc::fork() };
        assert!(child >= 0);
        if child == 0 {
            self.inherited();
            // SAFETY: ends the child without running libFuzzer's exit handlers.
            unsafe { libc::_exit(0) };
        }
        let mut status = -1;
        let reaped = loop {
            // SAFETY: the pointer is to an integer that the call may write.
            let reaped = unsafe { libc::waitpid(child, &raw mut status, 0) };
            // libFuzzer watches the time by signals.
            if reaped != -1 || Error::last_os_error().kind() != ErrorKind::Interrupted {
                break reaped;
            }
        };
        assert_eq!((reaped, status), (child, 0), "the child found a difference");
    }

    fn inherited(&self) {
        let expected = self.pages.map(|page| {
            page.filter(|page| !page.flags.dontfork).map(|page| Flags {
                locked: false,
                onfault: false,
                ..page.flags
            })
        });
        assert_eq!(self.arena.account(), expected);
        assert_eq!(locked_pages(), 0);
        for (number, page) in self.pages.iter().enumerate() {
            let Some(page) = page else { continue };
            if !page.flags.dontfork && page.rights != Rights::None {
                let byte = if page.flags.wipeonfork { 0 } else { page.byte };
                assert_eq!(self.arena.read(number), byte, "page {number}: {page:?}");
            }
        }
    }
}

/// `PageRange` against wide arithmetic.
fn page_range(addr: usize, len: usize, shift: u8) {
    let page = 1_usize << (shift % 24);
    let ptr = std::ptr::without_provenance_mut(addr);
    let wide = |value: usize| value as u128;
    let start = wide(addr) / wide(page) * wide(page);
    let end = (wide(addr) + wide(len)).div_ceil(wide(page)) * wide(page);
    let end = if len == 0 { start } else { end };
    let outward = PageRange::outward(ptr, len, page);
    let inward = PageRange::inward(ptr, len, page);
    if end > wide(usize::MAX) {
        return assert_eq!((outward, inward), (None, None));
    }
    let outward = outward.unwrap();
    assert_eq!(
        (wide(outward.addr().addr()), wide(outward.len())),
        (start, end - start)
    );
    let inner_start = wide(addr).div_ceil(wide(page)) * wide(page);
    let inner_end = (wide(addr) + wide(len)) / wide(page) * wide(page);
    let (at, held) = if inner_start < inner_end {
        (inner_start, inner_end - inner_start)
    } else {
        (start, 0)
    };
    let inward = inward.unwrap();
    assert_eq!((wide(inward.addr().addr()), wide(inward.len())), (at, held));
}

/// Lets the limit bind this process, root or not.
fn without_cap_ipc_lock() {
    const CAP_IPC_LOCK: u32 = 14;
    // As <linux/capability.h> lays them out, version 3.
    let mut header = [0x2008_0522_u32, 0];
    let mut sets = [0_u32; 6];
    // SAFETY: both pointers are to memory of the sizes that version 3 asks for.
    let got = unsafe { libc::syscall(libc::SYS_capget, header.as_mut_ptr(), sets.as_mut_ptr()) };
    assert_eq!(got, 0);
    sets[0] &= !(1 << CAP_IPC_LOCK);
    // SAFETY: as above.
    let set = unsafe { libc::syscall(libc::SYS_capset, header.as_mut_ptr(), sets.as_ptr()) };
    assert_eq!(set, 0);
}
