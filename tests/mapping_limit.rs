//! What happens at `vm.max_map_count`, where a call that has to split a mapping
//! cannot.
#![cfg(target_os = "linux")]

use libc::{EAGAIN, ENOMEM};

use crate::common::case::cases;
use crate::common::faces::{FACES, refused};
use crate::common::kernel::{has_flag, max_mappings, page_size, pages_kib, vm_lck_kib};
use crate::common::pages::Pages;
use crate::common::process::{each_face_in_child, in_child};

cases![
    #[needs(Pages(4), MappingsAtMost(1 << 20))]
    fn mlock_in_the_middle_leaves_the_mappings_before_it_locked() {
        for face in FACES {
            for lock in [face.mlock, face.mlock_onfault] {
                in_child(|| {
                    // Two mappings, of two pages and of three.
                    let pages = Pages::new(5);
                    pages.replace_by_shared(0, 2);
                    let before = vm_lck_kib();
                    without_a_mapping_to_spare(|| {
                        assert_eq!(lock(pages.ptr(3), page_size()), refused(ENOMEM));
                        assert_eq!(lock(pages.addr(), 4 * page_size()), refused(ENOMEM));
                    });
                    let locked = [0, 1, 2, 3, 4].map(|page| has_flag(pages.ptr(page), "lo"));
                    assert_eq!(locked, [true, true, false, false, false]);
                    assert_eq!(vm_lck_kib(), before + pages_kib(2));
                });
            }
        }
    },

    #[needs(MappingsAtMost(1 << 20))]
    fn advice_in_the_middle_is_eagain() {
        each_face_in_child(|face| {
            let pages = Pages::new(3);
            without_a_mapping_to_spare(|| {
                let answer = (face.madvise_dontdump)(pages.ptr(1), page_size());
                assert_eq!(answer, refused(EAGAIN));
            });
            let hidden = [0, 1, 2].map(|page| has_flag(pages.ptr(page), "dd"));
            assert_eq!(hidden, [false; 3]);
        });
    }
];

/// Takes every second page its right to be read, which is one mapping more each
/// time, until the kernel grants no more of them.
fn use_up_the_mappings() -> Pages {
    let most = usize::try_from(max_mappings()).unwrap();
    let pages = Pages::shared(most + 2);
    let refused = (1..=most)
        .step_by(2)
        .map(|page| pages.try_protect(page, 1))
        .find_map(Result::err);
    assert_eq!(refused, Some(ENOMEM), "the mappings are used up");
    pages
}

/// Calls with no mapping to spare. Nothing is asked of /proc before there are
/// some again: it takes memory to read of so many.
fn without_a_mapping_to_spare(body: impl Fn()) {
    let filler = use_up_the_mappings();
    body();
    drop(filler);
}
