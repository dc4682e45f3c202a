//! What the system answers, most of it in the table of the guide's page on systems. `None`
//! stands where the system has no such call, or the table says "not known" or "not documented".

use crate::common::faces::{Answer, refused};
#[cfg(windows)]
use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_ADDRESS, ERROR_NOACCESS, ERROR_NOT_LOCKED,
    ERROR_WORKING_SET_QUOTA,
};

pub(super) struct Facts {
    /// A lock over the limit.
    pub(super) over_limit: i32,
    /// Whether relocking counts again against the limit.
    pub(super) relock_counts: bool,
    /// A lock of what is not mapped: one of these.
    pub(super) not_mapped: &'static [i32],
    /// The same for an unlock.
    pub(super) unlock_not_mapped: &'static [i32],
    /// A lock with a hole behind its first page: one of these.
    pub(super) hole: &'static [i32],
    /// Whether a lock that fails so leaves the pages before the hole locked.
    pub(super) left_behind: Option<bool>,
    /// An unlock with a hole behind its first page, and whether that page is unlocked.
    pub(super) unlock_over_hole: Option<(Answer<()>, bool)>,
    /// A lock of memory that may not be accessed: `Ok` locks nothing.
    pub(super) no_access: Option<&'static [Answer<()>]>,
    /// A range that wraps.
    pub(super) wraps: Option<i32>,
    pub(super) locks_nest: bool,
    pub(super) unlock_of_unlocked: Answer<()>,
    /// An advice at an address that is not page-aligned.
    pub(super) unaligned_advice: Option<Answer<()>>,
    /// The same over a hole.
    pub(super) advice_over_hole: Option<Answer<()>>,
}

/// What most Unix systems answer.
#[cfg(unix)]
const UNIX: Facts = Facts {
    over_limit: libc::EAGAIN,
    relock_counts: true,
    not_mapped: &[libc::ENOMEM],
    unlock_not_mapped: &[libc::ENOMEM],
    hole: &[libc::ENOMEM],
    left_behind: Some(false),
    unlock_over_hole: Some((refused(libc::ENOMEM), false)),
    no_access: None,
    wraps: Some(libc::EINVAL),
    locks_nest: false,
    unlock_of_unlocked: Ok(()),
    unaligned_advice: None,
    advice_over_hole: None,
};

#[cfg(target_os = "linux")]
pub(super) const HERE: Facts = Facts {
    over_limit: libc::ENOMEM,
    relock_counts: false,
    left_behind: Some(true),
    unlock_over_hole: Some((refused(libc::ENOMEM), true)),
    no_access: Some(&[refused(libc::ENOMEM)]),
    // On a 64-bit kernel nothing wraps in a 32-bit process, and this is not mapped.
    wraps: Some(if cfg!(target_pointer_width = "64") {
        libc::EINVAL
    } else {
        libc::ENOMEM
    }),
    unaligned_advice: Some(refused(libc::EINVAL)),
    advice_over_hole: Some(refused(libc::ENOMEM)),
    ..UNIX
};

#[cfg(target_os = "freebsd")]
pub(super) const HERE: Facts = Facts {
    over_limit: libc::ENOMEM,
    no_access: Some(&[refused(libc::ENOMEM)]),
    unaligned_advice: Some(Ok(())),
    advice_over_hole: Some(Ok(())),
    ..UNIX
};

#[cfg(target_os = "openbsd")]
pub(super) const HERE: Facts = Facts {
    no_access: Some(&[Ok(())]),
    ..UNIX
};

#[cfg(target_os = "netbsd")]
pub(super) const HERE: Facts = Facts {
    hole: &[libc::EINVAL],
    no_access: Some(&[refused(libc::EINVAL)]),
    wraps: Some(libc::ENOMEM),
    unlock_of_unlocked: refused(libc::ENOMEM),
    ..UNIX
};

#[cfg(target_os = "macos")]
pub(super) const HERE: Facts = Facts {
    relock_counts: false,
    unlock_over_hole: Some((Ok(()), true)),
    locks_nest: true,
    ..UNIX
};

#[cfg(windows)]
const NOT_COMMITTED: &[i32] = &[ERROR_INVALID_ADDRESS as i32, ERROR_NOACCESS as i32];

#[cfg(windows)]
pub(super) const HERE: Facts = Facts {
    over_limit: ERROR_WORKING_SET_QUOTA as i32,
    relock_counts: false,
    not_mapped: NOT_COMMITTED,
    unlock_not_mapped: &[ERROR_NOT_LOCKED as i32, NOT_COMMITTED[0], NOT_COMMITTED[1]],
    hole: NOT_COMMITTED,
    left_behind: None,
    unlock_over_hole: None,
    no_access: Some(&[
        refused(ERROR_ACCESS_DENIED as i32),
        refused(NOT_COMMITTED[0]),
        refused(NOT_COMMITTED[1]),
    ]),
    wraps: None,
    locks_nest: false,
    unlock_of_unlocked: refused(ERROR_NOT_LOCKED as i32),
    unaligned_advice: None,
    advice_over_hole: None,
};
