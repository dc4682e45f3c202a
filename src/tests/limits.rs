//! How limits are set: what no kernel on the test machine shows.

use crate::backend::fake::{Fake, MACOS_ROW, NO_SYSTEM_ROW, SystemCall, TARGETS, script};
use crate::error::Error;
use crate::limits::{Limit, Resource};
use crate::rules::{set_limit, set_soft_limit};
use crate::support::Support;

/// Any system with both limits.
type MacOs = Fake<{ MACOS_ROW }>;
const EINVAL: Error = Error::from_raw_os_error(22);

fn process(limit: Limit) {
    script(|script| {
        script.answers.clear();
        script.log.clear();
        script.core = Some(limit);
        script.onlooker = None;
    });
}

fn calls() -> std::vec::Vec<SystemCall> {
    script(|script| core::mem::take(&mut script.log))
}

/// In either place, for both functions, there are two spellings of it.
#[test]
fn the_largest_number_is_no_limit() {
    const MAX: Option<u64> = Some(u64::MAX);
    let none = Limit::new(None, None);
    for (soft, hard) in [(None, None), (None, MAX), (MAX, None), (MAX, MAX)] {
        process(none);
        let answer = set_limit::<MacOs>(Resource::Core, Limit::new(soft, hard));
        assert_eq!(answer, Ok(()), "{soft:?} {hard:?}");
        assert_eq!(calls(), [SystemCall::Setrlimit(Resource::Core, none)]);
    }
    process(Limit::new(Some(7), None));
    assert!(set_soft_limit::<MacOs>(Resource::Core, MAX).is_ok());
    assert_eq!(script(|script| script.core), Some(none));

    let next = Some(u64::MAX - 1);
    process(none);
    let limit = Limit::new(next, next);
    assert_eq!(set_limit::<MacOs>(Resource::Core, limit), Ok(()));
    assert_eq!(
        script(|script| script.core),
        Some(limit),
        "a limit, if a large one"
    );
    for above in [None, MAX] {
        let above = Limit::new(above, next);
        assert_eq!(set_limit::<MacOs>(Resource::Core, above), Err(EINVAL));
    }
}

/// No such call comes before EINVAL.
#[test]
fn a_system_without_the_limit_says_so_whatever_the_values() {
    let (above, below) = (Limit::new(None, Some(1)), Limit::new(Some(0), Some(1)));
    for limit in [above, below] {
        let answer = set_limit::<Fake<{ NO_SYSTEM_ROW }>>(Resource::Memlock, limit);
        assert_eq!(answer, Err(Error::UNSUPPORTED));
    }
    const { assert!(TARGETS[8].supported.contains(Support::LIMIT_CORE)) };
    let answer = set_limit::<Fake<8>>(Resource::Memlock, above);
    assert_eq!(answer, Err(Error::UNSUPPORTED));
    let answer = set_soft_limit::<Fake<{ NO_SYSTEM_ROW }>>(Resource::Memlock, None);
    assert_eq!(answer, Err(Error::UNSUPPORTED));
    assert_eq!(calls(), []);
}
