//! What the kernel shows of a page.

use std::os::unix::process::ExitStatusExt as _;

use crate::common::faces::FACES;
use crate::common::kernel::{mapping_at, msync_says_locked, vm_lck_kib};
use crate::common::pages::Pages;
use crate::common::proc::Proc;
use crate::common::process::fork_and;

/// What shows that pages are locked, the same on fault, that a child reads zeros, and that
/// it has no page.
pub(crate) const LOCKED: &[&str] = &["VmLck", "EBUSY", "Locked", "lo"];
pub(crate) const ON_FAULT: &[&str] = &["VmLck", "EBUSY", "Locked", "lo", "lf"];
pub(crate) const WIPED: &[&str] = &["wf", "zeros"];
pub(crate) const GONE: &[&str] = &["dc", "SIGSEGV"];

/// All that is shown of the first page: what the kernel counts as locked, what msync says
/// of it, what smaps has of it, and what a child of fork finds.
pub(crate) fn marks(pages: &Pages) -> Vec<&'static str> {
    let mapping = mapping_at(pages.addr()).expect("a mapped address");
    // gVisor has no such line.
    let is_counted = Proc::own().text("status").contains("VmLck:") && vm_lck_kib() > 0;
    let child = fork_and(|| {
        // No core of one that is killed.
        let _ = (FACES[0].set_process_dumpable)(false);
        pages.read(0)
    });
    let marks = [
        ("VmLck", is_counted),
        ("EBUSY", msync_says_locked(pages.addr())),
        ("Locked", mapping.locked_kib > 0),
        ("lo", mapping.has("lo")),
        ("lf", mapping.has("lf")),
        ("dd", mapping.has("dd")),
        ("wf", mapping.has("wf")),
        ("dc", mapping.has("dc")),
        ("zeros", pages.read(0) != 0 && child.code() == Some(0)),
        ("SIGSEGV", child.signal() == Some(libc::SIGSEGV)),
    ];
    let shown = marks.into_iter().filter(|(_, is_shown)| *is_shown);
    shown.map(|(name, _)| name).collect()
}
