//! The two faces are one API: the same functions, with `io::Result` in place of
//! `raw::Result`, and code written for version 0.2 compiles.

mod common;

use core::ffi::c_void;
use core::ptr;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use common::faces::{FACES, unsupported};
use os_memlock::{Resource, Support, raw};

/// Coerces each function of a face to its one signature, so that the faces cannot
/// differ in a name, an argument or a result without an error of the compiler.
macro_rules! has_signatures {
    ($face:path as $name:ident, $result:ident) => {
        const _: () = {
            use core::ffi::c_void;
            use os_memlock::{CoreDumpsDisabledGuard, Limit, Resource, Support};
            use $face as $name;

            type Lock = unsafe fn(*const c_void, usize) -> $result<()>;
            type Advise = unsafe fn(*mut c_void, usize) -> $result<()>;

            let _: [Lock; 3] = [$name::mlock, $name::munlock, $name::mlock_onfault];
            let _: [Advise; 6] = [
                $name::madvise_dontdump,
                $name::madvise_dodump,
                $name::madvise_wipeonfork,
                $name::madvise_keeponfork,
                $name::madvise_dontfork,
                $name::madvise_dofork,
            ];
            let _: fn() -> $result<()> = $name::disable_core_dumps_for_process;
            let _: fn() -> $result<CoreDumpsDisabledGuard> = $name::disable_core_dumps_with_guard;
            let _: fn(Resource) -> $result<Limit> = $name::limit;
            let _: fn(Resource, Option<u64>) -> $result<Limit> = $name::set_soft_limit;
            let _: fn() -> $result<bool> = $name::process_dumpable;
            let _: fn(bool) -> $result<()> = $name::set_process_dumpable;
            let _: fn() -> $result<usize> = $name::page_size;
            let _: fn(Support) -> Support = $name::probe;
            const SUPPORTED: Support = $name::supported();
            assert!(SUPPORTED.bits() == os_memlock::raw::supported().bits());
        };
    };
}

mod raw_face {
    use os_memlock::raw::Result;
    has_signatures!(os_memlock::raw as face, Result);
}

#[cfg(feature = "std")]
mod std_face {
    use std::io::Result;
    has_signatures!(os_memlock as face, Result);
}

/// Held by the tests that make a guard: on macOS it sets the soft core limit of
/// the whole process, which another test reads and sets.
fn core_limit() -> MutexGuard<'static, ()> {
    static CORE_LIMIT: Mutex<()> = Mutex::new(());
    CORE_LIMIT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The public functions of a source file, by their lines.
fn signatures(source: &'static str) -> BTreeSet<&'static str> {
    let public = source
        .lines()
        .filter(|line| line.starts_with("pub ") && line.contains("fn "));
    public.collect()
}

/// What one face has and the other has not would not be in the lists above.
#[test]
fn both_faces_define_the_same_functions() {
    let std = signatures(include_str!("../src/std_api.rs"));
    let mut raw = signatures(include_str!("../src/raw.rs"));
    // These cannot fail, and are re-exported.
    assert!(raw.remove("pub const fn supported() -> Support {"));
    assert!(raw.remove("pub fn probe(ask: Support) -> Support {"));
    assert_eq!(raw, std);
    assert_eq!(raw.len(), 16, "as many as the lists above have");
}

#[test]
fn the_default_error_of_raw_result_is_ours() {
    let _: fn(raw::Result<u8>) -> Result<u8, os_memlock::Error> = |result| result;
    let _: fn(raw::Result<u8, u16>) -> Result<u8, u16> = |result| result;
}

#[cfg(feature = "std")]
mod written_for_0_2 {
    use std::io;

    /// A function that hands our result on, and one that tells by the kind.
    fn locks(addr: *const core::ffi::c_void, len: usize) -> io::Result<()> {
        // SAFETY: locking changes no byte, whatever the range.
        unsafe { os_memlock::mlock(addr, len) }
    }

    fn degrades(outcome: io::Result<()>) -> &'static str {
        match outcome {
            Ok(()) => "done",
            Err(e) if e.kind() == io::ErrorKind::Unsupported => "unsupported",
            Err(_) => "failed",
        }
    }

    #[test]
    fn code_written_for_0_2_compiles_and_means_the_same() {
        let _alone = super::core_limit();
        assert_eq!(degrades(locks(core::ptr::null(), 0)), "done");
        let dumps_off = os_memlock::disable_core_dumps_with_guard();
        let expected = if cfg!(target_os = "macos") {
            "done"
        } else {
            "unsupported"
        };
        assert_eq!(degrades(dumps_off.map(drop)), expected);
    }

    #[test]
    fn our_error_becomes_an_io_error_by_question_mark() {
        fn fails() -> io::Result<()> {
            // SAFETY: refused before any call, or unsupported.
            Ok(unsafe { os_memlock::raw::mlock(core::ptr::null(), usize::MAX) }?)
        }
        let ours = fails().unwrap_err();
        // SAFETY: as above.
        let theirs = unsafe { os_memlock::mlock(core::ptr::null(), usize::MAX) }.unwrap_err();
        assert_eq!(format!("{ours} {ours:?}"), format!("{theirs} {theirs:?}"));
        if os_memlock::supported().contains(os_memlock::Support::MLOCK) {
            assert_eq!(ours.kind(), io::ErrorKind::InvalidInput);
            let expected = io::Error::from_raw_os_error(ours.raw_os_error().unwrap());
            assert_eq!(format!("{ours:?}"), format!("{expected:?}"));
        } else {
            assert_eq!(ours.kind(), io::ErrorKind::Unsupported);
        }
    }
}

#[test]
fn rule_1_zero_length_is_ok_on_every_system() {
    let byte = 0u8;
    let unaligned: *mut c_void = (&raw const byte).cast_mut().cast();
    for face in FACES {
        for (name, _, call) in face.range_calls() {
            for pointer in [ptr::null_mut(), ptr::dangling_mut(), unaligned] {
                assert_eq!(
                    call(pointer, 0),
                    Ok(()),
                    "{}::{name}({pointer:p}, 0)",
                    face.name
                );
            }
        }
    }
}

/// A length that no object has: refused where the call exists, by the target's own
/// EINVAL, and unsupported where it does not.
#[test]
fn rule_2_too_large_is_invalid_or_unsupported() {
    #[cfg(unix)]
    let invalid = libc::EINVAL;
    #[cfg(not(unix))]
    let invalid = 87;
    for face in FACES {
        for (name, flag, call) in face.range_calls() {
            let answer = call(ptr::null_mut(), isize::MAX as usize + 1);
            if (face.supported)().contains(flag) {
                let answer = answer.unwrap_err();
                assert_eq!(
                    (answer.code, answer.unsupported),
                    (Some(invalid), false),
                    "{name}"
                );
            } else {
                assert_eq!(answer, unsupported(None), "{name}");
            }
        }
    }
}

/// `supported` names exactly the calls that do not answer "no such call".
#[test]
fn supported_agrees_with_what_each_call_answers() {
    let _alone = core_limit();
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
            // The soft limit that is in force already: nothing changes.
            let same = limit.map_or(Some(0), |limit| limit.soft);
            assert_eq!(
                (face.set_soft_limit)(resource, same).is_ok(),
                has(flag),
                "{resource:?}"
            );
        }
        let guard = (face.disable_core_dumps_with_guard)();
        assert_eq!(guard.is_ok(), has(Support::DISABLE_CORE_DUMPS));
        let dumpable = (face.process_dumpable)();
        assert_eq!(dumpable.is_ok(), has(Support::DUMPABLE));
        assert_eq!(dumpable == unsupported(None), !has(Support::DUMPABLE));
        assert_eq!((face.page_size)().is_ok(), has(Support::PAGE_SIZE));
        assert_eq!(
            (face.probe)(Support::all()) - (face.supported)(),
            Support::empty()
        );
    }
}

#[test]
fn page_size_is_a_power_of_two_and_what_the_system_says() {
    for face in FACES {
        let Ok(size) = (face.page_size)() else {
            continue;
        };
        assert!(size.is_power_of_two(), "{size}");
        #[cfg(target_os = "linux")]
        assert_eq!(size, common::kernel::page_size());
    }
}
