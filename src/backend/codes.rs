//! What the error codes of a system mean for the calls of this crate.

use crate::Error;

/// The error codes of one system, as far as these calls are known to give them.
#[derive(Clone, Copy)]
pub(crate) struct Codes {
    /// EINVAL; `ERROR_INVALID_PARAMETER` on Windows.
    pub(crate) invalid: i32,
    /// The codes that say that there is no such call.
    pub(crate) unsupported: &'static [i32],
    /// The codes that have a name and a meaning here.
    pub(crate) known: &'static [Known],
}

/// One code, and what a reader of it should know.
pub(crate) struct Known {
    pub(crate) code: i32,
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
}

impl Codes {
    pub(crate) const fn means_unsupported(&self, code: i32) -> bool {
        let mut at = 0;
        while at < self.unsupported.len() {
            if self.unsupported[at] == code {
                return true;
            }
            at += 1;
        }
        false
    }

    pub(crate) fn known(&self, code: i32) -> Option<&'static Known> {
        self.known.iter().find(|known| known.code == code)
    }
}

/// The error for `code` where an advice was given and EINVAL is ambiguous: it
/// stands for a bad range, for a mapping that cannot be advised so, and for an
/// advice that the kernel does not know. Only the last is "unsupported", and only
/// the kernel can tell, which `knows` asks. Inlined for the reason that the errors
/// of `posix` have.
#[inline(always)]
pub(crate) fn advice_error(codes: &Codes, code: i32, knows: impl FnOnce() -> bool) -> Error {
    if code == codes.invalid && !knows() {
        Error::unknown_advice(code)
    } else {
        Error::said(code)
    }
}

/// The numbers that a POSIX system gives to the errors of these calls.
pub(crate) struct Errnos {
    pub(crate) perm: i32,
    pub(crate) nomem: i32,
    pub(crate) again: i32,
    pub(crate) inval: i32,
    pub(crate) acces: i32,
    pub(crate) fault: i32,
    pub(crate) intr: i32,
    pub(crate) nosys: i32,
    pub(crate) opnotsupp: i32,
    pub(crate) notsup: i32,
}

impl Errnos {
    pub(crate) const fn unsupported(&self) -> [i32; 3] {
        [self.nosys, self.opnotsupp, self.notsup]
    }

    pub(crate) const fn known(&self) -> [Known; 10] {
        [
            Known {
                code: self.perm,
                name: "EPERM",
                meaning: "not permitted: the limit on locked memory is 0, a privilege is missing, or a sandbox refuses",
            },
            Known {
                code: self.nomem,
                name: "ENOMEM",
                meaning: "over the limit on locked memory (RLIMIT_MEMLOCK), part of the range is not mapped or not accessible, or the process has too many mappings",
            },
            Known {
                code: self.again,
                name: "EAGAIN",
                meaning: "over a limit on locked memory, memory is short just now, or the process has too many mappings",
            },
            Known {
                code: self.inval,
                name: "EINVAL",
                meaning: "invalid argument: a range that is too long or wraps, an address that is not page-aligned where it must be, a mapping that cannot be advised so, or a soft limit above the hard one",
            },
            Known {
                code: self.acces,
                name: "EACCES",
                meaning: "the protection of the range forbids it, or a security policy refuses",
            },
            Known {
                code: self.fault,
                name: "EFAULT",
                meaning: "part of the range is not mapped, or may not be accessed",
            },
            Known {
                code: self.intr,
                name: "EINTR",
                meaning: "interrupted by a signal",
            },
            Known {
                code: self.nosys,
                name: "ENOSYS",
                meaning: "the kernel has no such call, or a sandbox hides it",
            },
            Known {
                code: self.opnotsupp,
                name: "EOPNOTSUPP",
                meaning: "not supported by the kernel, or by this mapping",
            },
            Known {
                code: self.notsup,
                name: "ENOTSUP",
                meaning: "not supported by the kernel, or by this mapping",
            },
        ]
    }
}

/// The system error codes of Windows that `VirtualLock` and `VirtualUnlock` are
/// known to leave. Windows gives each of them one number for ever.
pub(crate) const WINDOWS: Codes = Codes {
    invalid: 87,
    unsupported: &[50, 120],
    known: &[
        Known {
            code: 5,
            name: "ERROR_ACCESS_DENIED",
            meaning: "the range may not be accessed, or the process may not lock it",
        },
        Known {
            code: 8,
            name: "ERROR_NOT_ENOUGH_MEMORY",
            meaning: "memory is short",
        },
        Known {
            code: 50,
            name: "ERROR_NOT_SUPPORTED",
            meaning: "not supported here",
        },
        Known {
            code: 87,
            name: "ERROR_INVALID_PARAMETER",
            meaning: "invalid argument: a range that is too long or wraps",
        },
        Known {
            code: 120,
            name: "ERROR_CALL_NOT_IMPLEMENTED",
            meaning: "the system has no such call",
        },
        Known {
            code: 158,
            name: "ERROR_NOT_LOCKED",
            meaning: "a page of the range was not locked; it has been taken out of the working set",
        },
        Known {
            code: 487,
            name: "ERROR_INVALID_ADDRESS",
            meaning: "part of the range is not allocated",
        },
        Known {
            code: 998,
            name: "ERROR_NOACCESS",
            meaning: "part of the range is not committed, or may not be accessed",
        },
        Known {
            code: 1450,
            name: "ERROR_NO_SYSTEM_RESOURCES",
            meaning: "the system is short of resources",
        },
        Known {
            code: 1453,
            name: "ERROR_WORKING_SET_QUOTA",
            meaning: "more than the minimum working set of the process has room for; SetProcessWorkingSetSize raises it",
        },
    ],
};
