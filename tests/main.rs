//! The cases of all files, as one program. README.md says how to add one.
#![cfg_attr(
    not(target_os = "linux"),
    allow(
        dead_code,
        unused_imports,
        reason = "what the cases share is mostly for Linux"
    )
)]

mod arguments;
#[allow(unreachable_pub, reason = "public to every file here")]
mod common;
mod core_file;
#[cfg(feature = "std")]
mod examples;
mod faces;
mod filters;
mod fork_exec;
mod functions;
mod harness;
mod left_behind;
mod limit_calls;
mod limits;
mod model;
mod page_range;
mod page_size;
mod policies;
mod probe;
mod swap;
mod systems;
mod threads;

use std::process::ExitCode;

/// The cases of each file. Where a file cannot run it is listed by name only, to be
/// skipped.
macro_rules! groups {
    ($($where:meta: $($(#[$cfg:meta])? $first:ident $(::$rest:ident)?),+;)+) => {
        &[$($(
            $(#[$cfg])?
            #[cfg($where)]
            Ok($first$(::$rest)?::CASES),
            $(#[$cfg])?
            #[cfg(not($where))]
            Err((concat!(stringify!($first) $(, "::", stringify!($rest))?), stringify!($where))),
        )+)+]
    };
}

fn main() -> ExitCode {
    harness::main(groups![
        all():
            faces,
            functions,
            page_range,
            systems,
            #[cfg(target_os = "freebsd")]
            systems::freebsd,
            #[cfg(windows)]
            systems::windows;
        unix: limits, systems::lock_limit;
        target_os = "linux":
            arguments,
            core_file,
            #[cfg(feature = "std")]
            examples,
            #[cfg(feature = "std")]
            examples::at_start,
            filters,
            fork_exec,
            left_behind,
            limit_calls,
            model,
            page_size,
            policies,
            probe,
            swap,
            threads;
    ])
}
