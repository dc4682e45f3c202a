//! The limit on locked memory of the Unix systems, and what a child has of locks.

use super::facts::HERE;
use crate::common::case::cases;
use crate::common::faces::{FACES, Face, RangeCall, refused};
use crate::common::limits::limit_locks_to;
use crate::common::pages::Pages;
use crate::common::process::{each_face_in_child, in_child};
use crate::common::system::{assert_locked, page_size};

cases![
    #[needs(Pages(2))]
    fn at_the_limit_a_lock_succeeds_and_one_page_over_it_is_refused() {
        each_lock_in_child(|face, lock| {
            limit_locks_to(2 * page_size() as u64);
            let pages = Pages::new(3);
            assert_eq!(lock(pages.addr(), pages.len()), refused(HERE.over_limit));
            (0..3).for_each(|page| assert_locked(pages.ptr(page), false));

            lock(pages.addr(), 2 * page_size()).unwrap();
            assert_eq!(lock(pages.ptr(2), 1), refused(HERE.over_limit));
            (0..3).for_each(|page| assert_locked(pages.ptr(page), page < 2));

            (face.munlock)(pages.addr(), 2 * page_size()).unwrap();
            lock(pages.ptr(1), 2 * page_size()).unwrap();
            (0..3).for_each(|page| assert_locked(pages.ptr(page), page > 0));
        });
    },

    #[needs(Pages(2))]
    fn relocking_at_the_limit_answers_what_the_table_says() {
        each_lock_in_child(|_, lock| {
            limit_locks_to(2 * page_size() as u64);
            let pages = Pages::new(2);
            lock(pages.addr(), pages.len()).unwrap();
            let answer = if HERE.relock_counts {
                refused(HERE.over_limit)
            } else {
                Ok(())
            };
            assert_eq!(lock(pages.addr(), pages.len()), answer);
        });
    },

    #[needs(Pages(2))]
    fn unmapping_ends_a_lock() {
        each_lock_in_child(|_, lock| {
            limit_locks_to(2 * page_size() as u64);
            let (pages, others) = (Pages::new(2), Pages::new(2));
            lock(pages.addr(), pages.len()).unwrap();
            assert_eq!(lock(others.addr(), 1), refused(HERE.over_limit));
            pages.unmap(0, 2);
            lock(others.addr(), others.len()).unwrap();
        });
    },

    #[needs(Pages(2))]
    fn a_child_has_no_locks_and_the_parent_keeps_its_own() {
        each_lock_in_child(|_, lock| {
            limit_locks_to(2 * page_size() as u64);
            let (pages, others) = (Pages::new(2), Pages::new(2));
            lock(pages.addr(), pages.len()).unwrap();
            in_child(|| {
                lock(others.addr(), others.len()).unwrap();
                assert_locked(pages.addr(), false);
            });
            assert_locked(pages.addr(), true);
            assert_eq!(lock(others.addr(), 1), refused(HERE.over_limit));
        });
    }
];

/// Runs the body with each call that locks, in a child.
fn each_lock_in_child(body: impl Fn(&Face, RangeCall)) {
    each_face_in_child(|face| body(face, face.mlock));
    if FACES[0]
        .own_range_calls()
        .iter()
        .any(|call| call.0 == "mlock_onfault")
    {
        each_face_in_child(|face| body(face, face.mlock_onfault));
    }
}
