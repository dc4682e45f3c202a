//! Whether a limit that is answered was read.

use os_memlock::Resource;

use crate::cell::{Answer, Cell, attempt};
use crate::child::ask;
use crate::common::kernel::page_size;
use crate::common::limits::set_rlimit;
use crate::common::seccomp::deny;
use crate::common::system_call::SYS_GETRLIMIT;
use crate::policies::POLICIES;
use crate::subjects::Subject;

const READ: &str = "read";
const REFUSED: &str = "refused";

/// What comes of reading, in a child, a limit that was set just before `confine`.
fn reading(limit: fn() -> Answer<[u64; 2]>, confine: impl FnOnce()) -> String {
    let page = page_size() as u64;
    let said = ask(|| {
        set_rlimit(Resource::Memlock, 2 * page, 3 * page);
        confine();
        match attempt(limit) {
            Ok(read) if read == [2 * page, 3 * page] => READ.into(),
            Ok(_) => "numbers that are not the limit".into(),
            Err(fault) if fault.is_panic() => fault.to_string(),
            Err(_) => REFUSED.into(),
        }
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
    let limit = subject.limit?;
    let readings = [libc::EPERM, libc::ENOSYS].map(|errno| {
        reading(limit, || {
            deny(libc::SYS_prlimit64, errno);
            deny(SYS_GETRLIMIT, errno);
        })
    });
    let mut readings = Vec::from(readings);
    readings.dedup();
    Some(Cell::whether(readings == [REFUSED], readings.join(", ")))
}
