//! How an error reads: the codes of each system, through a fake of that system.

use core::ops::RangeInclusive;
use core::ptr::null_mut;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::{ADVICES, for_each_system};
use crate::backend::contract::Advice;
use crate::backend::fake::{Fake, HOST, SystemCall, TARGETS, script};
use crate::error::Error;
use crate::rules;
use crate::support::Support;

/// The names of the codes that say "no such call".
const UNSUPPORTED: [&str; 5] = [
    "ENOSYS",
    "EOPNOTSUPP",
    "ENOTSUP",
    "ERROR_NOT_SUPPORTED",
    "ERROR_CALL_NOT_IMPLEMENTED",
];

/// The codes for which an error has no room.
const NO_ROOM: RangeInclusive<i32> = 0x2000_0000..=0x2000_0003;

fn text(error: Error, system: usize) -> String {
    let mut text = String::new();
    error.explain(&TARGETS[system].codes, &mut text).unwrap();
    text
}

fn answering<T>(answers: &[i32], call: impl FnOnce() -> T) -> (T, Vec<SystemCall>) {
    script(|script| {
        script.answers = answers.iter().copied().collect();
        script.log.clear();
    });
    let result = call();
    (result, script(|script| core::mem::take(&mut script.log)))
}

/// Every small code, every one near a code with a name or a power of two, and a sample.
fn codes() -> impl Iterator<Item = i32> {
    // Miri would take an hour for all of them.
    let (most, around) = if cfg!(miri) { (140, 1) } else { (5000, 200) };
    let (small, sample) = (-most..=most, (i32::MIN..=i32::MAX).step_by(999_983));
    let named = TARGETS.iter().flat_map(|system| system.codes.named);
    let far = named
        .map(|named| named.code)
        .filter(|code| code.unsigned_abs() > 5000);
    let edges = (0..32).map(|bit| 1 << bit).chain(far);
    let near = edges
        .flat_map(move |edge: i32| (-around..=around).map(move |step| edge.wrapping_add(step)));
    let sample = sample.take(if cfg!(miri) { 0 } else { usize::MAX });
    let all = small.chain(near).chain(sample);
    all.filter(|code| !NO_ROOM.contains(code))
}

#[test]
fn each_system_reads_every_code_by_the_names_that_it_has_for_it() {
    for (index, system) in TARGETS.iter().enumerate() {
        let name = system.name;
        for code in codes() {
            let error = Error::from_raw_os_error(code);
            assert_eq!(error.raw_os_error(), Some(code));
            let named = system.codes.named.iter().filter(|named| named.code == code);
            let named: Vec<_> = named.collect();
            let unsupported = named.iter().any(|named| UNSUPPORTED.contains(&named.name));
            assert_eq!(
                error.is_unsupported_by(&system.codes),
                unsupported,
                "{code}, {name}"
            );
            assert!(
                index != HOST || error.is_unsupported() == unsupported,
                "{code}"
            );
            // Where two names share a number, the first one is shown.
            let meaning = match named.first() {
                Some(first) => format!("{}: {}", first.name, first.meaning),
                None if code == 0 => {
                    "no error of a system: a sandbox or an emulator answered falsely".into()
                }
                None => "an error that these calls are not known to give".into(),
            };
            assert_eq!(
                text(error, index),
                format!("{meaning} (os error {code})"),
                "{name}"
            );
        }
        let mut named = system.codes.named.iter();
        assert!(named.all(|named| named.meaning.contains(' ')), "{name}");
    }
}

/// Only EINVAL can be about the advice itself.
#[test]
fn an_advice_refused_with_any_other_code_keeps_it_and_is_not_asked_about() {
    fn on<const T: usize>() {
        let (einval, system) = (TARGETS[T].codes.invalid, TARGETS[T].supported);
        for code in codes().filter(|&code| code != einval && code != 0) {
            let (refused, log) = answering(&[code, einval], || {
                // SAFETY: the fake touches no memory.
                unsafe { rules::madvise::<Fake<T>>(Advice::DontDump, null_mut(), 9) }
            });
            let expected = match system.contains(Support::DONTDUMP) {
                true => (Err(Error::from_raw_os_error(code)), 1),
                false => (Err(Error::UNSUPPORTED), 0),
            };
            assert_eq!((refused, log.len()), expected);
        }
    }
    for_each_system!(on);
}

#[test]
fn einval_of_an_advice_is_unsupported_exactly_when_the_kernel_does_not_know_it() {
    fn on<const T: usize>() {
        let einval = TARGETS[T].codes.invalid;
        for advice in ADVICES {
            let give = |answers: &[i32]| {
                // SAFETY: the fake touches no memory.
                answering(answers, || unsafe {
                    rules::madvise::<Fake<T>>(advice, null_mut(), 9)
                })
            };
            let (known, log) = give(&[einval, 0]);
            if !TARGETS[T].supported.contains(advice.support()) {
                assert_eq!((known, log.len()), (Err(Error::UNSUPPORTED), 0));
                continue;
            }
            let (unknown, _) = give(&[einval, einval]);
            let (known, unknown) = (known.unwrap_err(), unknown.unwrap_err());
            assert_eq!(known.raw_os_error(), Some(einval));
            assert_eq!(unknown.raw_os_error(), Some(einval));
            assert!(!known.is_unsupported_by(&TARGETS[T].codes));
            assert_eq!(
                unknown.is_unsupported_by(&TARGETS[T].codes),
                TARGETS[T].asks_about_advice
            );
            assert_eq!(known != unknown, TARGETS[T].asks_about_advice);
            if TARGETS[T].asks_about_advice {
                assert_eq!(
                    log,
                    [SystemCall::Madvise(advice, 9), SystemCall::AskAbout(advice)]
                );
                assert!(text(unknown, T).contains("does not know this advice"));
            }
        }
    }
    for_each_system!(on);
}

#[test]
fn no_call_has_no_code_and_is_unsupported() {
    assert_eq!(Error::UNSUPPORTED.raw_os_error(), None);
    assert!(Error::UNSUPPORTED.is_unsupported());
    assert_eq!(text(Error::UNSUPPORTED, 0), "this target has no such call");
}

/// The four are documented at `from_raw_os_error`.
#[test]
fn the_codes_that_have_no_room_become_the_code_0() {
    for code in NO_ROOM {
        let error = Error::from_raw_os_error(code);
        assert_eq!((error, error.raw_os_error()), (Error::ZERO, Some(0)));
        assert!(!error.is_unsupported());
    }
    for system in 0..TARGETS.len() {
        let text = text(Error::ZERO, system);
        assert!(text.starts_with("no error of a system: "), "{text}");
        assert!(text.ends_with(" (os error 0)"), "{text}");
    }
}

#[test]
fn einval_names_alignment_first() {
    for (system, target) in TARGETS.iter().enumerate() {
        if target.name != "Windows" && target.name != "anything else" {
            let text = text(Error::from_raw_os_error(target.codes.invalid), system);
            assert!(
                text.starts_with("EINVAL: an address that is not page-aligned"),
                "{text}"
            );
        }
    }
}

#[test]
fn a_page_size_that_cannot_be_found_has_a_text_of_its_own() {
    let error = Error::NO_PAGE_SIZE;
    assert_eq!(error.raw_os_error(), None);
    assert!(error.is_unsupported());
    assert_eq!(format!("{error}"), "the page size cannot be found");
    assert_ne!(error, Error::UNSUPPORTED);
}

#[test]
fn display_and_debug_say_what_the_error_holds() {
    let einval = TARGETS[HOST].codes.invalid;
    let plain = Error::from_raw_os_error(einval);
    assert_eq!(format!("{plain}"), text(plain, HOST));
    assert_eq!(
        format!("{plain:?}"),
        format!("Error {{ raw_os_error: Some({einval}), is_unsupported: false }}")
    );
    assert_eq!(
        format!("{:?}", Error::UNKNOWN_ADVICE),
        "Error { raw_os_error: Some(22), is_unsupported: true }"
    );
    assert_eq!(
        format!("{:?}", Error::UNSUPPORTED),
        "Error { raw_os_error: None, is_unsupported: true }"
    );
}

/// std knows the codes of the host only, so this looks at the host's. Under Miri the crate
/// has none.
#[cfg(all(feature = "std", target_os = "linux", not(miri)))]
#[test]
fn conversion_keeps_kind_code_and_text_and_unsupported_is_unsupported() {
    use std::io;

    let others = [
        Error::UNSUPPORTED,
        Error::UNKNOWN_ADVICE,
        Error::NO_PAGE_SIZE,
        Error::ZERO,
    ];
    for error in codes().map(Error::from_raw_os_error).chain(others) {
        let io = io::Error::from(error);
        assert_eq!(io.kind(), error.kind());
        assert_eq!(Error::from_io(&io), Some(error));
        assert!(error != Error::ZERO || io.kind() == io::ErrorKind::Other);
        assert_eq!(
            io.kind() == io::ErrorKind::Unsupported,
            error.is_unsupported()
        );
        // std's own error for the code, where its kind is right. The std of Rust
        // 1.85 does not know that EOPNOTSUPP is Unsupported.
        let std = error
            .raw_os_error()
            .map(io::Error::from_raw_os_error)
            .filter(|std| std.kind() == io.kind());
        let inner = io.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
        if let Some(std) = std.filter(|_| error != Error::ZERO) {
            assert_eq!((io.raw_os_error(), inner), (std.raw_os_error(), None));
            assert_eq!(format!("{io} {io:?}"), format!("{std} {std:?}"));
        } else {
            assert!(error.is_unsupported() || error == Error::ZERO);
            assert_eq!(inner, Some(&error));
            assert_eq!(format!("{io}"), format!("{error}"));
        }
    }
}

#[test]
fn every_advice_is_listed_and_has_a_flag_of_its_own() {
    let flags: Support = ADVICES.iter().map(|advice| advice.support()).collect();
    assert_eq!(flags.iter().count(), ADVICES.len());
    for advice in ADVICES {
        let flag = Support::from_name(&format!("{advice:?}").to_uppercase());
        assert_eq!(Some(advice.support()), flag);
    }
    let others = Support::MLOCK
        | Support::MUNLOCK
        | Support::MLOCK_ONFAULT
        | Support::LIMIT_MEMLOCK
        | Support::LIMIT_CORE
        | Support::DISABLE_CORE_DUMPS
        | Support::DUMPABLE
        | Support::PAGE_SIZE;
    assert_eq!(flags, Support::all() - others, "ADVICES lacks one");
}
