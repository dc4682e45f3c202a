//! Tests of the private layers: what no kernel on the test machine can answer.
#![allow(unsafe_code)]

mod core_switch;
mod core_switch_kernel;
mod errors;
mod every_code;
mod limits;
mod ranges;

use crate::backend::contract::Advice;

const ADVICES: [Advice; 6] = [
    Advice::DontDump,
    Advice::DoDump,
    Advice::WipeOnFork,
    Advice::KeepOnFork,
    Advice::DontFork,
    Advice::DoFork,
];

/// Evaluates an expression for each of the fake systems.
macro_rules! for_each_system {
    ($run:ident) => {
        $crate::tests::for_each_system!($run, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
    };
    ($run:ident, $($system:literal)*) => {
        $( $run::<$system>(); )*
        const { assert!([$($system),*].len() == $crate::backend::fake::TARGETS.len()) };
    };
}
pub(crate) use for_each_system;
