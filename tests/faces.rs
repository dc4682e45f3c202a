//! The two faces are one API, on every system: the same functions, with `io::Result`
//! in place of `raw::Result`, and code written for version 0.2 compiles.

use core::ptr;

use os_memlock::{Error, Limit, Resource, Support, raw};

use crate::common::case::cases;
use crate::common::faces::{FACES, unsupported};

cases![
    fn the_default_error_of_raw_result_is_ours() {
        let _: fn(raw::Result<u8>) -> Result<u8, Error> = |result| result;
        let _: fn(raw::Result<u8, u16>) -> Result<u8, u16> = |result| result;
    },

    fn supported_is_known_at_compile_time() {
        const SUPPORTED: Support = raw::supported();
        for face in FACES {
            assert_eq!((face.supported)(), SUPPORTED);
        }
    },

    /// `supported` names exactly the calls that do not answer "no such call".
    fn supported_agrees_with_what_each_call_answers() {
        for face in FACES {
            let has = |flag| (face.supported)().contains(flag);
            for (name, flag, call) in face.range_calls() {
                let absent = call(ptr::null_mut(), 1) == unsupported(None);
                assert_eq!(absent, !has(flag), "{name}");
            }
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
            let granted = (face.probe)(Support::all());
            assert_eq!(granted - (face.supported)(), Support::empty());
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
        assert_eq!(written_for_0_2::degrade(ptr::null(), 0), "done");
        let dumps = written_for_0_2::dumps_off();
        let expected = if cfg!(target_os = "macos") {
            "done"
        } else {
            "unsupported"
        };
        assert_eq!(dumps, expected);
    },

    #[cfg(feature = "std")]
    fn our_error_becomes_an_io_error_by_question_mark() {
        use std::io;
        fn fails() -> io::Result<()> {
            // SAFETY: refused before any call, or unsupported.
            Ok(unsafe { raw::mlock(ptr::null(), usize::MAX) }?)
        }
        let ours = fails().unwrap_err();
        // SAFETY: as above.
        let theirs = unsafe { os_memlock::mlock(ptr::null(), usize::MAX) }.unwrap_err();
        assert_eq!(format!("{ours} {ours:?}"), format!("{theirs} {theirs:?}"));
        if raw::supported().contains(Support::MLOCK) {
            assert_eq!(ours.kind(), io::ErrorKind::InvalidInput);
            let expected = io::Error::from_raw_os_error(ours.raw_os_error().unwrap());
            assert_eq!(format!("{ours:?}"), format!("{expected:?}"));
        } else {
            assert_eq!(ours.kind(), io::ErrorKind::Unsupported);
        }
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

/// Functions that hand our result on, and one that tells by the kind.
#[cfg(feature = "std")]
mod written_for_0_2 {
    use std::io;

    fn lock(addr: *const core::ffi::c_void, len: usize) -> io::Result<()> {
        // SAFETY: locking changes no byte, whatever the range.
        unsafe { os_memlock::mlock(addr, len) }
    }

    pub(super) fn degrade(addr: *const core::ffi::c_void, len: usize) -> &'static str {
        outcome(lock(addr, len))
    }

    pub(super) fn dumps_off() -> &'static str {
        outcome(os_memlock::disable_core_dumps_with_guard().map(drop))
    }

    fn outcome(result: io::Result<()>) -> &'static str {
        match result {
            Ok(()) => "done",
            Err(e) if e.kind() == io::ErrorKind::Unsupported => "unsupported",
            Err(_) => "failed",
        }
    }
}
