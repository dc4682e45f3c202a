//! The error codes of the operating systems: number, name, and what each means
//! for the calls of this crate.
#![allow(
    dead_code,
    reason = "a target has the codes of POSIX, those of Windows, or none"
)]

/// The error codes of one system, as far as these calls are known to give them.
#[derive(Clone, Copy)]
pub(crate) struct ErrorCodes {
    /// EINVAL; `ERROR_INVALID_PARAMETER` on Windows.
    pub(crate) invalid: i32,
    /// The codes that say that there is no such call.
    pub(crate) unsupported: &'static [i32],
    /// The codes that have a name and a meaning here.
    pub(crate) named: &'static [NamedCode],
}

/// One code with its name and its meaning.
pub(crate) struct NamedCode {
    pub(crate) code: i32,
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
}

const fn row(code: i32, name: &'static str, meaning: &'static str) -> NamedCode {
    NamedCode {
        code,
        name,
        meaning,
    }
}

impl ErrorCodes {
    /// No codes: a target without an operating system.
    pub(crate) const NONE: Self = Self {
        invalid: 0,
        unsupported: &[],
        named: &[],
    };

    pub(crate) const fn is_unsupported(&self, code: i32) -> bool {
        let mut at = 0;
        while at < self.unsupported.len() {
            if self.unsupported[at] == code {
                return true;
            }
            at += 1;
        }
        false
    }

    pub(crate) fn find(&self, code: i32) -> Option<&'static NamedCode> {
        self.named.iter().find(|named| named.code == code)
    }
}

/// The numbers that a POSIX system gives to EPERM, ENOMEM, EAGAIN, EINVAL, EACCES, EFAULT,
/// EINTR, ENOSYS, EOPNOTSUPP and ENOTSUP.
pub(crate) struct PosixErrnos(pub(crate) [i32; 10]);

impl PosixErrnos {
    pub(crate) const fn invalid(&self) -> i32 {
        self.0[3]
    }

    pub(crate) const fn unsupported(&self) -> [i32; 3] {
        let [.., nosys, opnotsupp, notsup] = self.0;
        [nosys, opnotsupp, notsup]
    }

    pub(crate) const fn named(&self) -> [NamedCode; 10] {
        #[rustfmt::skip]
        let [perm, nomem, again, inval, acces, fault, intr, nosys, opnotsupp, notsup] = self.0;
        [
            row(
                perm,
                "EPERM",
                "not permitted: a privilege is missing or a sandbox refuses, or for a lock, the limit is 0",
            ),
            row(
                nomem,
                "ENOMEM",
                "over the limit on locked memory (RLIMIT_MEMLOCK), part of the range is not mapped or not accessible, or the process has too many mappings",
            ),
            row(
                again,
                "EAGAIN",
                "over a limit on locked memory, memory is short just now, or the process has too many mappings",
            ),
            row(
                inval,
                "EINVAL",
                "an address that is not page-aligned where it must be, a range that is too long or wraps, a mapping that the advice does not suit, or a soft limit above the hard one",
            ),
            row(
                acces,
                "EACCES",
                "the protection of the range forbids it, or a security policy refuses",
            ),
            row(
                fault,
                "EFAULT",
                "part of the range is not mapped, or may not be accessed",
            ),
            row(intr, "EINTR", "interrupted by a signal"),
            row(
                nosys,
                "ENOSYS",
                "the kernel has no such call, or a sandbox hides it",
            ),
            row(
                opnotsupp,
                "EOPNOTSUPP",
                "not supported by the kernel, or by this mapping",
            ),
            row(
                notsup,
                "ENOTSUP",
                "not supported by the kernel, or by this mapping",
            ),
        ]
    }
}

/// The [`ErrorCodes`] of a system with these numbers, a constant.
#[allow(unused_macros, reason = "as above")]
macro_rules! codes {
    ($errnos:ident) => {
        $crate::errno::ErrorCodes {
            invalid: $errnos.invalid(),
            unsupported: &$errnos.unsupported(),
            named: &$errnos.named(),
        }
    };
}
#[allow(unused_imports, reason = "as above")]
pub(crate) use codes;

/// The system error codes that `VirtualLock` and `VirtualUnlock` are known to set.
/// Windows never changes the number of one.
pub(crate) const WINDOWS: ErrorCodes = ErrorCodes {
    invalid: 87,
    unsupported: &[50, 120],
    named: &[
        row(
            5,
            "ERROR_ACCESS_DENIED",
            "the range may not be accessed, or the process may not lock it",
        ),
        row(8, "ERROR_NOT_ENOUGH_MEMORY", "memory is short"),
        row(50, "ERROR_NOT_SUPPORTED", "not supported here"),
        row(
            87,
            "ERROR_INVALID_PARAMETER",
            "invalid argument: a range that is too long or wraps",
        ),
        row(
            120,
            "ERROR_CALL_NOT_IMPLEMENTED",
            "the system has no such call",
        ),
        row(
            158,
            "ERROR_NOT_LOCKED",
            "a page of the range was not locked; it has been taken out of the working set",
        ),
        row(
            487,
            "ERROR_INVALID_ADDRESS",
            "part of the range is not allocated",
        ),
        row(
            998,
            "ERROR_NOACCESS",
            "part of the range is not committed, or may not be accessed",
        ),
        row(
            1450,
            "ERROR_NO_SYSTEM_RESOURCES",
            "the system is short of resources",
        ),
        row(
            0x8000_0001_u32 as i32,
            "STATUS_GUARD_PAGE_VIOLATION",
            "a page of the range was a guard page; the call has cleared its guard",
        ),
        row(
            1453,
            "ERROR_WORKING_SET_QUOTA",
            "more than the minimum working set of the process has room for; SetProcessWorkingSetSize raises it",
        ),
    ],
};
