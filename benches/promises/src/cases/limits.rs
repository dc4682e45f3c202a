//! Whether a limit that is answered was read.

use core::ffi::c_int;

use os_memlock::Resource;

use crate::cell::{Answer, Cell, PANIC, attempt};
use crate::child::ask;
use crate::common::kernel::page_size;
use crate::common::limits::set_rlimit;
use crate::common::seccomp::deny;
use crate::common::system_call::SYS_GETRLIMIT;
use crate::policies::POLICIES;
use crate::subjects::Subject;

const READ: &str = "read";
const REFUSED: &str = "refused";
const MADE_UP: &str = "made up";

/// What comes of reading, in a child, a limit that was set just before `confine`.
fn reading(limit: fn() -> Answer<[u64; 2]>, confine: impl FnOnce()) -> String {
    let page = page_size() as u64;
    let said = ask(|| {
        set_rlimit(Resource::Memlock, 2 * page, 3 * page);
        confine();
        let word = match attempt(limit) {
            Ok(read) if read == [2 * page, 3 * page] => READ,
            Ok(_) => MADE_UP,
            Err(fault) if fault.says == PANIC => PANIC,
            Err(_) => REFUSED,
        };
        word.into()
    });
    said.unwrap_or("killed".into())
}

pub(super) fn policies(subject: &Subject) -> Option<Cell> {
    let limit = subject.limit?;
    let fates = POLICIES.iter().map(|policy| {
        let fate = reading(limit, || policy.enforce());
        (policy.name, fate)
    });
    let (read, others): (Vec<_>, Vec<_>) = fates.partition(|(_, fate)| fate == READ);
    let others: Vec<_> = others
        .iter()
        .map(|(name, fate)| format!("{name} ({fate})"))
        .collect();
    let saw = format!("not under {}", others.join(", "));
    Some(Cell::fact(
        format_args!("{} of {}", read.len(), POLICIES.len()),
        saw,
    ))
}

pub(super) fn refused(subject: &Subject) -> Option<Cell> {
    under(subject, &[libc::EPERM, libc::ENOSYS])
}

/// A filter that answers 0.
pub(super) fn unwritten(subject: &Subject) -> Option<Cell> {
    under(subject, &[0])
}

fn under(subject: &Subject, errnos: &[c_int]) -> Option<Cell> {
    let limit = subject.limit?;
    let readings = errnos.iter().map(|errno| {
        reading(limit, || {
            deny(libc::SYS_prlimit64, *errno);
            deny(SYS_GETRLIMIT, *errno);
        })
    });
    let mut readings: Vec<_> = readings.collect();
    readings.dedup();
    if readings.iter().any(|it| *it == READ || *it == MADE_UP) {
        return Some(Cell::no("answers numbers that are not the limit"));
    }
    Some(Cell::yes(readings.join(", ")))
}
