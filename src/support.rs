//! The set of calls that a target has, or that a kernel grants.

use bitflags::bitflags;

bitflags! {
    /// A set of the calls that this crate wraps.
    ///
    /// [`raw::supported`](crate::raw::supported) says which of them the target
    /// has, [`raw::probe`](crate::raw::probe) which of them the running kernel
    /// grants. The values are frozen; later versions may add flags.
    /// `munlock_after_failed_mlock` has none: it cannot fail.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Support: u32 {
        /// [`mlock`](crate::raw::mlock)
        const MLOCK = 1 << 0;
        /// [`munlock`](crate::raw::munlock)
        const MUNLOCK = 1 << 1;
        /// [`mlock_onfault`](crate::raw::mlock_onfault)
        const MLOCK_ONFAULT = 1 << 2;
        /// [`madvise_dontdump`](crate::raw::madvise_dontdump)
        const DONTDUMP = 1 << 3;
        /// [`madvise_dodump`](crate::raw::madvise_dodump)
        const DODUMP = 1 << 4;
        /// [`madvise_wipeonfork`](crate::raw::madvise_wipeonfork)
        const WIPEONFORK = 1 << 5;
        /// [`madvise_keeponfork`](crate::raw::madvise_keeponfork)
        const KEEPONFORK = 1 << 6;
        /// [`madvise_dontfork`](crate::raw::madvise_dontfork)
        const DONTFORK = 1 << 7;
        /// [`madvise_dofork`](crate::raw::madvise_dofork)
        const DOFORK = 1 << 8;
        /// [`limit`](crate::raw::limit), [`set_soft_limit`](crate::raw::set_soft_limit) and
        /// [`set_limit`](crate::raw::set_limit) for `Resource::Memlock`
        const LIMIT_MEMLOCK = 1 << 9;
        /// [`limit`](crate::raw::limit), [`set_soft_limit`](crate::raw::set_soft_limit) and
        /// [`set_limit`](crate::raw::set_limit) for `Resource::Core`
        const LIMIT_CORE = 1 << 10;
        /// [`disable_core_dumps_for_process`](crate::raw::disable_core_dumps_for_process) and
        /// [`disable_core_dumps_with_guard`](crate::raw::disable_core_dumps_with_guard)
        const DISABLE_CORE_DUMPS = 1 << 11;
        /// [`process_dumpable`](crate::raw::process_dumpable) and
        /// [`set_process_dumpable`](crate::raw::set_process_dumpable)
        const DUMPABLE = 1 << 12;
        /// [`page_size`](crate::raw::page_size)
        const PAGE_SIZE = 1 << 13;
    }
}
