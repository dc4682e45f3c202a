//! The memory functions that the compiler calls by name, and that `core` leaves to a C
//! library: each is as in C. Every access is volatile, or the compiler would recognise a
//! loop as the very function that it stands in.

#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
    // SAFETY: forwarded.
    unsafe { memmove(to, from, len) }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
    let from_the_end = from.addr() < to.addr();
    for done in 0..len {
        let i = if from_the_end { len - 1 - done } else { done };
        // SAFETY: `i < len`, and the caller vouches for both ranges.
        let byte = unsafe { from.wrapping_add(i).read_volatile() };
        // SAFETY: the same.
        unsafe { to.wrapping_add(i).write_volatile(byte) };
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, len: usize) -> *mut u8 {
    for i in 0..len {
        // SAFETY: `i < len`, and the caller vouches for the range.
        unsafe { to.wrapping_add(i).write_volatile(byte as u8) };
    }
    to
}

#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    for i in 0..len {
        // SAFETY: `i < len`, and the caller vouches for both ranges.
        let left = unsafe { a.wrapping_add(i).read_volatile() };
        // SAFETY: the same.
        let right = unsafe { b.wrapping_add(i).read_volatile() };
        if left != right {
            return i32::from(left) - i32::from(right);
        }
    }
    0
}

#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    // SAFETY: forwarded.
    unsafe { memcmp(a, b, len) }
}
