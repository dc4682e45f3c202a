//! What the victims do before they crash.

use os_memlock::{PageRange, Resource};

use crate::common::corefile::{CorePattern, Memory, die};
use crate::common::faces::Face;
use crate::common::kernel::page_size;
use crate::common::victim::{Plan, hang};

pub(crate) const PLANS: &[Plan] = &[
    Plan {
        name: "nothing",
        live: |_, seed| die(seed, |_| ()),
    },
    Plan {
        name: "mlock",
        live: |face, seed| die(seed, |memory| locked(face, memory)),
    },
    Plan {
        name: "dontdump",
        live: |face, seed| die(seed, |memory| hidden(face, memory)),
    },
    Plan {
        name: "dodump",
        live: |face, seed| die(seed, |memory| shown(face, memory)),
    },
    Plan {
        name: "neighbours",
        live: |face, seed| die(seed, |memory| neighbours(face, memory)),
    },
    Plan {
        name: "dumpable-0",
        live: |face, seed| die(seed, |_| dumpable(face, &[false])),
    },
    Plan {
        name: "dumpable-1",
        live: |face, seed| die(seed, |_| dumpable(face, &[false, true])),
    },
    Plan {
        name: "limit-0",
        live: |face, seed| die(seed, |_| limited(face, 0)),
    },
    Plan {
        name: "limit-1",
        live: |face, seed| die(seed, |_| limited(face, 1)),
    },
    Plan {
        name: "limit-back",
        live: |face, seed| die(seed, |_| limited_and_back(face)),
    },
    Plan {
        name: "pattern",
        live: |_, _| change_the_pattern_and_hang(),
    },
];

fn locked(face: &Face, memory: &Memory) {
    (face.mlock)(memory.pages.addr(), memory.pages.len()).unwrap();
}

fn hidden(face: &Face, memory: &Memory) {
    (face.madvise_dontdump)(memory.pages.addr(), memory.pages.len()).unwrap();
}

fn shown(face: &Face, memory: &Memory) {
    hidden(face, memory);
    (face.madvise_dodump)(memory.pages.addr(), memory.pages.len()).unwrap();
}

/// Two buffers of one and a half pages each meet on the second of three pages;
/// both are hidden, then one is shown.
fn neighbours(face: &Face, memory: &Memory) {
    let half = memory.pages.len() / 2;
    let [first, second] = [0, half]
        .map(|offset| PageRange::outward(memory.pages.byte(offset), half, page_size()).unwrap());
    for call in [
        (face.madvise_dontdump)(first.addr(), first.len()),
        (face.madvise_dontdump)(second.addr(), second.len()),
        (face.madvise_dodump)(second.addr(), second.len()),
    ] {
        call.unwrap();
    }
}

fn dumpable(face: &Face, settings: &[bool]) {
    for &on in settings {
        (face.set_process_dumpable)(on).unwrap();
    }
}

fn limited(face: &Face, soft: u64) {
    (face.set_soft_limit)(Resource::Core, Some(soft)).unwrap();
}

fn limited_and_back(face: &Face) {
    let before = (face.set_soft_limit)(Resource::Core, Some(0)).unwrap();
    (face.set_soft_limit)(Resource::Core, before.soft).unwrap();
}

fn change_the_pattern_and_hang() {
    let _pattern = CorePattern::set("core.of.a.killed.test");
    hang("");
}
