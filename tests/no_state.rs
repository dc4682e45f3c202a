//! The lock and advice functions allocate nothing and look nothing up, from their first
//! call on: neither Rust's allocator nor the C library's is called, nor `dlsym`.

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

use common::faces::{Answer, FACES, unsupported};
use os_memlock::{Support, raw};

/// The system's allocator, and how often each thread has called it.
struct Counting;

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

/// In place of the C library's own, for whoever calls them. The standard library does
/// without what it does not find.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod c_library {
    use super::{c_void, count, ptr};

    unsafe extern "C" {
        safe fn __libc_malloc(size: usize) -> *mut c_void;
    }

    // SAFETY of both names: these do what the C library's functions may do.
    #[unsafe(no_mangle)]
    extern "C" fn malloc(size: usize) -> *mut c_void {
        count();
        __libc_malloc(size)
    }

    #[unsafe(no_mangle)]
    extern "C" fn dlsym(_: *mut c_void, _: *const u8) -> *mut c_void {
        count();
        ptr::null_mut()
    }

    #[test]
    fn the_c_library_is_watched() {
        let calls = super::allocator_calls(|| {
            // SAFETY: no pointer is passed.
            let memory = super::black_box(unsafe { libc::malloc(1) });
            // SAFETY: the memory was allocated just now.
            unsafe { libc::free(memory) };
            // SAFETY: the name is a C string.
            unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"mlock2".as_ptr()) };
        });
        assert_eq!(calls, 2);
    }
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
        let size = raw::MAX_PAGE_SIZE;
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
    let by_malloc = usize::from(cfg!(all(target_os = "linux", target_env = "gnu")));
    let calls = allocator_calls(|| drop(black_box(Box::new(1))));
    assert_eq!(calls, 2 + by_malloc);
}

/// Each call on a page of its own and with length 0. None has been made before: what is
/// looked up or kept at the first call would be seen. An error of the root may allocate.
#[test]
fn a_call_allocates_nothing_and_looks_nothing_up() {
    for face in FACES {
        let page = Page::new();
        for (name, _, call) in face.range_calls() {
            let mut answers: [Answer<()>; 2] = [Ok(()); 2];
            let calls = allocator_calls(|| {
                answers[0] = call(ptr::dangling_mut(), 0);
                answers[1] = call(page.addr(), page.len());
            });
            let spared = face.name == "std" && answers[1].is_err();
            assert!(calls == 0 || spared, "{}::{name}: {calls}", face.name);
        }
        let calls = allocator_calls(|| {
            (face.munlock_after_failed_mlock)(page.addr(), page.len());
        });
        assert_eq!(calls, 0, "{}::munlock_after_failed_mlock", face.name);
        // The page goes back to the allocator as it came, unlocked.
        let _ = (face.munlock)(page.addr(), page.len());
    }
}

/// Refused by this crate, refused by the kernel, and no such call.
#[test]
fn an_error_of_raw_allocates_nothing_and_looks_nothing_up() {
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
    // What is kept from the first answer on is a word, and no memory.
    let calls = allocator_calls(|| {
        let _ = (face.page_size)();
        let _ = (face.probe)(Support::all());
    });
    assert_eq!(calls, 0, "page_size, probe");
    if !raw::supported().contains(Support::DISABLE_CORE_DUMPS) {
        let mut answer = Ok(());
        let calls = allocator_calls(|| answer = (face.disable_core_dumps_for_process)());
        assert_eq!((answer, calls), (unsupported(None), 0));
    }
}
