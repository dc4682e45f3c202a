//! Core dumps switched off for the process by a soft `RLIMIT_CORE` of 0, and the
//! guard that restores the limit.
//!
//! Only macOS exposes the switch; on every other target nothing makes a guard.

use core::fmt;
use core::panic::{RefUnwindSafe, UnwindSafe};

use crate::backend::Os;
use crate::backend::contract::Backend as _;
use crate::error::{Error, Result};
use crate::support::Support;

cfg_if! {
    if #[cfg(target_has_atomic = "8")] {
        pub(crate) mod switch;
        use switch::{Guard, Switch};
    } else {
        mod no_switch;
        use no_switch::{Guard, Switch};
    }
}

/// Keeps core dumps off for the process until it is dropped.
///
/// Returned by [`raw::disable_core_dumps_with_guard`], and by the function of
/// the same name at the crate root.
///
/// * Guards may overlap and be dropped in any order; the soft limit comes back
///   when the last one is dropped.
/// * The last drop writes the soft limit that a guard last found above 0, or the
///   hard limit where that is lower by now, and the hard limit as just read. A soft
///   limit that is no longer 0 was set by somebody else and stays as it is; a limit
///   that somebody sets in the very moment of the drop can be lost.
/// * After [`raw::disable_core_dumps_for_process`] while guards live, their last
///   drop restores nothing.
/// * `core::mem::forget` of a guard keeps core dumps off.
/// * A child process inherits the limit at `fork` and keeps it when the parent's
///   guard is dropped.
///
/// The bookkeeping stands behind a spin lock that is held for at most two
/// system calls: neither create nor drop a guard in a signal handler, nor in a forked
/// child of a process that had other threads (it may spin for ever), nor in a
/// real-time thread that can keep the holder of the lock from running.
/// [`raw::set_soft_limit`]`(Resource::Core, Some(0))` takes no lock.
///
/// [`raw::set_soft_limit`]: crate::raw::set_soft_limit
/// [`raw::disable_core_dumps_with_guard`]: crate::raw::disable_core_dumps_with_guard
/// [`raw::disable_core_dumps_for_process`]: crate::raw::disable_core_dumps_for_process
#[must_use = "core dumps are enabled again when the guard is dropped"]
pub struct CoreDumpsDisabledGuard(Guard<Os>);

impl CoreDumpsDisabledGuard {
    /// Does what dropping the guard does, and reports a failure.
    ///
    /// # Errors
    ///
    /// Those of [`raw::set_soft_limit`](crate::raw::set_soft_limit), when this was the last
    /// guard and the limit could not be restored. It stays as it is then, and what it was
    /// before the guards is no longer known to this crate.
    pub fn restore(self) -> Result<()> {
        self.0.restore()
    }
}

impl fmt::Debug for CoreDumpsDisabledGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoreDumpsDisabledGuard")
            .finish_non_exhaustive()
    }
}

const _: () = {
    const fn shareable<T: Send + Sync + UnwindSafe + RefUnwindSafe>() {}
    shareable::<CoreDumpsDisabledGuard>();
};

/// With the page size that Linux has found, the only global state of the crate.
static SWITCH: Switch = Switch::new();

pub(crate) fn disable() -> Result<()> {
    require_support()?;
    SWITCH.disable::<Os>()
}

pub(crate) fn guard() -> Result<CoreDumpsDisabledGuard> {
    require_support()?;
    SWITCH.guard::<Os>().map(CoreDumpsDisabledGuard)
}

fn require_support() -> Result<()> {
    if Os::SUPPORTED.contains(Support::DISABLE_CORE_DUMPS) {
        Ok(())
    } else {
        Err(Error::UNSUPPORTED)
    }
}
