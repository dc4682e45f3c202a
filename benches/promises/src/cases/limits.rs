//! Whether a limit that is answered was read.

use core::ffi::c_int;

use os_memlock::Resource;

use crate::cell::{Cell, attempt};
use crate::child::ask;
use crate::common::kernel::page_size;
use crate::common::limits::set_rlimit;
use crate::common::policies::POLICIES;
use crate::common::seccomp::deny;
use crate::common::system_call::SYS_GETRLIMIT;
use crate::subjects::Subject;

/// What a subject says of a limit that was just set.
#[derive(PartialEq)]
enum Reading {
    Right,
    MadeUp,
    Refused,
    Killed,
}

/// Reads the limit in a child, after `confine`.
fn reading(subject: &Subject, confine: impl FnOnce()) -> Option<Reading> {
    let limit = subject.limit?;
    let page = page_size() as u64;
    let said = ask(|| {
        set_rlimit(Resource::Memlock, 2 * page, 3 * page);
        confine();
        match attempt(limit) {
            Ok(read) if read == [2 * page, 3 * page] => "right".into(),
            Ok(_) => "made up".into(),
            Err(_) => "refused".into(),
        }
    });
    Some(match said.as_deref() {
        Ok("right") => Reading::Right,
        Ok("made up") => Reading::MadeUp,
        Ok(_) => Reading::Refused,
        Err(_) => Reading::Killed,
    })
}

pub(super) fn policies(subject: &Subject) -> Cell {
    let (mut right, mut others) = (0, Vec::new());
    for policy in POLICIES {
        let word = match reading(subject, || policy.enforce()) {
            None => return Cell::lacking(),
            Some(Reading::Right) => {
                right += 1;
                continue;
            }
            Some(Reading::MadeUp) => "made up",
            Some(Reading::Refused) => "refused",
            Some(Reading::Killed) => "killed",
        };
        others.push(format!("{} ({word})", policy.name));
    }
    let saw = format!("not under {}", others.join(", "));
    Cell::fact(format_args!("{right} of {}", POLICIES.len()), saw)
}

pub(super) fn refused(subject: &Subject) -> Cell {
    under(subject, &[libc::EPERM, libc::ENOSYS])
}

/// As where an emulator or a broker answers for the kernel.
pub(super) fn unwritten(subject: &Subject) -> Cell {
    under(subject, &[0])
}

fn under(subject: &Subject, errnos: &[c_int]) -> Cell {
    for errno in errnos {
        let answered = reading(subject, || {
            deny(libc::SYS_prlimit64, *errno);
            deny(SYS_GETRLIMIT, *errno);
        });
        match answered {
            None => return Cell::lacking(),
            Some(Reading::Refused) => {}
            Some(Reading::Killed) => return Cell::no("the process ends"),
            Some(Reading::Right | Reading::MadeUp) => {
                return Cell::no("answers numbers that are not the limit");
            }
        }
    }
    Cell::yes("an error")
}
