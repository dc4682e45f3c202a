//! Rules 1 to 3 on every system: which lengths reach the kernel, and which
//! answer comes first.

use core::ffi::c_void;
use core::ptr::{null, null_mut};

use super::for_each_system;
use crate::backend::Backend;
use crate::backend::fake::{Fake, script};
use crate::raw::{Result, on_range};
use crate::{Error, Support};

const TOO_LONG: usize = isize::MAX as usize + 1;

type Call = unsafe fn(*const c_void, usize) -> Result<()>;

/// The calls that take a range, as `raw` makes them.
fn calls<const S: usize>() -> [(Support, Call); 3] {
    [
        (Support::MLOCK, Fake::<S>::mlock),
        (Support::MUNLOCK, Fake::<S>::munlock),
        (Support::MLOCK_ONFAULT, Fake::<S>::mlock_onfault),
    ]
}

fn answer<const S: usize>(call: Support, len: usize) -> (Result<()>, usize) {
    use crate::backend::Advice::{DoDump, DoFork, DontDump, DontFork, KeepOnFork, WipeOnFork};
    script(|script| script.log.clear());
    let advice = [DontDump, DoDump, WipeOnFork, KeepOnFork, DontFork, DoFork]
        .into_iter()
        .find(|advice| advice.flag() == call);
    let result = on_range::<Fake<S>>(call, len, || match advice {
        // SAFETY: the fake touches no memory.
        Some(advice) => unsafe { Fake::<S>::madvise(advice, null_mut(), len) },
        None => {
            let (_, make) = calls::<S>()
                .into_iter()
                .find(|(flag, _)| *flag == call)
                .unwrap();
            // SAFETY: the fake touches no memory.
            unsafe { make(null(), len) }
        }
    });
    (result, script(|script| script.log.len()))
}

fn range_calls() -> impl Iterator<Item = Support> {
    Support::all()
        .iter()
        .filter(|call| call.bits() < Support::LIMIT_MEMLOCK.bits())
}

#[test]
fn rule_1_zero_length_is_ok_everywhere_without_a_system_call() {
    fn on<const S: usize>() {
        for call in range_calls() {
            assert_eq!(answer::<S>(call, 0), (Ok(()), 0));
        }
    }
    for_each_system!(on);
}

#[test]
fn rule_2_a_range_longer_than_any_object_is_einval_without_a_system_call() {
    fn on<const S: usize>() {
        for call in range_calls() {
            for len in [TOO_LONG, TOO_LONG + 1, usize::MAX - 1, usize::MAX] {
                let refused = if Fake::<S>::SUPPORTED.contains(call) {
                    Error::said(Fake::<S>::CODES.invalid)
                } else {
                    Error::NO_CALL
                };
                assert_eq!(answer::<S>(call, len), (Err(refused), 0));
            }
        }
    }
    for_each_system!(on);
}

#[test]
fn rule_3_every_other_length_goes_to_the_kernel_once_as_it_is() {
    fn on<const S: usize>() {
        for call in range_calls() {
            for len in [1, 2, 4095, 4096, 4097, TOO_LONG - 1] {
                let expected = if Fake::<S>::SUPPORTED.contains(call) {
                    (Ok(()), 1)
                } else {
                    (Err(Error::NO_CALL), 0)
                };
                assert_eq!(answer::<S>(call, len), expected);
            }
        }
    }
    for_each_system!(on);
}

#[test]
fn the_backend_of_everything_else_has_no_call() {
    use crate::backend::Advice::DontDump;
    use crate::backend::unsupported::Os;
    use crate::{Limit, Resource};

    let no = Error::NO_CALL;
    let limit = Limit {
        soft: None,
        hard: None,
    };
    for call in [Os::mlock as Call, Os::munlock, Os::mlock_onfault] {
        // SAFETY: no call is made.
        assert_eq!(unsafe { call(null(), 1) }, Err(no));
    }
    // SAFETY: no call is made.
    let advised = unsafe { Os::madvise(DontDump, null_mut(), 1) };
    assert_eq!(advised, Err(no));
    assert_eq!(Os::limit(Resource::Core), Err(no));
    assert_eq!(Os::set_limit(Resource::Core, limit, limit), Err(no));
    assert_eq!(Os::process_dumpable(), Err(no));
    assert_eq!(Os::set_process_dumpable(true), Err(no));
    assert_eq!(Os::page_size(), Err(no));
    assert_eq!(Os::SUPPORTED | Os::probe(Support::all()), Support::empty());
}
