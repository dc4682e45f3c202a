//! Any steps, against the model of Linux.
#![no_main]

use libfuzzer_sys::fuzz_target;
use os_memlock_fuzz::common::faces::FACES;
use os_memlock_fuzz::common::model::{Step, follow};
use os_memlock_fuzz::common::pages::Pages;
use os_memlock_fuzz::common::privileges::drop_privileges;
use os_memlock_fuzz::{PAGES, steps};

fuzz_target!(
    // Root or not, the limit binds.
    init: drop_privileges(),
    |bytes: &[u8]| {
        let pages = Pages::unmapped(0, PAGES);
        let (face, bytes) = bytes.split_first().unwrap_or((&0, bytes));
        let mut all = vec![Step::Limit(1 << 16)];
        all.extend(steps(bytes, &pages));
        all.push(Step::Dumpable(true));
        follow(&FACES[usize::from(face % 2)], &pages, &all);
    }
);
