//! Every system's codes and calls as numbers, for the tests of all of them on one
//! host. On its own target each row is compared with what the backend has.

use crate::backend::Os;
use crate::backend::contract::Backend as _;
use crate::errno::{self, ErrorCodes, NamedCode, PosixErrnos};
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

const fn linux(
    name: &'static str,
    named: &'static [NamedCode],
    unsupported: &'static [i32],
) -> Target {
    Target {
        supported: Support::all().difference(Support::DISABLE_CORE_DUMPS),
        asks_about_advice: true,
        failed_lock_stays: true,
        ..posix(name, named, unsupported)
    }
}

const fn posix(
    name: &'static str,
    named: &'static [NamedCode],
    unsupported: &'static [i32],
) -> Target {
    Target {
        name,
        codes: ErrorCodes {
            invalid: named[3].code,
            unsupported,
            named,
        },
        supported: LOCKS
            .union(Support::LIMIT_MEMLOCK)
            .union(Support::LIMIT_CORE),
        asks_about_advice: false,
        failed_lock_stays: false,
    }
}

const LOCKS: Support = Support::MLOCK
    .union(Support::MUNLOCK)
    .union(Support::PAGE_SIZE);
const DUMP: Support = Support::DONTDUMP.union(Support::DODUMP);

/// EPERM, ENOMEM, EAGAIN, EINVAL, EACCES, EFAULT, EINTR, ENOSYS, EOPNOTSUPP, ENOTSUP.
const fn errnos(numbers: [i32; 10]) -> PosixErrnos {
    let [
        perm,
        nomem,
        again,
        inval,
        acces,
        fault,
        intr,
        nosys,
        opnotsupp,
        notsup,
    ] = numbers;
    PosixErrnos {
        perm,
        nomem,
        again,
        inval,
        acces,
        fault,
        intr,
        nosys,
        opnotsupp,
        notsup,
    }
}

const LINUX: PosixErrnos = errnos([1, 12, 11, 22, 13, 14, 4, 38, 95, 95]);
const LINUX_MIPS: PosixErrnos = errnos([1, 12, 11, 22, 13, 14, 4, 89, 122, 122]);
const LINUX_SPARC: PosixErrnos = errnos([1, 12, 11, 22, 13, 14, 4, 90, 45, 45]);
const FREEBSD: PosixErrnos = errnos([1, 12, 35, 22, 13, 14, 4, 78, 45, 45]);
const MACOS: PosixErrnos = errnos([1, 12, 35, 22, 13, 14, 4, 78, 102, 45]);
const OPENBSD: PosixErrnos = errnos([1, 12, 35, 22, 13, 14, 4, 78, 45, 91]);
const NETBSD: PosixErrnos = errnos([1, 12, 35, 22, 13, 14, 4, 78, 45, 86]);
const ILLUMOS: PosixErrnos = errnos([1, 12, 11, 22, 13, 14, 4, 89, 122, 48]);
const AIX: PosixErrnos = errnos([1, 12, 11, 22, 13, 14, 4, 109, 64, 124]);
const QNX: PosixErrnos = errnos([1, 12, 11, 22, 13, 14, 4, 89, 103, 48]);
const CYGWIN: PosixErrnos = errnos([1, 12, 11, 22, 13, 14, 4, 88, 95, 134]);
const HURD: PosixErrnos = {
    const BASE: i32 = 1 << 30;
    errnos([
        BASE + 1,
        BASE + 12,
        BASE + 35,
        BASE + 22,
        BASE + 13,
        BASE + 14,
        BASE + 4,
        BASE + 78,
        BASE + 45,
        BASE + 118,
    ])
};
const HAIKU: PosixErrnos = {
    const GENERAL: i32 = i32::MIN;
    const OS: i32 = GENERAL + 0x1000;
    const POSIX: i32 = GENERAL + 0x7000;
    errnos([
        GENERAL + 15,
        GENERAL,
        GENERAL + 11,
        GENERAL + 5,
        GENERAL + 2,
        OS + 0x301,
        GENERAL + 10,
        POSIX + 9,
        POSIX + 43,
        POSIX + 56,
    ])
};

/// Every system that has a backend of its own or numbers of its own.
pub(crate) const TARGETS: [Target; 16] = [
    linux("Linux, Android", &LINUX.named(), &LINUX.unsupported()),
    linux(
        "Linux on MIPS",
        &LINUX_MIPS.named(),
        &LINUX_MIPS.unsupported(),
    ),
    linux(
        "Linux on SPARC",
        &LINUX_SPARC.named(),
        &LINUX_SPARC.unsupported(),
    ),
    Target {
        supported: LOCKS
            .union(DUMP)
            .union(Support::LIMIT_MEMLOCK)
            .union(Support::LIMIT_CORE),
        ..posix(
            "FreeBSD, DragonFly",
            &FREEBSD.named(),
            &FREEBSD.unsupported(),
        )
    },
    Target {
        supported: LOCKS
            .union(Support::DISABLE_CORE_DUMPS)
            .union(Support::LIMIT_MEMLOCK)
            .union(Support::LIMIT_CORE),
        ..posix("macOS", &MACOS.named(), &MACOS.unsupported())
    },
    posix(
        "iOS, tvOS, watchOS, visionOS",
        &MACOS.named(),
        &MACOS.unsupported(),
    ),
    posix("OpenBSD", &OPENBSD.named(), &OPENBSD.unsupported()),
    posix("NetBSD", &NETBSD.named(), &NETBSD.unsupported()),
    Target {
        supported: LOCKS.union(Support::LIMIT_CORE),
        ..posix("illumos, Solaris", &ILLUMOS.named(), &ILLUMOS.unsupported())
    },
    Target {
        supported: LOCKS.union(Support::LIMIT_CORE),
        ..posix("AIX", &AIX.named(), &AIX.unsupported())
    },
    posix("QNX", &QNX.named(), &QNX.unsupported()),
    posix("Hurd", &HURD.named(), &HURD.unsupported()),
    Target {
        supported: LOCKS.union(Support::LIMIT_CORE),
        ..posix("Cygwin", &CYGWIN.named(), &CYGWIN.unsupported())
    },
    Target {
        supported: LOCKS,
        ..posix("Haiku", &HAIKU.named(), &HAIKU.unsupported())
    },
    Target {
        name: "Windows",
        codes: errno::WINDOWS,
        supported: LOCKS,
        asks_about_advice: false,
        failed_lock_stays: false,
    },
    Target {
        name: "anything else",
        codes: ErrorCodes::NONE,
        supported: Support::empty(),
        asks_about_advice: false,
        failed_lock_stays: false,
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
