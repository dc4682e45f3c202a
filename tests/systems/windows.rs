//! The quota of Windows, which is the minimum working set.

use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, GetProcessWorkingSetSize, SetProcessWorkingSetSize,
};

use super::facts::HERE;
use crate::common::case::cases;
use crate::common::faces::{FACES, refused};
use crate::common::pages::Pages;
use crate::common::system::{assert_locked, check, page_size};

cases![
    #[needs(NotWine)]
    fn a_lock_over_the_minimum_working_set_is_refused_until_that_is_raised() {
        for face in FACES {
            let (mut least, mut most) = (0, 0);
            // SAFETY: both pointers are to numbers of this frame.
            check(unsafe {
                GetProcessWorkingSetSize(GetCurrentProcess(), &raw mut least, &raw mut most)
            });
            let pages = Pages::new(least / page_size() + 1);
            let last = pages.ptr(pages.count() - 1);
            let lock = || (face.mlock)(pages.addr(), pages.len());
            assert_eq!(lock(), refused(HERE.over_limit));
            assert_locked(pages.addr(), false);
            assert_locked(last, false);
            // SAFETY: no pointer is involved but the handle of this process.
            check(unsafe {
                let (least, most) = (least + 2 * pages.len(), most + 2 * pages.len());
                SetProcessWorkingSetSize(GetCurrentProcess(), least, most)
            });
            lock().unwrap();
            assert_locked(pages.addr(), true);
            assert_locked(last, true);
        }
    }
];
