//! Each system's codes, what they mean and their text, through a fake of that system.

use core::ptr::null_mut;
use std::format;
use std::string::String;

use super::{ADVICES, for_each_system};
use crate::backend::contract::Backend;
use crate::backend::fake::{Fake, HOST, SystemCall, TARGETS, script};
use crate::error::Error;
use crate::rules;
use crate::support::Support;

fn text(error: Error, system: usize) -> String {
    let mut text = String::new();
    error.explain(&TARGETS[system].codes, &mut text).unwrap();
    text
}

fn answering<T>(answers: &[i32], call: impl FnOnce() -> T) -> (T, std::vec::Vec<SystemCall>) {
    script(|script| {
        script.answers = answers.iter().copied().collect();
        script.log.clear();
    });
    let result = call();
    (result, script(|script| core::mem::take(&mut script.log)))
}

#[test]
fn a_refused_lock_keeps_its_code_and_only_the_three_codes_are_unsupported() {
    fn on<const T: usize>() {
        for known in TARGETS[T].codes.named {
            // SAFETY: the fake touches no memory.
            let (result, _) =
                answering(&[known.code], || unsafe { Fake::<T>::mlock(null_mut(), 1) });
            let error = result.unwrap_err();
            assert_eq!(
                error.raw_os_error(),
                Some(known.code),
                "{}",
                TARGETS[T].name
            );
            let unsupported = ["ENOSYS", "EOPNOTSUPP", "ENOTSUP"].contains(&known.name)
                || ["ERROR_NOT_SUPPORTED", "ERROR_CALL_NOT_IMPLEMENTED"].contains(&known.name);
            assert_eq!(
                error.is_unsupported_by(&TARGETS[T].codes),
                unsupported,
                "{} {}",
                TARGETS[T].name,
                known.name
            );
            if T == HOST {
                assert_eq!(error.is_unsupported(), unsupported);
            }
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
            // Any other code is asked about nothing.
            let (other, log) = give(&[TARGETS[T].codes.named[1].code]);
            let other = other.unwrap_err();
            assert!(!other.is_unsupported_by(&TARGETS[T].codes));
            assert_eq!(log.len(), 1);
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

#[test]
fn every_code_a_system_could_give_comes_back() {
    let edges = [
        1,
        -1,
        0,
        4095,
        0xffff,
        1 << 28,
        1 << 30,
        i32::MAX,
        i32::MIN,
        -308,
        0x1000_4001,
    ];
    for system in &TARGETS {
        let near = system
            .codes
            .named
            .iter()
            .flat_map(|known| [known.code.wrapping_sub(1), known.code + 1]);
        for code in edges.into_iter().chain(near) {
            let error = Error::from_raw_os_error(code);
            assert_eq!(error.raw_os_error(), Some(code), "{code:#x}");
            assert_eq!(
                error.is_unsupported_by(&system.codes),
                system.codes.unsupported.contains(&code)
            );
        }
    }
}

/// The four are documented at `from_raw_os_error`.
#[test]
fn the_codes_that_have_no_room_become_the_code_0() {
    for code in 0x2000_0000..=0x2000_0003 {
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
fn the_text_names_the_code_says_what_it_means_and_ends_in_the_number() {
    for (index, system) in TARGETS.iter().enumerate() {
        for known in system.codes.named {
            let text = text(Error::from_raw_os_error(known.code), index);
            // Where two names share a number, the first one is shown.
            let name = system.codes.find(known.code).unwrap().name;
            assert!(text.starts_with(&format!("{name}: ")), "{text}");
            assert!(
                text.ends_with(&format!(" (os error {})", known.code)),
                "{text}"
            );
            assert!(known.meaning.contains(' '), "{text}");
        }
        let unknown = text(Error::from_raw_os_error(3999), index);
        assert_eq!(
            unknown,
            "an error that these calls are not known to give (os error 3999)"
        );
    }
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

/// std knows the codes of the host only, so this looks at the host's.
#[cfg(all(feature = "std", target_os = "linux"))]
#[test]
fn conversion_keeps_kind_code_and_text_and_unsupported_is_unsupported() {
    use std::io;

    let codes = &TARGETS[HOST].codes;
    let known = codes
        .named
        .iter()
        .map(|known| Error::from_raw_os_error(known.code));
    let others = [
        Error::UNSUPPORTED,
        Error::UNKNOWN_ADVICE,
        Error::NO_PAGE_SIZE,
        Error::ZERO,
        Error::from_raw_os_error(i32::MIN),
    ];
    for error in known.chain(others) {
        let io = io::Error::from(error);
        assert_eq!(io.kind(), error.kind());
        assert_eq!(Error::from_io(&io), Some(error));
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
            assert!(error.is_unsupported() || io.kind() == io::ErrorKind::Other);
            assert_eq!(inner, Some(&error));
            assert_eq!(format!("{io}"), format!("{error}"));
        }
    }
}

#[test]
fn every_advice_is_listed_and_has_a_flag_of_its_own() {
    let flags: Support = ADVICES.iter().map(|advice| advice.support()).collect();
    assert_eq!(flags.iter().count(), ADVICES.len());
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
