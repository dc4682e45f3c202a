//! What comes of each function in each sandbox, and what `report` says there.
//!
//! `works`: the kernel shows the effect in every way that it has. `Ok`: with what it does
//! not show, or shows besides. Otherwise an error. Where the functions of a column differ, a
//! slash stands between.

/// A column, and the lines of `inside` in it. `kept` is the page that it keeps locked, as
/// this machine counts it.
#[rustfmt::skip]
pub(crate) const COLUMNS: [(&str, &[&str]); 8] = [
    ("lock", &["mlock", "munlock", "munlock_after_failed_mlock"]),
    ("on the host", &["kept"]),
    ("on fault", &["mlock_onfault"]),
    ("64 MiB", &["mlock 64 MiB", "mlock_onfault 64 MiB"]),
    ("dump exclusion", &["madvise_dontdump", "madvise_dodump"]),
    ("wipe on fork", &["madvise_wipeonfork", "madvise_keeponfork"]),
    ("no fork", &["madvise_dontfork", "madvise_dofork"]),
    ("`probe`", &["probe"]),
];

/// What comes of these is the same in every sandbox.
#[rustfmt::skip]
pub(crate) const EVERYWHERE: [(&str, &[&str]); 2] = [
    ("works", &["page_size", "limit", "set_soft_limit", "set_limit", "process_dumpable", "set_process_dumpable"]),
    ("unsupported (no call)", &["disable_core_dumps_for_process", "disable_core_dumps_with_guard"]),
];

pub(crate) struct Row {
    /// As .ci/proofs/sandboxes has it.
    pub(crate) name: &'static str,
    /// As the guide has it.
    pub(crate) sandbox: &'static str,
    /// The beginning of what the program said of its version when the cells were filled in.
    pub(crate) version: &'static str,
    pub(crate) cells: [&'static str; COLUMNS.len()],
    /// What `report` says, without its line breaks.
    pub(crate) report: &'static str,
}

const LIFTED: &str = "but does not bind this process (CAP_IPC_LOCK) -> Memory does";
const BINDS: &str = "--ulimit memlock= (containers), or the capability CAP_IPC_LOCK.";
const BINDS_ROOT: &str =
    "--ulimit memlock= (containers). CAP_IPC_LOCK does not count in this user namespace.";

#[rustfmt::skip]
pub(crate) const TABLE: &[Row] = &[
    Row {
        name: "host",
        sandbox: "none, for root",
        version: "Linux 6.18",
        cells: ["works", "yes", "works", "works", "works", "works", "works", "all"],
        report: LIFTED,
    },
    Row {
        name: "podman",
        sandbox: "Podman",
        version: "podman version 4.3.1",
        cells: ["works", "yes", "works", "ENOMEM", "works", "works", "works", "all"],
        report: BINDS,
    },
    Row {
        name: "podman-ipc-lock",
        sandbox: "Podman, `--cap-add IPC_LOCK`",
        version: "podman version 4.3.1",
        cells: ["works", "yes", "works", "works", "works", "works", "works", "all"],
        report: LIFTED,
    },
    Row {
        name: "podman-user",
        sandbox: "Podman, an ordinary user, 64 KiB",
        version: "podman version 4.3.1",
        cells: ["works", "yes", "works", "ENOMEM", "works", "works", "works", "all"],
        report: BINDS,
    },
    Row {
        name: "podman-16-mib",
        sandbox: "Podman, `IPC_LOCK`, 16 MiB of memory",
        version: "podman version 4.3.1",
        cells: ["works", "yes", "works", "killed by signal 9", "works", "works", "works", "all"],
        report: LIFTED,
    },
    Row {
        name: "nspawn",
        sandbox: "systemd-nspawn",
        version: "systemd 252",
        cells: [
            "EPERM", "EPERM", "EPERM", "EPERM", "works", "works", "works",
            "all but MLOCK, MUNLOCK, MLOCK_ONFAULT",
        ],
        report: "systemd-nspawn refuses: start it with --system-call-filter=@memlock, or with --capability",
    },
    Row {
        name: "nspawn-memlock",
        sandbox: "systemd-nspawn, `@memlock` allowed",
        version: "systemd 252",
        cells: ["works", "yes", "works", "ENOMEM", "works", "works", "works", "all"],
        report: BINDS,
    },
    Row {
        name: "bubblewrap",
        sandbox: "bubblewrap, for root",
        version: "bubblewrap 0.8.0",
        cells: ["works", "yes", "works", "ENOMEM", "works", "works", "works", "all"],
        report: BINDS_ROOT,
    },
    Row {
        name: "user-namespace",
        sandbox: "root of a user namespace, 64 KiB",
        version: "Linux 6.18",
        cells: ["works", "yes", "works", "ENOMEM", "works", "works", "works", "all"],
        report: BINDS_ROOT,
    },
    Row {
        name: "gvisor",
        sandbox: "gVisor of July 2024",
        version: "runsc version 0.0~20240729.0",
        cells: [
            "Ok, but no VmLck", "no", "Ok, but no VmLck lf", "works", "Ok, and nothing happened",
            "unsupported (EINVAL)", "Ok, but no dc", "all but WIPEONFORK, KEEPONFORK",
        ],
        report: "This kernel, gVisor's or another, may lock nothing. verdict memory can NOT be locked here",
    },
    Row {
        name: "qemu-7.2",
        sandbox: "qemu-user 7.2, for root",
        version: "qemu-x86_64 version 7.2",
        cells: [
            "works", "yes", "unsupported (ENOSYS)", "works / unsupported (ENOSYS)",
            "Ok, and nothing happened", "Ok, and nothing happened", "Ok, and nothing happened",
            "all but MLOCK_ONFAULT",
        ],
        report: LIFTED,
    },
    Row {
        name: "qemu-10",
        sandbox: "qemu-user 10.0, for root",
        version: "qemu-x86_64 version 10.0",
        cells: [
            "Ok, but no Locked lo", "yes", "unsupported (ENOSYS)", "works / unsupported (ENOSYS)",
            "Ok, and nothing happened", "Ok, but no wf", "Ok, and nothing happened",
            "all but MLOCK_ONFAULT, WIPEONFORK, KEEPONFORK",
        ],
        report: LIFTED,
    },
];
