//! An ordered choice by `cfg` with an `else`, so that no condition has to be
//! negated by hand. The name is one that rustfmt looks into for modules.
//!
//! `core::cfg_select!` replaces it once the minimum Rust version has that.

macro_rules! cfg_if {
    (@after ($($before:meta),*) if #[cfg($this:meta)] { $($items:tt)* } else $($rest:tt)+) => {
        #[cfg(all($this, not(any($($before),*))))]
        cfg_if! { @items $($items)* }
        cfg_if! { @after ($($before,)* $this) $($rest)+ }
    };
    (@after ($($before:meta),*) { $($items:tt)* }) => {
        #[cfg(not(any($($before),*)))]
        cfg_if! { @items $($items)* }
    };
    (@items $($items:tt)*) => { $($items)* };
    (if $($rest:tt)+) => { cfg_if! { @after () if $($rest)+ } };
}
