//! When the answer to the question for a limit is believed.

use crate::error::{Error, Result};
use crate::limits::Limit;

/// The two words of an answer before the call: no limit that anybody sets, each its own.
pub(crate) const UNWRITTEN: [u64; 2] = [0x2f5c_9a31_7b0e_64d7, 0x1d83_e64f_052b_c9a9];

/// The limit, unless a word is as it was before the call, or the soft limit is above the
/// hard one, which no kernel holds. A sandbox or a tracer that answers so has not read
/// the limit, whatever it says of success.
pub(crate) fn believed(
    [soft, hard]: [u64; 2],
    unwritten: [u64; 2],
    no_limit: u64,
) -> Result<Limit> {
    if soft == unwritten[0] || hard == unwritten[1] || soft > hard {
        return Err(Error::ZERO);
    }
    let finite = |value| (value != no_limit).then_some(value);
    Ok(Limit::new(finite(soft), finite(hard)))
}
