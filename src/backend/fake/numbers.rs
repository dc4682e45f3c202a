//! Every system's codes and calls as numbers, for the tests of all of them on one
//! host. On its own target each row is compared with what the backend has.

use crate::backend::Os;
use crate::backend::contract::Backend as _;
use crate::errno::{self, ErrorCodes, PosixErrnos, codes};
use crate::support::Support;

/// What the tests know of one system.
#[derive(Clone, Copy)]
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) codes: ErrorCodes,
    pub(crate) supported: Support,
    /// Whether the backend asks the kernel if an EINVAL meant the advice.
    pub(crate) asks_about_advice: bool,
    /// Whether a lock that failed can have locked some of its pages.
    pub(crate) failed_lock_stays: bool,
}

const fn linux(name: &'static str, codes: ErrorCodes) -> Target {
    Target {
        supported: Support::all().difference(Support::DISABLE_CORE_DUMPS),
        asks_about_advice: true,
        failed_lock_stays: true,
        ..posix(name, codes, Support::empty())
    }
}

/// A system with the locks and the page size, and these calls.
const fn posix(name: &'static str, codes: ErrorCodes, more: Support) -> Target {
    Target {
        name,
        codes,
        supported: LOCKS.union(more),
        asks_about_advice: false,
        failed_lock_stays: false,
    }
}

const LOCKS: Support = Support::MLOCK
    .union(Support::MUNLOCK)
    .union(Support::PAGE_SIZE);
const CORE: Support = Support::LIMIT_CORE;
const LIMITS: Support = CORE.union(Support::LIMIT_MEMLOCK);
const DUMP: Support = Support::DONTDUMP.union(Support::DODUMP);

const LINUX: PosixErrnos = PosixErrnos([1, 12, 11, 22, 13, 14, 4, 38, 95, 95]);
const LINUX_MIPS: PosixErrnos = PosixErrnos([1, 12, 11, 22, 13, 14, 4, 89, 122, 122]);
const LINUX_SPARC: PosixErrnos = PosixErrnos([1, 12, 11, 22, 13, 14, 4, 90, 45, 45]);
const FREEBSD: PosixErrnos = PosixErrnos([1, 12, 35, 22, 13, 14, 4, 78, 45, 45]);
const MACOS: PosixErrnos = PosixErrnos([1, 12, 35, 22, 13, 14, 4, 78, 102, 45]);
const OPENBSD: PosixErrnos = PosixErrnos([1, 12, 35, 22, 13, 14, 4, 78, 45, 91]);
const NETBSD: PosixErrnos = PosixErrnos([1, 12, 35, 22, 13, 14, 4, 78, 45, 86]);
const ILLUMOS: PosixErrnos = PosixErrnos([1, 12, 11, 22, 13, 14, 4, 89, 122, 48]);
const AIX: PosixErrnos = PosixErrnos([1, 12, 11, 22, 13, 14, 4, 109, 64, 124]);
const QNX: PosixErrnos = PosixErrnos([1, 12, 11, 22, 13, 14, 4, 89, 103, 48]);
const CYGWIN: PosixErrnos = PosixErrnos([1, 12, 11, 22, 13, 14, 4, 88, 95, 134]);
#[rustfmt::skip]
const HURD: PosixErrnos = {
    const BASE: i32 = 1 << 30;
    PosixErrnos([
        BASE + 1, BASE + 12, BASE + 35, BASE + 22, BASE + 13, BASE + 14, BASE + 4, BASE + 78,
        BASE + 45, BASE + 118,
    ])
};
#[rustfmt::skip]
const HAIKU: PosixErrnos = {
    const GENERAL: i32 = i32::MIN;
    const OS: i32 = GENERAL + 0x1000;
    const POSIX: i32 = GENERAL + 0x7000;
    PosixErrnos([
        GENERAL + 15, GENERAL, GENERAL + 11, GENERAL + 5, GENERAL + 2, OS + 0x301, GENERAL + 10,
        POSIX + 9, POSIX + 43, POSIX + 56,
    ])
};

/// Every system that has a backend of its own or numbers of its own.
#[rustfmt::skip]
pub(crate) const TARGETS: [Target; 16] = [
    linux("Linux, Android", codes!(LINUX)),
    linux("Linux on MIPS", codes!(LINUX_MIPS)),
    linux("Linux on SPARC", codes!(LINUX_SPARC)),
    posix("FreeBSD, DragonFly", codes!(FREEBSD), LIMITS.union(DUMP)),
    posix("macOS", codes!(MACOS), LIMITS.union(Support::DISABLE_CORE_DUMPS)),
    posix("iOS, tvOS, watchOS, visionOS", codes!(MACOS), LIMITS),
    posix("OpenBSD", codes!(OPENBSD), LIMITS),
    posix("NetBSD", codes!(NETBSD), LIMITS),
    posix("illumos, Solaris", codes!(ILLUMOS), CORE),
    posix("AIX", codes!(AIX), CORE),
    posix("QNX", codes!(QNX), LIMITS),
    posix("Hurd", codes!(HURD), LIMITS),
    posix("Cygwin", codes!(CYGWIN), CORE),
    posix("Haiku", codes!(HAIKU), Support::empty()),
    posix("Windows", errno::WINDOWS, Support::empty()),
    Target {
        supported: Support::empty(),
        ..posix("anything else", ErrorCodes::NONE, Support::empty())
    },
];

/// Calls a macro with these tokens and with the number of each row.
macro_rules! each_row {
    ($macro:ident $($before:tt)*) => {
        $macro!($($before)* 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
}
pub(crate) use each_row;

macro_rules! count {
    ($($row:literal)*) => { [$($row),*].len() };
}
const _: () = assert!(TARGETS.len() == each_row!(count));

/// The row of macOS, the system with the switch for core dumps.
#[cfg(test)]
pub(crate) const MACOS_ROW: usize = 4;

/// The row of a target without a system.
#[cfg(test)]
pub(crate) const NO_SYSTEM_ROW: usize = TARGETS.len() - 1;

#[cfg(test)]
const _: () = {
    assert!(
        TARGETS[MACOS_ROW]
            .supported
            .contains(Support::DISABLE_CORE_DUMPS)
    );
    assert!(TARGETS[NO_SYSTEM_ROW].supported.is_empty());
};

/// The row of the host: the one that says what its backend says. Where two systems
/// say the same, either will do. On a target without a row this does not compile.
pub(crate) const HOST: usize = {
    let mut row = 0;
    while !is_host(&TARGETS[row]) {
        row += 1;
    }
    row
};

const fn is_host(target: &Target) -> bool {
    let (codes, host) = (target.codes, Os::CODES);
    if target.supported.bits() != Os::SUPPORTED.bits()
        || target.failed_lock_stays != Os::FAILED_LOCK_STAYS
        || codes.invalid != host.invalid
        || codes.named.len() != host.named.len()
        || codes.unsupported.len() != host.unsupported.len()
    {
        return false;
    }
    let mut at = 0;
    while at < codes.named.len() {
        if codes.named[at].code != host.named[at].code {
            return false;
        }
        at += 1;
    }
    at = 0;
    while at < codes.unsupported.len() {
        if codes.unsupported[at] != host.unsupported[at] {
            return false;
        }
        at += 1;
    }
    true
}

const _: () = assert!(HOST < TARGETS.len());
