//! Secrets that stand nowhere but in the pages they are written to, and the
//! search for them in what the kernel wrote to a disk.
#![cfg(any(target_os = "linux", target_os = "freebsd"))]

use core::ffi::c_void;
use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::iter;

/// What a search looks for: so many bytes in a row, at any offset.
const PIECE: usize = 16;

const ZEROS: [u8; 4096] = [0; 4096];

/// A secret of so many bytes, none of them 0, made from a seed: whoever knows
/// the seed can look for the secret without having been told it.
#[derive(Clone, Copy)]
pub struct Secret {
    seed: u64,
    len: usize,
}

/// How many pieces of a secret were found. Two finds of one piece are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    pieces: usize,
    of: usize,
}

/// A seed that no other run has, so that nothing is found that an earlier run left.
pub fn new_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}

impl Secret {
    pub fn new(seed: u64, len: usize) -> Self {
        assert!(len > 0 && len % PIECE == 0);
        Self { seed, len }
    }

    /// The bytes, one at a time (a step of splitmix64 each), so that no register
    /// and no stack slot ever holds two of them in a row.
    fn bytes(self) -> impl Iterator<Item = u8> {
        let mut state = self.seed;
        let step = move || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            ((mixed >> 32) % 255) as u8 + 1
        };
        iter::repeat_with(step).take(self.len)
    }

    /// Writes the secret to its place, and to no other.
    ///
    /// # Safety
    /// The bytes at `place` may be written, and nobody refers to them.
    pub unsafe fn write(self, place: *mut c_void) {
        for (offset, byte) in self.bytes().enumerate() {
            let place = place.cast::<u8>().wrapping_add(offset);
            // SAFETY: the caller vouches for these bytes. Volatile, so that the
            // compiler makes no larger writes, from larger constants, of these.
            unsafe { place.write_volatile(byte) }
        }
    }
}

impl Found {
    pub fn all(self) -> bool {
        self.pieces == self.of
    }

    pub fn none(self) -> bool {
        self.pieces == 0
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.pieces, self.of)
    }
}

/// Looks for the pieces of several secrets at every offset.
pub fn search<const N: usize>(haystack: &[u8], secrets: [Secret; N]) -> [Found; N] {
    let mut missing = HashMap::new();
    // Spares most offsets the hashing.
    let mut begins = vec![false; 1 << 16];
    for (at, secret) in secrets.iter().enumerate() {
        for piece in secret.bytes().collect::<Vec<_>>().chunks_exact(PIECE) {
            missing.insert(piece.to_vec(), at);
            begins[beginning(piece)] = true;
        }
    }
    let mut found = secrets.map(|secret| Found {
        pieces: 0,
        of: secret.len / PIECE,
    });
    for (nth, block) in haystack.chunks(ZEROS.len()).enumerate() {
        // No piece has a zero in it, and most of a device or a core is zeros.
        if block == &ZEROS[..block.len()] {
            continue;
        }
        let start = nth * ZEROS.len();
        let end = haystack.len().min(start + block.len() + PIECE - 1);
        for window in haystack[start..end].windows(PIECE) {
            if begins[beginning(window)] {
                if let Some(at) = missing.remove(window) {
                    found[at].pieces += 1;
                }
            }
        }
    }
    found
}

fn beginning(piece: &[u8]) -> usize {
    usize::from(piece[0]) << 8 | usize::from(piece[1])
}
