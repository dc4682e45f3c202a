use super::{limit, page_size, probe};
use crate::common::harness::{Case, Need};

/// The limits that the cases set, soft and hard.
const LIMITS: Need = Need::HardLimits(12288);

const fn case(name: &'static str, needs: Need, body: fn()) -> Case {
    Case { name, needs, body }
}

pub(crate) const CASES: &[Case] = &[
    case(
        "rule_13_a_limit_is_read_by_one_call_and_written_by_another",
        LIMITS,
        limit::is_read_by_one_call_and_written_by_another,
    ),
    case(
        "rule_13_a_limit_that_can_only_be_set_is_an_error_and_stays",
        LIMITS,
        limit::that_can_only_be_set_is_an_error_and_stays,
    ),
    case(
        "rule_13_a_limit_that_was_not_written_is_an_error",
        LIMITS,
        limit::that_was_not_written_is_an_error,
    ),
    case(
        "rule_13_a_limit_that_is_only_said_to_be_set_is_returned_as_read",
        LIMITS,
        limit::that_is_only_said_to_be_set_is_returned_as_read,
    ),
    case(
        "rule_13_where_nothing_reads_nothing_is_made_up",
        Need::All(&[Need::Pages(1), LIMITS]),
        limit::where_nothing_reads_nothing_is_made_up,
    ),
    case(
        "rule_13_nothing_is_asked_by_setting",
        Need::Pages(3),
        probe::asks_nothing_by_setting,
    ),
    case(
        "probe_grants_the_locks_at_a_limit_that_is_more_than_used_up",
        Need::Pages(3),
        probe::grants_the_locks_at_a_limit_that_is_more_than_used_up,
    ),
    case(
        "rule_12_page_size_is_asked_by_the_advice_that_hides",
        Need::Nothing,
        page_size::is_asked_by_the_advice_that_hides,
    ),
    case(
        "rule_12_page_size_is_asked_once",
        Need::Nothing,
        page_size::is_asked_once,
    ),
    case(
        "rule_12_page_size_is_asked_otherwise_of_a_kernel_that_hides_nothing",
        Need::Nothing,
        page_size::is_asked_otherwise_of_a_kernel_that_hides_nothing,
    ),
    case(
        "rule_12_a_refused_page_size_is_the_error_and_is_asked_again",
        Need::Nothing,
        page_size::that_is_refused_is_the_error_and_is_asked_again,
    ),
    case(
        "rule_12_a_page_size_that_cannot_be_found_says_so_in_its_own_words",
        Need::Nothing,
        page_size::that_cannot_be_found_says_so_in_its_own_words,
    ),
];
