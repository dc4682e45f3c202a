//! What the kernel writes of a process that crashes: a secret without protection,
//! none with it, and no core at all where the documentation says so.

#[allow(unused_macros, reason = "main is written by hand")]
mod common;

#[cfg(target_os = "linux")]
#[path = "core_file/plans.rs"]
mod plans;

#[cfg(target_os = "linux")]
mod linux {
    use std::process::ExitCode;

    use crate::common::claims::{claim, with_table};
    use crate::common::corefile::{
        CorePattern, Crash, Handler, PATTERN, core_pattern, crash, obstacle, skip,
    };
    use crate::common::faces::{FACES, Face};
    use crate::common::harness::{self, Case, Need};
    use crate::common::keeper::Turn;
    use crate::common::secret::Found;
    use crate::common::victim::{command, hanging, kill, lived};
    use crate::plans::PLANS;

    const CASES: &[Case] = &[
        Case {
            name: "dontdump_keeps_a_page_out_of_the_core_file",
            needs: Need::Nothing,
            body: dontdump_hides,
        },
        Case {
            name: "rule_9_dodump_exposes_the_neighbour_on_the_page",
            needs: Need::Nothing,
            body: dodump_exposes_the_neighbour,
        },
        Case {
            name: "rule_8_not_dumpable_means_no_core_file",
            needs: Need::Nothing,
            body: not_dumpable,
        },
        Case {
            name: "rule_8_soft_core_limits_of_0_and_1_mean_no_core_file",
            needs: Need::Nothing,
            body: soft_limits,
        },
        Case {
            name: "rule_8_what_stops_a_core_handler",
            needs: Need::System,
            body: what_stops_a_handler,
        },
        Case {
            name: "a_killed_test_puts_core_pattern_back",
            needs: Need::System,
            body: killed_test_puts_the_pattern_back,
        },
    ];

    pub(super) fn main() -> ExitCode {
        if lived(PLANS) {
            return ExitCode::SUCCESS;
        }
        match obstacle() {
            Some(reason) => skip(CASES, &reason),
            None => with_table(|| harness::main(CASES)),
        }
    }

    /// What of the three pages is in the core file that a victim leaves.
    fn pages_after(face: &Face, plan: &str) -> [Found; 3] {
        let crash = crash(face, plan);
        assert!(
            crash.dumped,
            "{plan}: the kernel says that it dumped nothing"
        );
        crash.pages_in(crash.core.as_deref().expect("a core file"))
    }

    /// The victims of a plan leave a core with all of their secrets.
    fn exposed(plan: &str, what: &str) {
        for face in FACES {
            let pages = pages_after(face, plan);
            assert!(pages.iter().all(|page| page.all()), "{plan}: {pages:?}");
        }
        claim(&format!(
            "{what} | core file, every offset | all of 3 pages"
        ));
    }

    /// The victims of a plan leave no core, though others leave one.
    fn no_core(plan: &str, what: &str) {
        for face in FACES {
            let Crash { dumped, core, .. } = crash(face, plan);
            assert!(!dumped && core.is_none(), "{plan}: a core was dumped");
            let pages = pages_after(face, "nothing");
            assert!(pages.iter().all(|page| page.all()), "{pages:?}");
        }
        claim(&format!("{what} | wait status and folder | no core"));
    }

    fn dontdump_hides() {
        let _pattern = CorePattern::plain();
        exposed("nothing", "no call: pages are in the core");
        exposed("mlock", "mlock alone: pages are in the core");
        for face in FACES {
            let pages = pages_after(face, "dontdump");
            assert!(pages.iter().all(|page| page.none()), "{pages:?}");
        }
        claim(
            "madvise_dontdump: pages are not in the core | core file, every offset | nothing of 3 pages",
        );
        exposed("dodump", "madvise_dodump: pages are in the core again");
    }

    fn dodump_exposes_the_neighbour() {
        let _pattern = CorePattern::plain();
        for face in FACES {
            let pages = pages_after(face, "neighbours");
            let [first, shared, second] = pages;
            assert!(first.none() && shared.all() && second.all(), "{pages:?}");
        }
        claim(
            "madvise_dodump: a neighbour's part of a page too | core file, every offset | the shared page",
        );
    }

    fn not_dumpable() {
        let _pattern = CorePattern::plain();
        no_core("dumpable-0", "set_process_dumpable(false): no core file");
        exposed(
            "dumpable-1",
            "set_process_dumpable(true): a core file again",
        );
    }

    fn soft_limits() {
        let _pattern = CorePattern::plain();
        no_core("limit-0", "set_soft_limit(Core, 0): no core file");
        no_core("limit-1", "set_soft_limit(Core, 1): no core file");
        exposed(
            "limit-back",
            "set_soft_limit(Core, as before): a core file again",
        );
    }

    /// What the handler gets of a victim.
    fn piped(handler: &Handler, face: &Face, plan: &str) -> [Found; 3] {
        let crash = crash(face, plan);
        assert!(crash.dumped && crash.core.is_none(), "{plan}: not piped");
        crash.pages_in(&handler.core_of(&crash))
    }

    fn what_stops_a_handler() {
        let handler = Handler::install();
        for face in FACES {
            let runs = handler.runs();
            for plan in ["limit-1", "dumpable-0"] {
                let crash = crash(face, plan);
                assert!(
                    !crash.dumped && crash.core.is_none(),
                    "{plan}: a core was dumped"
                );
            }
            let pages = piped(&handler, face, "limit-0");
            assert!(pages.iter().all(|page| page.all()), "{pages:?}");
            assert_eq!(
                handler.runs(),
                runs + 1,
                "the handler was run for a crash without core"
            );
            let pages = piped(&handler, face, "dontdump");
            assert!(pages.iter().all(|page| page.none()), "{pages:?}");
        }
        claim(
            "
            set_soft_limit(Core, 0): does not stop a handler | core on a handler's stdin | all of 3 pages
            set_soft_limit(Core, 1): stops a handler | core on a handler's stdin | handler not started
            set_process_dumpable(false): stops a handler | core on a handler's stdin | handler not started
            madvise_dontdump: a handler does not get the pages | core on a handler's stdin | nothing of 3 pages
            ",
        );
    }

    fn killed_test_puts_the_pattern_back() {
        let before = {
            let _turn = Turn::shared(PATTERN);
            core_pattern()
        };
        let (victim, _) = hanging(command(&FACES[0], "pattern", 0));
        let meanwhile = core_pattern();
        kill(victim);
        // The turn is the keeper's until it has done its work.
        let _turn = Turn::exclusive(PATTERN);
        assert_eq!(
            [meanwhile, core_pattern()],
            ["core.of.a.killed.test".into(), before]
        );
        claim("a killed test: the machine is put back | /proc/sys/kernel/core_pattern | as before");
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
