//! The memory functions that the compiler calls by name. `core` leaves them to
//! the C library on targets that are meant to have one.
//!
//! Each access is volatile: that keeps the compiler from recognising a loop as
//! the very function it stands in.

/// # Safety
/// As in C: both ranges are valid and do not overlap.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
    let mut i = 0;
    while i < len {
        // SAFETY: `i < len`, and the caller vouches for both ranges.
        unsafe { copy_byte(to, from, i) };
        i += 1;
    }
    to
}

/// # Safety
/// As in C: both ranges are valid; they may overlap.
#[unsafe(no_mangle)]
unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, len: usize) -> *mut u8 {
    if to.addr() <= from.addr() {
        // SAFETY: forwarded; upwards, each byte is read before it is overwritten.
        return unsafe { memcpy(to, from, len) };
    }
    let mut i = len;
    while i > 0 {
        i -= 1;
        // SAFETY: `i < len`, and the caller vouches for both ranges.
        unsafe { copy_byte(to, from, i) };
    }
    to
}

/// # Safety
/// As in C: the range is valid.
#[unsafe(no_mangle)]
unsafe extern "C" fn memset(to: *mut u8, byte: i32, len: usize) -> *mut u8 {
    let mut i = 0;
    while i < len {
        let at = to.wrapping_add(i);
        // SAFETY: `i < len`, and the caller vouches for the range.
        unsafe { at.write_volatile(byte as u8) };
        i += 1;
    }
    to
}

/// # Safety
/// As in C: both ranges are valid.
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    let mut i = 0;
    while i < len {
        // SAFETY: `i < len`, and the caller vouches for the range.
        let left = unsafe { a.wrapping_add(i).read_volatile() };
        // SAFETY: the same.
        let right = unsafe { b.wrapping_add(i).read_volatile() };
        if left != right {
            return i32::from(left) - i32::from(right);
        }
        i += 1;
    }
    0
}

/// # Safety
/// As in C: both ranges are valid.
#[unsafe(no_mangle)]
unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, len: usize) -> i32 {
    // SAFETY: forwarded.
    unsafe { memcmp(a, b, len) }
}

/// # Safety
/// As in C: `text` ends in a zero byte.
#[unsafe(no_mangle)]
unsafe extern "C" fn strlen(text: *const u8) -> usize {
    let mut len = 0;
    // SAFETY: no byte before this one was the last.
    while unsafe { text.wrapping_add(len).read_volatile() } != 0 {
        len += 1;
    }
    len
}

/// # Safety
/// `from + i` can be read, `to + i` can be written.
#[inline(always)]
unsafe fn copy_byte(to: *mut u8, from: *const u8, i: usize) {
    // SAFETY: the caller vouches for it.
    let byte = unsafe { from.wrapping_add(i).read_volatile() };
    // SAFETY: the caller vouches for it.
    unsafe { to.wrapping_add(i).write_volatile(byte) };
}
