//! The policies of programs in use: what they say about the system calls of this crate
//! and about the older calls for limits.
//!
//! The facts come from the sources named above each policy: repository, revision, file.
//! Left out are other system calls, answers to arguments that this crate does not pass,
//! and policies that forbid nothing of all this; of those, one that kills for whatever it
//! does not list is here.

use libc::{
    EINVAL, ENOSYS, EPERM, MADV_DONTDUMP, MADV_DONTFORK, MADV_DONTNEED, MADV_FREE, MADV_MERGEABLE,
    MADV_NOHUGEPAGE, MADV_NORMAL, MADV_RANDOM, MADV_REMOVE, MADV_WIPEONFORK, PR_GET_DUMPABLE,
    PR_GET_NAME, PR_GET_SECCOMP, PR_SET_DUMPABLE, PR_SET_NAME, PR_SET_PDEATHSIG, PR_SET_PTRACER,
    PR_SET_VMA, SYS_brk, SYS_close, SYS_exit_group, SYS_getppid, SYS_lseek, SYS_madvise, SYS_mlock,
    SYS_mlock2, SYS_mmap, SYS_mremap, SYS_munlock, SYS_munmap, SYS_openat, SYS_prctl,
    SYS_prlimit64, SYS_read, SYS_setrlimit, SYS_statx, SYS_write, c_int, c_long,
};

use super::policy::Filter::{AllowsOnly, Forbids};
use super::policy::Verdict::{Errno, KillProcess, KillThread, Trap};
use super::policy::When::{Always, Is, OtherProcess, OtherThan};
use super::policy::{Policy, Rule};
use crate::common::system_call::SYS_GETRLIMIT;

const NULL: &[c_int] = &[0];

// Newer than the libc crate's names.
const MADV_GUARD_INSTALL: c_int = 102;
const MADV_GUARD_REMOVE: c_int = 103;
const PR_GET_AUXV: c_int = 0x4155_5856;

/// The advice values of Chromium's baseline policy.
#[rustfmt::skip]
const CHROMIUM_ADVICES: &[c_int] = &[
    MADV_DONTNEED, MADV_RANDOM, MADV_REMOVE, MADV_NORMAL, MADV_FREE,
];

/// The options of Chromium's baseline policy, and the one that it answers EPERM to,
/// which is no option of this crate.
#[rustfmt::skip]
const CHROMIUM_OPTIONS: &[c_int] = &[
    PR_GET_NAME, PR_SET_NAME, PR_GET_DUMPABLE, PR_SET_DUMPABLE, PR_SET_PTRACER,
];

/// Those of Android's list that the crate makes, and those with which a test looks at it.
#[rustfmt::skip]
const ANDROID_CALLS: &[c_long] = &[
    SYS_mlock, SYS_munlock, SYS_mlock2, SYS_madvise, SYS_prlimit64, SYS_prctl, SYS_getppid,
    SYS_exit_group, SYS_openat, SYS_read, SYS_write, SYS_close, SYS_statx, SYS_lseek, SYS_brk,
    SYS_mmap, SYS_munmap, SYS_mremap,
];

#[rustfmt::skip]
pub(crate) const POLICIES: &[Policy] = &[
    // chromium/chromium
    // - sandbox/policy/linux/bpf_renderer_policy_linux.cc at
    //   67961621892eceb9bc46c4b7409124fd28888908: prlimit64, getrlimit, setrlimit
    // - sandbox/linux/seccomp-bpf-helpers/syscall_parameters_restrictions.cc at
    //   007c5f6a87c5b19cd127a2eecf18dc9bae45ef0e: RestrictPrlimit, RestrictPrctl
    // - sandbox/linux/seccomp-bpf-helpers/baseline_policy.cc at
    //   b419cc318787a7c8b183416e551ad4807bbfd9b2: madvise; all that is not named crashes
    // - sandbox/linux/seccomp-bpf-helpers/syscall_sets.cc at
    //   f24a8e130d36c035286d0b664743111ac6b10749: mlock and munlock, and no mlock2
    // - sandbox/linux/seccomp-bpf-helpers/sigsys_handlers.cc at
    //   5c96b9d399b1f16e5189baa2f910655f696f372f: to crash is a trap, whose handler ends
    //   the process
    Policy {
        name: "Chromium renderer",
        filter: Forbids(&[
            Rule(SYS_mlock2, Always, Trap),
            Rule(SYS_madvise, OtherThan(2, CHROMIUM_ADVICES), Errno(EPERM)),
            Rule(SYS_prlimit64, OtherProcess, Errno(EPERM)),
            Rule(SYS_prctl, OtherThan(0, CHROMIUM_OPTIONS), Trap),
        ]),
    },
    // chromium/chromium
    // - sandbox/policy/linux/bpf_utility_policy_linux.cc at
    //   e130f1dae679001dad2affdd42d979c98689a380: prlimit64, getrlimit, and no setrlimit
    // - sandbox/linux/seccomp-bpf-helpers/syscall_parameters_restrictions.cc at
    //   007c5f6a87c5b19cd127a2eecf18dc9bae45ef0e: RestrictPrlimitToGetrlimit
    // - the rest from the baseline, as for the renderer
    Policy {
        name: "Chromium utility process",
        filter: Forbids(&[
            Rule(SYS_mlock2, Always, Trap),
            Rule(SYS_madvise, OtherThan(2, CHROMIUM_ADVICES), Errno(EPERM)),
            Rule(SYS_prlimit64, OtherThan(2, NULL), Errno(EPERM)),
            Rule(SYS_prlimit64, OtherProcess, Errno(EPERM)),
            Rule(SYS_setrlimit, Always, Trap),
            Rule(SYS_prctl, OtherThan(0, CHROMIUM_OPTIONS), Trap),
        ]),
    },
    // mozilla/gecko-dev
    // - security/sandbox/linux/SandboxFilter.cpp at
    //   be491f3d7003f4dcb06ff69d676455cf2f5836f7: ContentSandboxPolicy; prctl in
    //   SandboxPolicyCommon
    // - security/sandbox/linux/Sandbox.cpp at 44fb28a14e8957c3aac9f5efeae2ed71583c338d:
    //   what is not allowed is a trap, whose handler answers ENOSYS; that of a nightly
    //   build ends the process
    Policy {
        name: "Firefox content process",
        filter: Forbids(&[
            Rule(SYS_mlock2, Always, Errno(ENOSYS)),
            Rule(SYS_prlimit64, OtherThan(0, &[0]), Errno(ENOSYS)),
            Rule(SYS_prlimit64, OtherThan(2, NULL), Errno(ENOSYS)),
            Rule(SYS_setrlimit, Always, Errno(ENOSYS)),
            Rule(SYS_prctl, OtherThan(0, &[
                PR_SET_VMA, PR_GET_SECCOMP, PR_SET_NAME, PR_SET_DUMPABLE, PR_SET_PTRACER,
            ]), Errno(ENOSYS)),
        ]),
    },
    // ArthurSonzogni/chromiumos-platform2, a copy of ChromeOS' platform2, at
    // 3050786c3520dc1be3caaa2917b3c0bb99c78fed
    // - bootlockbox/seccomp/bootlockboxd-seccomp-amd64.policy; 34 policies there have
    //   its line for prlimit64
    // google/minijail at 8d20993c7189a948995bd20901abecc041e1a28e
    // - libminijail.c: what is not allowed kills the thread
    Policy {
        name: "minijail, ChromeOS bootlockboxd",
        filter: Forbids(&[
            Rule(SYS_mlock2, Always, KillThread),
            Rule(SYS_prlimit64, OtherThan(2, NULL), KillThread),
            Rule(SYS_prlimit64, Is(3, 0), KillThread),
            Rule(SYS_setrlimit, Always, KillThread),
            Rule(SYS_prctl, OtherThan(0, &[PR_SET_NAME]), KillThread),
        ]),
    },
    // google/crosvm at f1e797a68dada35cbafef8d0cfae36bacfaea85e
    // - jail/seccomp/x86_64/common_device.policy and block.policy; on other processors
    //   the common policy has no prlimit64
    // - jail/build.rs: what is not allowed is a trap
    Policy {
        name: "crosvm block device",
        filter: Forbids(&[
            Rule(SYS_mlock, Always, Trap),
            Rule(SYS_munlock, Always, Trap),
            Rule(SYS_mlock2, Always, Trap),
            Rule(SYS_madvise, OtherThan(2, &[
                MADV_DONTNEED, MADV_DONTDUMP, MADV_REMOVE, MADV_MERGEABLE, MADV_FREE,
                MADV_NOHUGEPAGE, MADV_GUARD_INSTALL, MADV_GUARD_REMOVE,
            ]), Trap),
            Rule(SYS_GETRLIMIT, Always, Trap),
            Rule(SYS_setrlimit, Always, Trap),
            Rule(SYS_prctl, OtherThan(0, &[PR_SET_VMA, PR_SET_NAME, PR_SET_PDEATHSIG]), Trap),
        ]),
    },
    // google/crosvm at f1e797a68dada35cbafef8d0cfae36bacfaea85e
    // - jail/seccomp/x86_64/gpu_common.policy and gpu_device.policy
    // - jail/build.rs: what is not allowed is a trap
    Policy {
        name: "crosvm GPU",
        filter: Forbids(&[
            Rule(SYS_mlock, Always, Trap),
            Rule(SYS_munlock, Always, Trap),
            Rule(SYS_mlock2, Always, Trap),
            Rule(SYS_madvise, OtherThan(2, &[
                MADV_DONTNEED, MADV_DONTDUMP, MADV_REMOVE, MADV_MERGEABLE, MADV_FREE,
                MADV_GUARD_INSTALL, MADV_GUARD_REMOVE,
            ]), Trap),
            Rule(SYS_prlimit64, Always, Trap),
            Rule(SYS_GETRLIMIT, Always, Trap),
            Rule(SYS_setrlimit, Always, Trap),
            Rule(SYS_prctl, OtherThan(0, &[
                PR_SET_NAME, PR_GET_NAME, PR_SET_VMA, PR_SET_PDEATHSIG, PR_GET_AUXV,
            ]), Trap),
        ]),
    },
    // openssh/openssh-portable at 0ef0f5a839831c213f24e3f2ae434765c607fb50
    // - sandbox-seccomp-filter.c: what is not allowed kills the thread
    Policy {
        name: "OpenSSH before authentication",
        filter: Forbids(&[
            Rule(SYS_mlock, Always, KillThread),
            Rule(SYS_munlock, Always, KillThread),
            Rule(SYS_mlock2, Always, KillThread),
            Rule(SYS_madvise, OtherThan(2, &[
                MADV_NORMAL, MADV_FREE, MADV_DONTNEED, MADV_DONTFORK, MADV_DONTDUMP,
                MADV_WIPEONFORK,
            ]), Errno(EINVAL)),
            Rule(SYS_prlimit64, Always, KillThread),
            Rule(SYS_GETRLIMIT, Always, KillThread),
            Rule(SYS_setrlimit, Always, KillThread),
            Rule(SYS_prctl, Always, KillThread),
        ]),
    },
    // systemd/systemd-stable at 565916c245b53b49f5917f5326d21246f46ae3db, version 255
    // - src/shared/seccomp-util.c: @resources has setrlimit, and not prlimit64
    // - src/core/exec-invoke.c, execute.c: what is not allowed kills the process, unless
    //   SystemCallErrorNumber= says otherwise
    Policy {
        name: "systemd `~@resources`",
        filter: Forbids(&[Rule(SYS_setrlimit, Always, KillProcess)]),
    },
    // aosp-mirror/platform_bionic at 731631f300090436d7f5df80d50b6275c8c60a93
    // - libc/SYSCALLS.TXT, less SECCOMP_BLOCKLIST_APP.TXT and SECCOMP_BLOCKLIST_COMMON.TXT:
    //   an app may make these calls, whatever the arguments
    // - libc/tools/genseccomp.py, libc/seccomp/seccomp_policy.cpp: what is not listed is a
    //   trap
    // - libc/SECCOMP_WHITELIST.TXT at the tag android-8.0.0_r1, the first release with the
    //   filter: mlock2, as in every release since
    Policy {
        name: "Android app",
        filter: AllowsOnly(ANDROID_CALLS, Trap),
    },
];
