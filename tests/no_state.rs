//! Rule 6: the lock and advice functions allocate nothing.

#[allow(
    dead_code,
    unreachable_pub,
    reason = "the table has more than this program needs"
)]
mod common {
    pub(crate) mod faces;
}

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use core::ffi::c_void;
use core::hint::black_box;
use core::ptr;
use std::alloc::{self, System};

use common::faces::{Answer, FACES, Face, unsupported};
use os_memlock::{Support, raw};

/// The system's allocator, and how often each thread has called it.
struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    CALLS.set(CALLS.get() + 1);
}

// SAFETY: each call is handed on as it is; counting allocates nothing.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller vouches for the layout.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count();
        // SAFETY: the caller vouches for the memory and its layout.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How many calls of the allocator the body makes.
fn allocator_calls(body: impl FnOnce()) -> usize {
    let before = CALLS.get();
    body();
    CALLS.get() - before
}

/// One page of its own.
struct Page(*mut u8, Layout);

impl Page {
    fn new() -> Self {
        let size = raw::page_size().unwrap_or(65536);
        let layout = Layout::from_size_align(size, size).unwrap();
        // SAFETY: the size is not 0.
        let page = unsafe { alloc::alloc_zeroed(layout) };
        assert!(!page.is_null());
        Self(page, layout)
    }

    fn addr(&self) -> *mut c_void {
        self.0.cast()
    }

    fn len(&self) -> usize {
        self.1.size()
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // SAFETY: allocated with this layout, and not used after this.
        unsafe { alloc::dealloc(self.0, self.1) }
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocator_calls(|| drop(black_box(Box::new(1)))), 2);
}

/// Each call that the kernel grants, on a page of its own, and with length 0.
fn success(face: &Face) {
    let page = Page::new();
    let granted = (face.probe)(Support::all());
    for (name, flag, call) in face.range_calls() {
        let mut answers: [Answer<()>; 2] = [Ok(()); 2];
        let calls = allocator_calls(|| {
            answers[0] = call(ptr::dangling_mut(), 0);
            if granted.contains(flag) {
                answers[1] = call(page.addr(), page.len());
            }
        });
        assert_eq!(answers, [Ok(()); 2], "{}::{name}", face.name);
        assert_eq!(calls, 0, "{}::{name}", face.name);
    }
    // The page goes back to the allocator as it came, unlocked.
    if granted.contains(Support::MUNLOCK) {
        (face.munlock)(page.addr(), page.len()).unwrap();
    }
}

#[test]
fn rule_6_success_allocates_nothing() {
    for face in FACES {
        success(face);
    }
}

/// Refused by this crate, refused by the kernel, and no such call.
#[test]
fn rule_6_errors_of_raw_allocate_nothing() {
    let face = &FACES[0];
    assert_eq!(face.name, "raw");
    for (name, _, call) in face.range_calls() {
        let mut answers: [Answer<()>; 2] = [Ok(()); 2];
        let calls = allocator_calls(|| {
            answers[0] = call(ptr::null_mut(), usize::MAX);
            answers[1] = call(ptr::null_mut(), 1);
        });
        assert!(answers.iter().all(Result::is_err), "{name}: {answers:?}");
        assert_eq!(calls, 0, "{name}");
    }
    if !raw::supported().contains(Support::DISABLE_CORE_DUMPS) {
        let mut answer = Ok(());
        let calls = allocator_calls(|| answer = (face.disable_core_dumps_for_process)());
        assert_eq!((answer, calls), (unsupported(None), 0));
    }
}
