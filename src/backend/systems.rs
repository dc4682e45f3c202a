//! Every system's codes and calls as numbers, for the tests of all of them on
//! one host. On its own target each row is pinned to what the backend has.

use super::codes::{self, Codes, Errnos, Known};
use crate::{Error, Support};

/// What the tests know of one system.
#[derive(Clone, Copy)]
pub(crate) struct System {
    pub(crate) name: &'static str,
    pub(crate) codes: Codes,
    pub(crate) supported: Support,
    /// Whether the backend asks the kernel if an EINVAL meant the advice.
    pub(crate) asks_about_advice: bool,
}

impl System {
    /// The error for an advice that the system refused with `code`; `knows` asks
    /// it, where its backend does, whether it knows the advice.
    pub(crate) fn advice_error(&self, code: i32, knows: impl FnOnce() -> bool) -> Error {
        if self.asks_about_advice {
            codes::advice_error(&self.codes, code, knows)
        } else {
            Error::said(code)
        }
    }
}

const fn linux(name: &'static str, known: &'static [Known], unsupported: &'static [i32]) -> System {
    System {
        supported: Support::all().difference(Support::DISABLE_CORE_DUMPS),
        asks_about_advice: true,
        ..posix(name, known, unsupported)
    }
}

const fn posix(name: &'static str, known: &'static [Known], unsupported: &'static [i32]) -> System {
    System {
        name,
        codes: Codes {
            invalid: known[3].code,
            unsupported,
            known,
        },
        supported: LOCKS
            .union(Support::LIMIT_MEMLOCK)
            .union(Support::LIMIT_CORE),
        asks_about_advice: false,
    }
}

const LOCKS: Support = Support::MLOCK
    .union(Support::MUNLOCK)
    .union(Support::PAGE_SIZE);
const DUMP: Support = Support::DONTDUMP.union(Support::DODUMP);

/// EPERM, ENOMEM, EAGAIN, EINVAL, EACCES, EFAULT, EINTR, ENOSYS, EOPNOTSUPP, ENOTSUP.
const fn errnos(numbers: [i32; 10]) -> Errnos {
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
    Errnos {
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

const LINUX: Errnos = errnos([1, 12, 11, 22, 13, 14, 4, 38, 95, 95]);
const LINUX_MIPS: Errnos = errnos([1, 12, 11, 22, 13, 14, 4, 89, 122, 122]);
const LINUX_SPARC: Errnos = errnos([1, 12, 11, 22, 13, 14, 4, 90, 45, 45]);
const FREEBSD: Errnos = errnos([1, 12, 35, 22, 13, 14, 4, 78, 45, 45]);
const MACOS: Errnos = errnos([1, 12, 35, 22, 13, 14, 4, 78, 102, 45]);
const OPENBSD: Errnos = errnos([1, 12, 35, 22, 13, 14, 4, 78, 45, 91]);
const NETBSD: Errnos = errnos([1, 12, 35, 22, 13, 14, 4, 78, 45, 86]);
const ILLUMOS: Errnos = errnos([1, 12, 11, 22, 13, 14, 4, 89, 122, 48]);
const AIX: Errnos = errnos([1, 12, 11, 22, 13, 14, 4, 109, 64, 124]);
const QNX: Errnos = errnos([1, 12, 11, 22, 13, 14, 4, 89, 103, 48]);
const CYGWIN: Errnos = errnos([1, 12, 11, 22, 13, 14, 4, 88, 95, 134]);
const HURD: Errnos = {
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
const HAIKU: Errnos = {
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
pub(crate) const SYSTEMS: [System; 16] = [
    linux("Linux, Android", &LINUX.known(), &LINUX.unsupported()),
    linux(
        "Linux on MIPS",
        &LINUX_MIPS.known(),
        &LINUX_MIPS.unsupported(),
    ),
    linux(
        "Linux on SPARC",
        &LINUX_SPARC.known(),
        &LINUX_SPARC.unsupported(),
    ),
    System {
        supported: LOCKS
            .union(DUMP)
            .union(Support::LIMIT_MEMLOCK)
            .union(Support::LIMIT_CORE),
        ..posix(
            "FreeBSD, DragonFly",
            &FREEBSD.known(),
            &FREEBSD.unsupported(),
        )
    },
    System {
        supported: LOCKS
            .union(Support::DISABLE_CORE_DUMPS)
            .union(Support::LIMIT_MEMLOCK)
            .union(Support::LIMIT_CORE),
        ..posix("macOS", &MACOS.known(), &MACOS.unsupported())
    },
    posix(
        "iOS, tvOS, watchOS, visionOS",
        &MACOS.known(),
        &MACOS.unsupported(),
    ),
    posix("OpenBSD", &OPENBSD.known(), &OPENBSD.unsupported()),
    posix("NetBSD", &NETBSD.known(), &NETBSD.unsupported()),
    System {
        supported: LOCKS.union(Support::LIMIT_CORE),
        ..posix("illumos, Solaris", &ILLUMOS.known(), &ILLUMOS.unsupported())
    },
    System {
        supported: LOCKS.union(Support::LIMIT_CORE),
        ..posix("AIX", &AIX.known(), &AIX.unsupported())
    },
    posix("QNX", &QNX.known(), &QNX.unsupported()),
    posix("Hurd", &HURD.known(), &HURD.unsupported()),
    System {
        supported: LOCKS.union(Support::LIMIT_CORE),
        ..posix("Cygwin", &CYGWIN.known(), &CYGWIN.unsupported())
    },
    System {
        supported: LOCKS,
        ..posix("Haiku", &HAIKU.known(), &HAIKU.unsupported())
    },
    System {
        name: "Windows",
        codes: codes::WINDOWS,
        supported: LOCKS,
        asks_about_advice: false,
    },
    System {
        name: "anything else",
        codes: Codes {
            invalid: 0,
            unsupported: &[],
            known: &[],
        },
        supported: Support::empty(),
        asks_about_advice: false,
    },
];

/// The row of the target: the last one where there is no backend.
pub(crate) const HERE: usize = if cfg!(any(
    target_arch = "hexagon",
    target_arch = "m68k",
    target_arch = "wasm32",
    all(target_env = "uclibc", target_arch = "mips"),
    all(target_env = "ohos", target_arch = "loongarch64"),
    all(target_os = "nto", target_arch = "x86"),
)) {
    SYSTEMS.len() - 1
} else if cfg!(any(target_os = "linux", target_os = "android")) {
    if cfg!(any(
        target_arch = "mips",
        target_arch = "mips32r6",
        target_arch = "mips64",
        target_arch = "mips64r6",
    )) {
        1
    } else if cfg!(any(target_arch = "sparc", target_arch = "sparc64")) {
        2
    } else {
        0
    }
} else if cfg!(any(target_os = "freebsd", target_os = "dragonfly")) {
    3
} else if cfg!(target_os = "macos") {
    4
} else if cfg!(target_vendor = "apple") {
    5
} else if cfg!(target_os = "openbsd") {
    6
} else if cfg!(target_os = "netbsd") {
    7
} else if cfg!(any(target_os = "illumos", target_os = "solaris")) {
    8
} else if cfg!(target_os = "aix") {
    9
} else if cfg!(target_os = "nto") {
    10
} else if cfg!(target_os = "hurd") {
    11
} else if cfg!(target_os = "cygwin") {
    12
} else if cfg!(target_os = "haiku") {
    13
} else if cfg!(target_os = "windows") {
    14
} else {
    SYSTEMS.len() - 1
};

/// The pin: the row says what the backend of the target says.
const _: () = {
    use super::{Backend, Os};
    const ROW: System = SYSTEMS[HERE];
    assert!(ROW.codes.invalid == Os::CODES.invalid);
    assert!(ROW.supported.bits() == Os::SUPPORTED.bits());
    assert!(ROW.codes.known.len() == Os::CODES.known.len());
    assert!(ROW.codes.unsupported.len() == Os::CODES.unsupported.len());
    let mut at = 0;
    while at < ROW.codes.known.len() {
        assert!(ROW.codes.known[at].code == Os::CODES.known[at].code);
        at += 1;
    }
    let mut at = 0;
    while at < ROW.codes.unsupported.len() {
        assert!(ROW.codes.unsupported[at] == Os::CODES.unsupported[at]);
        at += 1;
    }
};
