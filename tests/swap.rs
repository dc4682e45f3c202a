//! What the kernel writes to a swap device: an unlocked secret, and no locked one.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::net::UnixStream;
use std::process;

use crate::common::case::cases;
use crate::common::cgroup::{Cgroup, cgroups};
use crate::common::faces::{FACES, Face, RangeCall};
use crate::common::hanging::{Hanging, hang};
use crate::common::keeper::Turn;
use crate::common::kernel::page_size;
use crate::common::pages::Pages;
use crate::common::proc::Proc;
use crate::common::secret::{Secret, new_seed};
use crate::common::swapfile::{SWAPS, Swap, pageout};

cases![
    #[needs(System, SwapFile)]
    fn locked_pages_stay_off_the_swap_device() {
        let swap = Swap::on();
        for face in FACES {
            stays_until_unlocked(&swap, face.mlock, face.munlock);
        }
    },

    /// At once, whatever the kernel would do by itself.
    #[needs(Pages(1))]
    fn a_locked_page_is_neither_paged_out_nor_dropped() {
        let page = Pages::new(1);
        let asked = |advice| {
            // SAFETY: the page is the test's own, and may lose its byte.
            let answer = unsafe { libc::madvise(page.addr(), page.len(), advice) };
            (answer, page.read(0))
        };
        for face in FACES {
            page.write(0, 7);
            (face.mlock)(page.addr(), page.len()).unwrap();
            assert_eq!(asked(libc::MADV_PAGEOUT), (-1, 7));
            assert_eq!(asked(libc::MADV_DONTNEED), (-1, 7));
            (face.munlock)(page.addr(), page.len()).unwrap();
            assert_eq!(asked(libc::MADV_PAGEOUT), (0, 7));
            assert_eq!(asked(libc::MADV_DONTNEED), (0, 0));
        }
    },

    #[needs(System, SwapFile)]
    fn pages_locked_on_fault_stay_off_the_swap_device() {
        let swap = Swap::on();
        for face in FACES {
            stays_until_unlocked(&swap, face.mlock_onfault, face.munlock);
        }
    },

    #[needs(System, SwapFile)]
    fn locked_pages_stay_off_the_swap_device_under_pressure() {
        let swap = Swap::on();
        let cgroup = Cgroup::new(LIMIT);
        for face in FACES {
            let seed = new_seed();
            let child = Hanging::start(|line| squeezed(line, face, &cgroup, seed));
            let secrets = [0, 1, 2].map(|nth| Secret::new(nth_seed(seed, nth), SECRET));
            let found = swap.search(secrets, || ());
            assert!(found[1].none() && found[2].none(), "{found:?}");
            let proc = Proc::of(child.pid);
            let swapped = child.message.split(' ').map(|addr| {
                let addr = addr.parse().unwrap();
                let mapping = proc.mapping_at(addr).filter(|it| it.range.start == addr);
                mapping.expect("a mapping that begins there").swap_kib
            });
            let [unlocked, locked, on_fault] = swapped.collect::<Vec<_>>()[..] else {
                panic!("{}", child.message)
            };
            assert!(unlocked >= SECRET as u64 / 1024, "{unlocked} KiB");
            assert_eq!([locked, on_fault], [0, 0]);
        }
    },

    #[needs(System, SwapFile)]
    fn a_killed_test_leaves_no_swap_and_no_cgroup() {
        let state = || [fs::read_to_string(SWAPS).unwrap(), cgroups()];
        let before = {
            let _turn = Turn::exclusive(SWAPS);
            state()
        };
        let child = Hanging::start(|line| {
            let _swap = Swap::on();
            let _cgroup = Cgroup::new(LIMIT);
            hang(line, "");
        });
        let meanwhile = state();
        drop(child);
        // The turn is the keepers' until they have done their work.
        let _turn = Turn::exclusive(SWAPS);
        assert_eq!(state(), before);
        let [swap, cgroup] = [0, 1].map(|it| meanwhile[it] != before[it]);
        assert!(swap && cgroup, "{meanwhile:?}");
    }
];

/// The memory of a cgroup.
const LIMIT: usize = 16 << 20;

/// How many bytes of each kind a squeezed child has.
const SECRET: usize = 256 << 10;

fn nth_seed(seed: u64, nth: u64) -> u64 {
    seed.wrapping_add(nth << 32)
}

fn fill(pages: &Pages, seed: u64) -> Secret {
    let secret = Secret::new(seed, pages.len());
    // SAFETY: the pages may be written, and nobody refers to their bytes.
    unsafe { secret.write(pages.addr()) };
    secret
}

/// Locks pages before there is anything in them, and unlocks them after the
/// device was searched.
fn stays_until_unlocked(swap: &Swap, lock: RangeCall, unlock: RangeCall) {
    let seed = new_seed();
    let [control, secret] = [Pages::new(64), Pages::new(64)];
    lock(secret.addr(), secret.len()).unwrap();
    let secrets = [fill(&control, seed), fill(&secret, !seed)];
    assert_eq!(pageout(&secret), Err(libc::EINVAL));
    let [_, found] = swap.search(secrets, || pageout(&control).unwrap());
    let none = found.none();
    assert!(none, "{found} pieces of a locked secret are on the device");

    unlock(secret.addr(), secret.len()).unwrap();
    let [control, now_unlocked] = secrets;
    swap.search([now_unlocked, control], || pageout(&secret).unwrap());
}

/// In a child: lives in a cgroup with less memory than it uses, with three secrets:
/// one unlocked, one locked, one locked on fault. Says where they are.
fn squeezed(line: UnixStream, face: &Face, cgroup: &Cgroup, seed: u64) {
    fs::write(cgroup.processes(), process::id().to_string()).unwrap();
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
    let addresses = secrets.each_ref().map(|it| it.addr().addr().to_string());
    hang(line, &addresses.join(" "));
}
