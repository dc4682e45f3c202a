//! What the crate asks of the kernel, and what it makes of the answers that a filter
//! puts in the kernel's mouth: nothing is asked by setting, and nothing is made up.

#[macro_use]
mod common;

#[cfg(target_os = "linux")]
mod questions {
    pub(crate) mod cases;
    mod limit;
    mod page_size;
    mod probe;
}

linux_main!(questions::cases::CASES);
