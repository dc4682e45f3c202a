//! What the victims do while the device is searched.

use std::env;
use std::fs;
use std::process;

use crate::common::cgroup::Cgroup;
use crate::common::faces::Face;
use crate::common::kernel::page_size;
use crate::common::pages::Pages;
use crate::common::secret::Secret;
use crate::common::swapfile::Swap;
use crate::common::victim::{Plan, hang};

pub(crate) const PLANS: &[Plan] = &[
    Plan {
        name: "squeezed",
        live: squeezed,
    },
    Plan {
        name: "machine",
        live: |_, _| change_the_machine_and_hang(),
    },
];

/// The variable that names the file by which a victim moves into its cgroup.
pub(crate) const PROCESSES: &str = "OS_MEMLOCK_TEST_CGROUP";

pub(crate) const LIMIT: usize = 16 << 20;

pub(crate) fn fill(pages: &Pages, seed: u64) -> Secret {
    let secret = Secret::new(seed, pages.len());
    // SAFETY: the pages may be written, and nobody refers to their bytes.
    unsafe { secret.write(pages.addr()) };
    secret
}

/// How many bytes of each kind a squeezed victim has.
pub(crate) const SECRET: usize = 256 << 10;

pub(crate) fn nth_seed(seed: u64, nth: u64) -> u64 {
    seed.wrapping_add(nth << 32)
}

/// Lives in a cgroup with less memory than it uses, with three secrets: one
/// unlocked, one locked, one locked on fault.
fn squeezed(face: &'static Face, seed: u64) {
    let processes = env::var_os(PROCESSES).expect("a cgroup to live in");
    fs::write(processes, process::id().to_string()).unwrap();
    let secrets = [0, 1, 2].map(|_| Pages::new(SECRET / page_size()));
    (face.mlock)(secrets[1].addr(), SECRET).unwrap();
    (face.mlock_onfault)(secrets[2].addr(), SECRET).unwrap();
    for (nth, pages) in (0..).zip(&secrets) {
        fill(pages, nth_seed(seed, nth));
    }
    let ballast = Pages::new(LIMIT * 3 / 2 / page_size());
    for round in 1..4 {
        (0..ballast.count()).for_each(|page| ballast.write(page, round));
    }
    hang(
        &secrets
            .each_ref()
            .map(|pages| format!("{:x}", pages.addr().addr()))
            .join(" "),
    );
}

fn change_the_machine_and_hang() {
    let _swap = Swap::on();
    let _cgroup = Cgroup::new(LIMIT);
    hang("");
}
