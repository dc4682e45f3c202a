//! Tests of the private layers: what no kernel on the test machine can answer.
#![allow(unsafe_code)]

mod core_switch;
mod core_switch_kernel;
mod errors;
mod every_code;
mod getrlimit;
mod limits;
mod pages;
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

/// Calls a function for each of the fake systems.
macro_rules! for_each_system {
    ($run:ident) => { $crate::backend::fake::each_row!(for_each_system $run) };
    ($run:ident $($system:literal)+) => { $( $run::<$system>(); )+ };
}
pub(crate) use for_each_system;
