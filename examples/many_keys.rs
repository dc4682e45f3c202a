//! Many small keys in one locked region: whole pages, locked once and excluded from core
//! dumps once, cut into slots.
//!
//! ```text
//! cargo run --example many_keys -- 1000
//! ```
//!
//! A page for each key would use 4 KiB of the limit for 32 bytes, and on Linux a mapping.
//! A key on somebody else's page would lose its lock with the neighbour's.

use std::{env, fs, ops::Range, process::ExitCode};

use os_memlock::raw::{self, MAX_PAGE_SIZE, PageRange};
use zeroize::Zeroize as _;

/// The bytes of a key.
const SIZE: usize = 32;

/// The region. It is locked when it is made and unlocked when it is dropped: a key that
/// comes or goes locks and unlocks nothing.
struct Keys {
    buffer: Box<[u8]>,
    /// The whole pages of the buffer, which hold nothing else.
    pages: PageRange,
    free: Vec<usize>,
}

/// The address of a slot of a living region. Not `Clone`; dropped, it leaves its secret there.
#[must_use]
struct Key(usize);

impl Keys {
    fn new(count: usize) -> raw::Result<Self> {
        // Asked once: the range that is kept says what to unlock.
        let page = raw::page_size().unwrap_or(MAX_PAGE_SIZE);
        let len = (count * SIZE).next_multiple_of(page);
        // However it is aligned, it holds that many bytes on whole pages.
        let buffer = vec![0; len + page - 1].into_boxed_slice();
        let pages = PageRange::within(&buffer, page).expect("a buffer in the address space");
        // SAFETY: the pages are within the buffer, and hold nothing else.
        unsafe { raw::mlock(pages.addr(), pages.len()) }.inspect_err(|_| {
            // SAFETY: as above, and nobody else has locked them.
            unsafe { raw::munlock_after_failed_mlock(pages.addr(), pages.len()) };
        })?;
        let slots = (0..count).map(|slot| pages.addr().addr() + slot * SIZE);
        let free = slots.rev().collect();
        let keys = Self {
            buffer,
            pages,
            free,
        };
        // SAFETY: as above.
        match unsafe { raw::madvise_dontdump(pages.addr(), pages.len()) } {
            Err(error) if !error.is_unsupported() => Err(error),
            _ => Ok(keys),
        }
    }

    /// A new key, made in its slot: a copy on the way would not be locked. `None` if all
    /// slots are taken.
    fn insert(&mut self, make: impl FnOnce(&mut [u8])) -> Option<Key> {
        let key = Key(self.free.pop()?);
        let place = self.place(&key);
        make(&mut self.buffer[place]);
        Some(key)
    }

    fn get(&self, key: &Key) -> &[u8] {
        &self.buffer[self.place(key)]
    }

    /// Wipes the slot, and unlocks nothing: its page holds other keys.
    fn remove(&mut self, key: Key) {
        let place = self.place(&key);
        self.buffer[place].zeroize();
        self.free.push(key.0);
    }

    fn place(&self, key: &Key) -> Range<usize> {
        let start = key.0.wrapping_sub(self.buffer.as_ptr().addr());
        assert!(start < self.buffer.len(), "a key of another region");
        start..start + SIZE
    }
}

impl Drop for Keys {
    /// Wipes, then unlocks; the buffer is freed after this.
    fn drop(&mut self) {
        self.buffer.zeroize();
        // SAFETY: the pages are the buffer's alone, and are wiped.
        let _ = unsafe { raw::madvise_dodump(self.pages.addr(), self.pages.len()) };
        // SAFETY: as above.
        let _ = unsafe { raw::munlock(self.pages.addr(), self.pages.len()) };
    }
}

fn main() -> ExitCode {
    let arg = env::args_os().nth(1);
    let Some(count @ 2..=1_000_000) = arg.map_or(Some(1000), |it| it.to_str()?.parse().ok()) else {
        eprintln!("usage: many_keys [COUNT], at least 2");
        return ExitCode::from(2);
    };
    let mut keys = match Keys::new(count) {
        Ok(keys) => keys,
        Err(error) => {
            println!("{count} keys cannot be locked: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("{count} keys are on pages of {} bytes", keys.pages.len());
    let made = (0..=count).map_while(|nth| keys.insert(|it| it.fill(nth as u8)));
    let made: Vec<_> = made.collect();
    assert!(made.len() == count && keys.get(&made[1]) == [1; SIZE]);
    kernel_says("with all keys");
    made.into_iter().for_each(|key| keys.remove(key));
    kernel_says("without them");
    drop(keys);
    kernel_says("without the region");
    ExitCode::SUCCESS
}

/// Prints what Linux counts as locked in this process.
fn kernel_says(when: &str) {
    let linux = cfg!(any(target_os = "linux", target_os = "android"));
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mut lines = status.lines();
    let locked = lines.find(|line| linux && line.starts_with("VmLck"));
    println!("{when}: {}", locked.unwrap_or("not told by this system"));
}
