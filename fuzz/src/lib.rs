//! What the fuzz targets share: memory of their own, what the kernel says of it,
//! and the arguments to try.

pub mod arena;
pub mod call;
pub mod range;
