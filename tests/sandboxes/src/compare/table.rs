//! The columns and the rows of the guide's table, which has the cells.

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
    ("works", &["page_size", "limit", "set_soft_limit", "set_limit",
        "process_dumpable", "set_process_dumpable"]),
    ("unsupported (no call)", &["disable_core_dumps_for_process", "disable_core_dumps_with_guard"]),
];

/// A sandbox: its name in .ci/proofs/sandboxes and in the guide; the beginning of what the
/// program said of its version when the cells were filled in; what `report` says, without
/// its line breaks.
pub(crate) type Row = [&'static str; 4];

#[rustfmt::skip]
pub(crate) const TABLE: [Row; 12] = [
    ["host", "none, for root", LINUX, LIFTED],
    ["podman", "Podman", PODMAN, BINDS],
    ["podman-ipc-lock", "Podman, `--cap-add IPC_LOCK`", PODMAN, LIFTED],
    ["podman-user", "Podman, an ordinary user, 64 KiB", PODMAN, BINDS],
    ["podman-16-mib", "Podman, `IPC_LOCK`, 16 MiB of memory", PODMAN, LIFTED],
    ["nspawn", "systemd-nspawn", SYSTEMD, REFUSED],
    ["nspawn-memlock", "systemd-nspawn, `@memlock` allowed", SYSTEMD, BINDS],
    ["bubblewrap", "bubblewrap, for root", "bubblewrap 0.8.0", BINDS_ROOT],
    ["user-namespace", "root of a user namespace, 64 KiB", LINUX, BINDS_ROOT],
    ["gvisor", "gVisor of July 2024", "runsc version 0.0~20240729.0", LOCKS_NOTHING],
    ["qemu-7.2", "qemu-user 7.2, for root", "qemu-x86_64 version 7.2", LIFTED],
    ["qemu-10", "qemu-user 10.0, for root", "qemu-x86_64 version 10.0", LIFTED],
];

const LINUX: &str = "Linux 6.18";
const PODMAN: &str = "podman version 4.3.1";
const SYSTEMD: &str = "systemd 252";

const LIFTED: &str = "but does not bind this process (CAP_IPC_LOCK) -> Memory does";
const BINDS: &str = "--ulimit memlock= (containers), or the capability CAP_IPC_LOCK.";
const BINDS_ROOT: &str =
    "--ulimit memlock= (containers). CAP_IPC_LOCK does not count in this user namespace.";
const REFUSED: &str =
    "systemd-nspawn refuses: start it with --system-call-filter=@memlock, or with --capability";
const LOCKS_NOTHING: &str = "this kernel, gVisor's or another, may lock nothing. \
    verdict memory can NOT be locked here";
