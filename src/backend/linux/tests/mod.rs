//! Tests of what is Linux's alone.

mod advice;
mod limit;
