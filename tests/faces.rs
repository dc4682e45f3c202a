//! The two faces are one API, on every system: the same functions, with `io::Result`
//! in place of `raw::Result`, and code written for version 0.2 compiles.

use core::ptr;

use os_memlock::{Error, Limit, Resource, Support, raw};

use crate::common::case::cases;
use crate::common::faces::{FACES, unsupported};

const _: fn(raw::Result<u8>) -> Result<u8, Error> = |result| result;
const _: fn(raw::Result<u8, u16>) -> Result<u8, u16> = |result| result;

/// Known at compile time.
const SUPPORTED: Support = raw::supported();

cases![
    /// `supported` names exactly the calls that do not answer "no such call"; those on a
    /// range are asked in `systems.rs`.
    fn supported_agrees_with_what_each_call_answers() {
        for face in FACES {
            let has = |flag| SUPPORTED.contains(flag);
            assert_eq!((face.supported)(), SUPPORTED);
            let limits = [
                (Resource::Memlock, Support::LIMIT_MEMLOCK),
                (Resource::Core, Support::LIMIT_CORE),
            ];
            for (resource, flag) in limits {
                let limit = (face.limit)(resource);
                assert_eq!(limit.is_ok(), has(flag), "{resource:?}");
                assert_eq!(limit == unsupported(None), !has(flag), "{resource:?}");
                // The values that are in force already: nothing changes.
                let same = limit.unwrap_or(Limit::new(Some(0), Some(0)));
                let soft = (face.set_soft_limit)(resource, same.soft);
                let both = (face.set_limit)(resource, same);
                let set = (soft.is_ok(), both.is_ok());
                assert_eq!(set, (has(flag), has(flag)), "{resource:?}");
            }
            let guard = (face.disable_core_dumps_with_guard)();
            assert_eq!(guard.is_ok(), has(Support::DISABLE_CORE_DUMPS));
            let for_good = (face.disable_core_dumps_for_process)();
            assert_eq!(for_good.is_ok(), has(Support::DISABLE_CORE_DUMPS));
            let dumpable = (face.process_dumpable)();
            assert_eq!(dumpable.is_ok(), has(Support::DUMPABLE));
            assert_eq!(dumpable == unsupported(None), !has(Support::DUMPABLE));
            let set = (face.set_process_dumpable)(true);
            assert_eq!(set.is_ok(), has(Support::DUMPABLE));
            assert_eq!((face.page_size)().is_ok(), has(Support::PAGE_SIZE));
        }
    },

    /// For the tests of a caller.
    fn an_error_can_be_made_that_equals_the_real_one() {
        // SAFETY: refused before any call, or unsupported.
        let real = unsafe { raw::mlock(ptr::null(), usize::MAX) }.unwrap_err();
        let made = real.raw_os_error().map(Error::from_raw_os_error);
        assert_eq!(made.unwrap_or(Error::UNSUPPORTED), real);
        assert_eq!(real == Error::UNSUPPORTED, real.is_unsupported());
    },

    #[cfg(feature = "std")]
    fn an_io_error_gives_our_error_back() {
        for error in [Error::UNSUPPORTED, Error::from_raw_os_error(1)] {
            assert_eq!(Error::from_io(&error.into()), Some(error));
        }
        let other = std::io::Error::other("no error of a system");
        assert_eq!(Error::from_io(&other), None);
    },

    #[cfg(feature = "std")]
    fn code_written_for_0_2_compiles_and_means_the_same() {
        use std::io;
        fn lock(addr: *const core::ffi::c_void, len: usize) -> io::Result<()> {
            // SAFETY: locking changes no byte, whatever the range.
            unsafe { os_memlock::mlock(addr, len) }
        }
        assert!(lock(ptr::null(), 0).is_ok());
        let has_guard = match os_memlock::disable_core_dumps_with_guard() {
            Ok(_guard) => true,
            Err(e) if e.kind() == io::ErrorKind::Unsupported => false,
            Err(e) => panic!("{e}"),
        };
        assert_eq!(has_guard, cfg!(target_os = "macos"));
    }
];

/// Without `std` the crate root has no functions. If it had this one, `mlock` below
/// would be ambiguous.
#[cfg(not(feature = "std"))]
mod without_std {
    mod ours {
        pub(super) fn mlock() {}
    }
    #[allow(unused_imports, reason = "nothing is to be found there")]
    use os_memlock::*;
    use ours::*;

    const _: fn() = mlock;
}
