//! The cases of all files, as one program. README.md says how to add one.

mod bad_input;
#[allow(unreachable_pub, reason = "public to every file here")]
mod common;
mod core_file;
mod effect;
mod errnos;
#[cfg(feature = "std")]
mod examples;
mod faces;
mod failure;
mod fork_exec;
mod functions;
mod limit_calls;
mod limits;
mod mapping_limit;
mod model;
mod nesting;
mod page_range;
mod page_size;
mod policies;
mod probe;
mod probe_calls;
mod refused;
mod swap;
mod threads;

use std::process::ExitCode;

/// The cases of each file. On systems other than Linux a file that asks its kernel is
/// listed by name only, to be skipped.
macro_rules! groups {
    (everywhere: $($everywhere:ident),+; on_linux: $($(#[$cfg:meta])? $linux:ident),+ $(,)?) => {
        &[
            $(Ok($everywhere::CASES),)+
            $(
                $(#[$cfg])?
                #[cfg(target_os = "linux")]
                Ok($linux::CASES),
                $(#[$cfg])?
                #[cfg(not(target_os = "linux"))]
                Err(stringify!($linux)),
            )+
        ]
    };
}

fn main() -> ExitCode {
    common::harness::main(groups![
        everywhere: faces, functions, page_range;
        on_linux:
            bad_input,
            core_file,
            effect,
            errnos,
            #[cfg(feature = "std")]
            examples,
            failure,
            fork_exec,
            limit_calls,
            limits,
            mapping_limit,
            model,
            nesting,
            page_size,
            policies,
            probe,
            probe_calls,
            refused,
            swap,
            threads,
    ])
}
