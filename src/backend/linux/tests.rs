//! Tests of what is Linux's alone.

mod page_size;
mod prlimit;
