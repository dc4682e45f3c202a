//! Rules 1 to 3 on every system: which lengths reach the kernel, and which
//! answer comes first.

use core::ffi::c_void;
use core::ptr::{null, null_mut};

use super::{ADVICES, for_each_system};
use crate::backend::contract::{Advice, Backend};
use crate::backend::fake::{Fake, script};
use crate::error::{Error, Result};
use crate::rules;
use crate::support::Support;

const TOO_LONG: usize = isize::MAX as usize + 1;

type Call = unsafe fn(*const c_void, usize) -> Result<()>;

/// The answer to a call as `raw` makes it, and how often the kernel was called.
fn answer<const T: usize>(call: Support, len: usize) -> (Result<()>, usize) {
    script(|script| script.log.clear());
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
    (result, script(|script| script.log.len()))
}

fn range_calls() -> impl Iterator<Item = Support> {
    let locks = [Support::MLOCK, Support::MUNLOCK, Support::MLOCK_ONFAULT];
    locks.into_iter().chain(ADVICES.map(Advice::support))
}

#[test]
fn rule_1_zero_length_is_ok_everywhere_without_a_system_call() {
    fn on<const T: usize>() {
        for call in range_calls() {
            assert_eq!(answer::<T>(call, 0), (Ok(()), 0));
        }
    }
    for_each_system!(on);
}

#[test]
fn rule_2_a_range_longer_than_any_object_is_einval_without_a_system_call() {
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
fn rule_3_every_other_length_goes_to_the_kernel_once_as_it_is() {
    fn on<const T: usize>() {
        for call in range_calls() {
            for len in [1, 2, 4095, 4096, 4097, TOO_LONG - 1] {
                let expected = if Fake::<T>::SUPPORTED.contains(call) {
                    (Ok(()), 1)
                } else {
                    (Err(Error::UNSUPPORTED), 0)
                };
                assert_eq!(answer::<T>(call, len), expected);
            }
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
