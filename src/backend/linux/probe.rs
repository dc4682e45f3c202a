//! What the running kernel grants, asked by calls that set nothing.

use core::ffi::c_void;
use core::ptr::without_provenance;

use super::Os;
use super::advice::ask_about;
use crate::backend::contract::{Advice, Backend as _};
use crate::backend::rustix_common::{EINVAL, ENOMEM};
use crate::error::Result;
use crate::limits::Resource;
use crate::support::Support;

/// A backend's call on a range of memory.
type RangeCall = unsafe fn(*const c_void, usize) -> Result<()>;

/// Whether the kernel grants one call.
pub(super) fn grants(call: Support) -> bool {
    match call {
        Support::MLOCK => grants_lock(Os::mlock),
        Support::MLOCK_ONFAULT => grants_lock(Os::mlock_onfault),
        Support::MUNLOCK => on_nothing(Os::munlock).is_ok(),
        Support::DONTDUMP => grants_advice(Advice::DontDump),
        Support::DODUMP => grants_advice(Advice::DoDump),
        Support::WIPEONFORK => grants_advice(Advice::WipeOnFork),
        Support::KEEPONFORK => grants_advice(Advice::KeepOnFork),
        Support::DONTFORK => grants_advice(Advice::DontFork),
        Support::DOFORK => grants_advice(Advice::DoFork),
        Support::LIMIT_MEMLOCK => Os::limit(Resource::Memlock).is_ok(),
        Support::LIMIT_CORE => Os::limit(Resource::Core).is_ok(),
        Support::DUMPABLE => Os::process_dumpable().is_ok(),
        Support::PAGE_SIZE => Os::page_size().is_ok(),
        _ => false,
    }
}

fn grants_advice(advice: Advice) -> bool {
    matches!(ask_about(advice), Ok(()) | Err(ENOMEM))
}

/// Whether the lock is granted for a page, once the limit has room for one.
fn grants_lock(lock: RangeCall) -> bool {
    match on_nothing(lock) {
        Ok(()) if cfg!(target_pointer_width = "64") => match on_the_last_byte(lock) {
            // The kernel checks limit and privilege before it rejects the last page,
            // which wraps.
            Ok(()) | Err(EINVAL) => true,
            Err(ENOMEM) => limit_has_a_page(),
            Err(_) => false,
        },
        // A 32-bit process can run on a 64-bit kernel, where its last page does not
        // wrap. It has to go by the limit alone.
        //
        // ENOMEM: more is locked than the limit allows by now.
        Ok(()) | Err(ENOMEM) => limit_has_a_page(),
        Err(_) => false,
    }
}

/// Whether the limit, used up or not, is at least one page.
fn limit_has_a_page() -> bool {
    let (Ok(limit), Ok(page)) = (Os::limit(Resource::Memlock), Os::page_size()) else {
        return false;
    };
    limit.soft.is_none_or(|soft| soft >= page as u64)
}

fn on_nothing(call: RangeCall) -> Result<()> {
    // SAFETY: a length of 0 names no memory.
    unsafe { call(without_provenance(0), 0) }
}

fn on_the_last_byte(call: RangeCall) -> Result<()> {
    // SAFETY: the last page of the address space of a 64-bit process belongs to the
    // kernel, which maps nothing there.
    unsafe { call(without_provenance(usize::MAX), 1) }
}
