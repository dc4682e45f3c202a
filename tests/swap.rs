//! What the kernel writes to a swap device: an unlocked secret, and no locked one.

#[allow(unused_macros, reason = "main is written by hand")]
mod common;

#[cfg(target_os = "linux")]
#[path = "swap/plans.rs"]
mod plans;

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::read_to_string;
    use std::process::ExitCode;

    use crate::common::cgroup::{Cgroup, cgroups};
    use crate::common::claims::{claim, with_table};
    use crate::common::faces::{FACES, RangeCall};
    use crate::common::harness::{self, Case, Need};
    use crate::common::keeper::Turn;
    use crate::common::pages::Pages;
    use crate::common::secret::{Secret, new_seed};
    use crate::common::swapfile::{SWAPS, Swap, pageout, swapped_kib};
    use crate::common::victim::{command, hanging, kill, lived};
    use crate::plans::{LIMIT, PLANS, PROCESSES, SECRET, fill, nth_seed};

    const CASES: &[Case] = &[
        Case {
            name: "locked_pages_stay_off_the_swap_device",
            needs: Need::System,
            body: locked_pages_stay,
        },
        Case {
            name: "pages_locked_on_fault_stay_off_the_swap_device",
            needs: Need::System,
            body: pages_locked_on_fault_stay,
        },
        Case {
            name: "locked_pages_stay_off_the_swap_device_under_pressure",
            needs: Need::System,
            body: locked_pages_stay_under_pressure,
        },
        Case {
            name: "a_killed_test_leaves_no_swap_and_no_cgroup",
            needs: Need::System,
            body: killed_test_leaves_nothing,
        },
    ];

    pub(super) fn main() -> ExitCode {
        if lived(PLANS) {
            ExitCode::SUCCESS
        } else {
            with_table(|| harness::main(CASES))
        }
    }

    fn locked_pages_stay() {
        let swap = Swap::on();
        for face in FACES {
            stays_until_unlocked(&swap, face.mlock, face.munlock);
        }
        claim(
            "
            no call: pages are on the device | swap device, every offset | all of 64 pages
            mlock: pages are not on the device | swap device, every offset | nothing of 64 pages
            mlock: the kernel will not page them out | madvise(MADV_PAGEOUT) | EINVAL
            munlock: pages are on the device | swap device, every offset | all of 64 pages
            ",
        );
    }

    fn pages_locked_on_fault_stay() {
        let swap = Swap::on();
        for face in FACES {
            stays_until_unlocked(&swap, face.mlock_onfault, face.munlock);
        }
        claim(
            "
            mlock_onfault: pages are not on the device | swap device, every offset | nothing of 64 pages
            mlock_onfault: the kernel will not page them out | madvise(MADV_PAGEOUT) | EINVAL
            ",
        );
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
        assert!(
            found.none(),
            "{found} pieces of a locked secret are on the device"
        );

        unlock(secret.addr(), secret.len()).unwrap();
        let [control, now_unlocked] = secrets;
        swap.search([now_unlocked, control], || pageout(&secret).unwrap());
    }

    fn locked_pages_stay_under_pressure() {
        let swap = Swap::on();
        let cgroup = Cgroup::new(LIMIT);
        for face in FACES {
            let seed = new_seed();
            let mut victim = command(face, "squeezed", seed);
            victim.env(PROCESSES, cgroup.processes());
            let (victim, news) = hanging(victim);
            let secrets = [0, 1, 2].map(|nth| Secret::new(nth_seed(seed, nth), SECRET));
            let found = swap.search(secrets, || ());
            assert!(found[1].none() && found[2].none(), "{found:?}");
            let swapped: Vec<u64> = news
                .split(' ')
                .map(|place| swapped_kib(victim.id(), place))
                .collect();
            let [unlocked, locked, on_fault] = swapped[..] else {
                panic!("{news}")
            };
            assert!(unlocked >= SECRET as u64 / 1024, "{unlocked} KiB");
            assert_eq!([locked, on_fault], [0, 0]);
            kill(victim);
        }
        claim(
            "
            no call, under pressure: pages are on the device | swap device, every offset | all of 256 KiB
            mlock, under pressure: pages are not | swap device, every offset | nothing of 256 KiB
            mlock_onfault, under pressure: pages are not | swap device, every offset | nothing of 256 KiB
            both, under pressure: pages are in memory | smaps, Swap: | 0 KiB of 256
            ",
        );
    }

    fn killed_test_leaves_nothing() {
        let before = {
            let _turn = Turn::exclusive(SWAPS);
            [read_to_string(SWAPS).unwrap(), cgroups()]
        };
        let (victim, _) = hanging(command(&FACES[0], "machine", 0));
        let meanwhile = [read_to_string(SWAPS).unwrap(), cgroups()];
        kill(victim);
        // The turn is the keepers' until they have done their work.
        let _turn = Turn::exclusive(SWAPS);
        assert_eq!([read_to_string(SWAPS).unwrap(), cgroups()], before);
        assert!(
            meanwhile[0] != before[0] && meanwhile[1] != before[1],
            "{meanwhile:?}"
        );
        claim("a killed test: no swap is left, and no cgroup | /proc/swaps | as before");
    }
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    common::harness::skip_all(module_path!())
}
