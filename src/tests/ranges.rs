//! On every system: which lengths reach the kernel, how often, and which error comes
//! first.

use core::ffi::c_void;
use core::ptr::{null, null_mut};
use std::vec::Vec;

use super::{ADVICES, for_each_system};
use crate::backend::contract::{Advice, Backend};
use crate::backend::fake::{Fake, SystemCall, TARGETS, script};
use crate::error::{Error, Result};
use crate::rules;
use crate::support::Support;

const TOO_LONG: usize = isize::MAX as usize + 1;

type Call = unsafe fn(*const c_void, usize) -> Result<()>;

/// The answer to a call as `raw` makes it, and how often the kernel was called.
fn answer<const T: usize>(call: Support, len: usize) -> (Result<()>, usize) {
    let (result, log) = calls::<T>(call, len, &[]);
    (result, log.len())
}

/// The answer, and the calls that it took, where the kernel answers with these codes.
fn calls<const T: usize>(
    call: Support,
    len: usize,
    codes: &[i32],
) -> (Result<()>, Vec<SystemCall>) {
    script(|script| {
        script.answers = codes.iter().copied().collect();
        script.log.clear();
    });
    let lock = match call {
        Support::MLOCK => Some(Fake::<T>::mlock as Call),
        Support::MUNLOCK => Some(Fake::<T>::munlock as Call),
        Support::MLOCK_ONFAULT => Some(Fake::<T>::mlock_onfault as Call),
        _ => None,
    };
    let result = match lock {
        Some(lock) => rules::on_bytes::<Fake<T>>(len, call, || {
            // SAFETY: the fake touches no memory.
            unsafe { lock(null(), len) }
        }),
        None => {
            let advice = ADVICES.into_iter().find(|advice| advice.support() == call);
            // SAFETY: the fake touches no memory.
            unsafe { rules::madvise::<Fake<T>>(advice.unwrap(), null_mut(), len) }
        }
    };
    (result, script(|script| core::mem::take(&mut script.log)))
}

/// The call of the fake kernel that the function makes.
fn system_call(call: Support, len: usize) -> SystemCall {
    match ADVICES.into_iter().find(|it| it.support() == call) {
        Some(advice) => SystemCall::Madvise(advice, len),
        None if call == Support::MLOCK => SystemCall::Mlock(len),
        None if call == Support::MUNLOCK => SystemCall::Munlock(len),
        None => SystemCall::MlockOnfault(len),
    }
}

fn range_calls() -> impl Iterator<Item = Support> {
    let locks = [Support::MLOCK, Support::MUNLOCK, Support::MLOCK_ONFAULT];
    locks.into_iter().chain(ADVICES.map(Advice::support))
}

#[test]
fn zero_length_is_ok_everywhere_without_a_system_call() {
    fn on<const T: usize>() {
        for call in range_calls() {
            assert_eq!(answer::<T>(call, 0), (Ok(()), 0));
        }
    }
    for_each_system!(on);
}

#[test]
fn a_range_longer_than_any_object_is_einval_without_a_system_call() {
    fn on<const T: usize>() {
        for call in range_calls() {
            for len in [TOO_LONG, TOO_LONG + 1, usize::MAX - 1, usize::MAX] {
                let refused = if Fake::<T>::SUPPORTED.contains(call) {
                    Error::from_raw_os_error(Fake::<T>::CODES.invalid)
                } else {
                    Error::UNSUPPORTED
                };
                assert_eq!(answer::<T>(call, len), (Err(refused), 0));
            }
        }
    }
    for_each_system!(on);
}

#[test]
fn every_other_length_goes_to_the_kernel_once_as_it_is() {
    fn on<const T: usize>() {
        for call in range_calls() {
            for len in [1, 2, 4095, 4096, 4097, TOO_LONG - 1] {
                let (result, log) = calls::<T>(call, len, &[]);
                if Fake::<T>::SUPPORTED.contains(call) {
                    assert_eq!((result, log), (Ok(()), [system_call(call, len)].into()));
                } else {
                    assert_eq!((result, log), (Err(Error::UNSUPPORTED), [].into()));
                }
            }
        }
    }
    for_each_system!(on);
}

/// Not even where a second try, or a shorter range, could succeed.
#[test]
fn a_call_that_fails_is_not_made_again() {
    fn on<const T: usize>() {
        for call in range_calls().filter(|&call| Fake::<T>::SUPPORTED.contains(call)) {
            for code in Fake::<T>::CODES.named.iter().map(|named| named.code) {
                let (result, log) = calls::<T>(call, 4097, &[code]);
                assert_eq!(result.map_err(|it| it.raw_os_error()), Err(Some(code)));
                assert_eq!(log[0], system_call(call, 4097));
                let asks = log.len() > 1 && matches!(log[1], SystemCall::AskAbout(_));
                assert_eq!(log.len(), 1 + usize::from(asks));
            }
        }
    }
    for_each_system!(on);
}

#[test]
fn after_a_failed_lock_only_linux_unlocks() {
    fn on<const T: usize>() {
        for len in [0, 1, 4097, TOO_LONG - 1, TOO_LONG, usize::MAX] {
            script(|script| {
                script.answers = [Fake::<T>::CODES.invalid].into();
                script.log.clear();
            });
            // SAFETY: the fake touches no memory.
            unsafe { rules::munlock_after_failed_mlock::<Fake<T>>(null(), len) };
            let log = script(|script| core::mem::take(&mut script.log));
            let linux = TARGETS[T].name.starts_with("Linux");
            let some = (1..TOO_LONG).contains(&len);
            let expected = (linux && some).then_some(SystemCall::Munlock(len));
            assert_eq!(log, Vec::from_iter(expected), "{}", TARGETS[T].name);
        }
    }
    for_each_system!(on);
}

#[test]
fn the_backend_of_everything_else_has_no_call() {
    use crate::backend::unsupported::Os;
    use crate::{Limit, Resource};

    let no = Error::UNSUPPORTED;
    let limit = Limit::new(None, None);
    for call in [Os::mlock as Call, Os::munlock, Os::mlock_onfault] {
        // SAFETY: no call is made.
        assert_eq!(unsafe { call(null(), 1) }, Err(no));
    }
    // SAFETY: no call is made.
    let advised = unsafe { Os::advise(Advice::DontDump, null_mut(), 1) };
    assert_eq!(advised, Err(no));
    assert_eq!(Os::limit(Resource::Core), Err(no));
    assert_eq!(Os::set_limit(Resource::Core, limit), Err(no));
    assert_eq!(Os::process_dumpable(), Err(no));
    assert_eq!(Os::set_process_dumpable(true), Err(no));
    assert_eq!(Os::page_size(), Err(no));
    assert_eq!(Os::SUPPORTED | Os::probe(Support::all()), Support::empty());
}
