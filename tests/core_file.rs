//! What the kernel writes of a process that crashes: a secret without protection,
//! none with it, and no core at all where the documentation says so.
#![cfg(target_os = "linux")]

use os_memlock::{Limit, PageRange, Resource};

use crate::common::case::cases;
use crate::common::core_pattern::{CorePattern, Handler};
use crate::common::corefile::{Memory, crash};
use crate::common::faces::{FACES, Face};
use crate::common::kernel::page_size;
use crate::common::secret::Found;

cases![
    #[needs(CoreFiles, Pages(3))]
    fn dontdump_keeps_a_page_out_of_the_core_file_until_dodump_for_a_neighbour() {
        let _pattern = CorePattern::plain();
        exposed("nothing", |_, _| {});
        exposed("mlock", |face, memory| {
            (face.mlock)(memory.pages.addr(), memory.pages.len()).unwrap();
        });
        for face in FACES {
            let pages = pages_after(face, hide);
            assert!(pages.iter().all(|page| page.none()), "{pages:?}");
            let pages = pages_after(face, hide_two_and_show_one);
            let [first, shared, second] = pages;
            assert!(first.none() && shared.all() && second.all(), "{pages:?}");
        }
    },

    #[needs(CoreFiles)]
    fn not_dumpable_or_a_core_limit_of_0_or_1_means_no_core_file_until_taken_back() {
        let _pattern = CorePattern::plain();
        no_core("not dumpable", not_dumpable);
        no_core("a soft limit of 0", limit_of_0);
        no_core("a soft limit of 1", limit_of_1);
        no_core("limits of 0", |face, _| {
            (face.set_limit)(Resource::Core, Limit::new(Some(0), Some(0))).unwrap();
        });
        exposed("all taken back", |face, memory| {
            not_dumpable(face, memory);
            (face.set_process_dumpable)(true).unwrap();
            let before = (face.set_soft_limit)(Resource::Core, Some(0)).unwrap();
            (face.set_soft_limit)(Resource::Core, before.soft).unwrap();
        });
    },

    #[needs(CoreFiles, System)]
    fn what_stops_a_core_handler() {
        let handler = Handler::install();
        for face in FACES {
            let stopped = [limit_of_1 as Protect, not_dumpable].map(|protect| {
                let crash = crash(|memory| protect(face, memory));
                assert!(!crash.dumped && crash.core.is_none(), "a core was dumped");
                crash.pid
            });
            let pages = piped(&handler, face, limit_of_0);
            assert!(pages.iter().all(|page| page.all()), "{pages:?}");
            // Long enough after those that it would have begun by now.
            let ran = stopped.map(|pid| handler.ran_for(pid));
            assert_eq!(ran, [false; 2], "the handler was run without a core");
            let pages = piped(&handler, face, hide);
            assert!(pages.iter().all(|page| page.none()), "{pages:?}");
        }
    }
];

/// What a process does for its three pages before it crashes.
type Protect = fn(&Face, &Memory);

fn hide(face: &Face, memory: &Memory) {
    (face.madvise_dontdump)(memory.pages.addr(), memory.pages.len()).unwrap();
}

/// Two buffers of one and a half pages each meet on the second of three pages;
/// both are hidden, then one is shown.
fn hide_two_and_show_one(face: &Face, memory: &Memory) {
    let half = memory.pages.len() / 2;
    let [first, second] = [0, half]
        .map(|offset| PageRange::outward(memory.pages.byte(offset), half, page_size()).unwrap());
    (face.madvise_dontdump)(first.addr(), first.len()).unwrap();
    (face.madvise_dontdump)(second.addr(), second.len()).unwrap();
    (face.madvise_dodump)(second.addr(), second.len()).unwrap();
}

fn not_dumpable(face: &Face, _: &Memory) {
    (face.set_process_dumpable)(false).unwrap();
}

fn limit_of_0(face: &Face, _: &Memory) {
    (face.set_soft_limit)(Resource::Core, Some(0)).unwrap();
}

fn limit_of_1(face: &Face, _: &Memory) {
    (face.set_soft_limit)(Resource::Core, Some(1)).unwrap();
}

/// What of the three pages is in the core file of a crash.
fn pages_after(face: &Face, protect: Protect) -> [Found; 3] {
    let crash = crash(|memory| protect(face, memory));
    assert!(crash.dumped, "the kernel says that it dumped nothing");
    crash.pages_in(crash.core.as_deref().expect("a core file"))
}

/// A crash leaves a core with all of the secrets.
fn exposed(what: &str, protect: Protect) {
    for face in FACES {
        let pages = pages_after(face, protect);
        assert!(pages.iter().all(|page| page.all()), "{what}: {pages:?}");
    }
}

/// A crash leaves no core, though others leave one.
fn no_core(what: &str, protect: Protect) {
    for face in FACES {
        let crash = crash(|memory| protect(face, memory));
        assert!(!crash.dumped && crash.core.is_none(), "{what}: a core");
    }
    exposed("nothing", |_, _| {});
}

/// What the handler gets of a crash.
fn piped(handler: &Handler, face: &Face, protect: Protect) -> [Found; 3] {
    let crash = crash(|memory| protect(face, memory));
    assert!(crash.dumped && crash.core.is_none(), "not piped");
    crash.pages_in(&handler.core_of(crash.pid))
}
