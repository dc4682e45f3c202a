//! What the kernel writes to a swap device: an unlocked secret, and no locked one.

#[allow(unused_macros, reason = "main is written by hand")]
mod common;

#[cfg(target_os = "linux")]
mod linux {
    use std::env;
    use std::fs::{self, read_to_string};
    use std::process::{self, ExitCode};

    use crate::common::cgroup::{Cgroup, cgroups};
    use crate::common::claims::{row, with_table};
    use crate::common::faces::{FACES, Face, RangeCall};
    use crate::common::harness::{self, Case, Need};
    use crate::common::keeper::Turn;
    use crate::common::kernel::page_size;
    use crate::common::pages::Pages;
    use crate::common::secret::{Secret, new_seed};
    use crate::common::swapfile::{SWAPS, Swap, pageout, swapped_kib};
    use crate::common::victim::{Plan, command, hang, hanging, kill, lived};

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

    const PLANS: &[Plan] = &[
        Plan {
            name: "squeezed",
            live: squeezed,
        },
        Plan {
            name: "machine",
            live: |_, _| change_the_machine_and_hang(),
        },
    ];

    const DEVICE: &str = "swap device, every offset";
    const PAGEOUT: &str = "madvise(MADV_PAGEOUT)";

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
        row(
            "no call: pages are on the device",
            DEVICE,
            "all of 64 pages",
        );
        row(
            "mlock: pages are not on the device",
            DEVICE,
            "nothing of 64 pages",
        );
        row(
            "mlock: the kernel will not page them out",
            PAGEOUT,
            "EINVAL",
        );
        row(
            "munlock: pages are on the device",
            DEVICE,
            "all of 64 pages",
        );
    }

    fn pages_locked_on_fault_stay() {
        let swap = Swap::on();
        for face in FACES {
            stays_until_unlocked(&swap, face.mlock_onfault, face.munlock);
        }
        row(
            "mlock_onfault: pages are not on the device",
            DEVICE,
            "nothing of 64 pages",
        );
        row(
            "mlock_onfault: the kernel will not page them out",
            PAGEOUT,
            "EINVAL",
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
        assert_eq!(pageout(&control), Ok(()));
        let [_, found] = swap.search(secrets);
        assert!(
            found.none(),
            "{found} pieces of a locked secret are on the device"
        );

        unlock(secret.addr(), secret.len()).unwrap();
        assert_eq!(pageout(&secret), Ok(()));
        let [control, secret] = secrets;
        swap.search([secret, control]);
    }

    fn fill(pages: &Pages, seed: u64) -> Secret {
        let secret = Secret::new(seed, pages.len());
        // SAFETY: the pages may be written, and nobody refers to their bytes.
        unsafe { secret.write(pages.addr()) };
        secret
    }

    /// The variable that names the file by which a victim moves into its cgroup.
    const PROCESSES: &str = "OS_MEMLOCK_TEST_CGROUP";

    const LIMIT: usize = 16 << 20;

    fn locked_pages_stay_under_pressure() {
        let swap = Swap::on();
        let cgroup = Cgroup::new(LIMIT);
        for face in FACES {
            let seed = new_seed();
            let mut victim = command(face, "squeezed", seed);
            victim.env(PROCESSES, cgroup.processes());
            let (victim, news) = hanging(victim);
            let secrets = [0, 1, 2].map(|nth| Secret::new(nth_seed(seed, nth), SECRET));
            let found = swap.search(secrets);
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
        row(
            "no call, under pressure: pages are on the device",
            DEVICE,
            "all of 256 KiB",
        );
        row(
            "mlock, under pressure: pages are not",
            DEVICE,
            "nothing of 256 KiB",
        );
        row(
            "mlock_onfault, under pressure: pages are not",
            DEVICE,
            "nothing of 256 KiB",
        );
        row(
            "both, under pressure: pages are in memory",
            "smaps, Swap:",
            "0 KiB of 256",
        );
    }

    /// How many bytes of each kind a squeezed victim has.
    const SECRET: usize = 256 << 10;

    fn nth_seed(seed: u64, nth: u64) -> u64 {
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
        row(
            "a killed test: no swap is left, and no cgroup",
            SWAPS,
            "as before",
        );
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
