//! The core files of FreeBSD.

use std::os::unix::process::ExitStatusExt as _;

use os_memlock::Resource;

use crate::common::case::cases;
use crate::common::corefile::{Memory, crash};
use crate::common::faces::{FACES, Face};
use crate::common::process::fork_and;
use crate::common::secret::Found;

cases![
    #[needs(CoreFiles)]
    fn dontdump_keeps_pages_out_of_core_files_until_dodump_and_of_a_childs() {
        for face in FACES {
            let exposed = pages_after(|_| {});
            assert!(exposed.iter().all(|page| page.all()), "{exposed:?}");
            let hidden = pages_after(|memory| hide(face, memory));
            assert!(hidden.iter().all(|page| page.none()), "{hidden:?}");
            let exposed = pages_after(|memory| {
                hide(face, memory);
                (face.madvise_dodump)(memory.pages.addr(), memory.pages.len()).unwrap();
            });
            assert!(exposed.iter().all(|page| page.all()), "{exposed:?}");
            let hidden = pages_after(|memory| {
                hide(face, memory);
                let child = fork_and(|| std::process::abort());
                assert_eq!(child.signal(), Some(libc::SIGABRT));
                // Its core is the one that is looked at.
                (face.set_soft_limit)(Resource::Core, Some(0)).unwrap();
            });
            assert!(hidden.iter().all(|page| page.none()), "a child: {hidden:?}");
        }
    }
];

fn hide(face: &Face, memory: &Memory) {
    (face.madvise_dontdump)(memory.pages.addr(), memory.pages.len()).unwrap();
}

/// What of three pages is in the core file of a crash.
fn pages_after(protect: impl FnOnce(&Memory)) -> [Found; 3] {
    let crash = crash(protect);
    crash.pages_in(crash.core.as_deref().expect("a core file"))
}
