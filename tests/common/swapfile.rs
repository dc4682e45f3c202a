//! A swap device of the tests' own, and what stands on it.
#![cfg(target_os = "linux")]

use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::slice;
use std::thread;
use std::time::{Duration, Instant};

use super::keeper::{Keeper, Turn};
use super::kernel::{page_size, result_of};
use super::pages::Pages;
use super::secret::{Found, Secret, search};

/// The file that stands for all swap of the machine.
pub const SWAPS: &str = "/proc/swaps";

const ZSWAP: &str = "/sys/module/zswap/parameters/enabled";

/// Before any other swap device: `SWAP_FLAG_PREFER` and the highest priority.
const FIRST: i32 = 0x8000 | 0x7fff;

const SIZE: usize = 24 << 20;

/// A swap file that is in use for as long as this lives.
pub struct Swap {
    path: PathBuf,
    _keeper: Keeper,
    _turn: Turn,
}

/// Why the folder for temporary files can hold no swap file, if so.
pub fn obstacle() -> Option<String> {
    let folder = std::env::temp_dir();
    let name = c_name(&folder);
    // SAFETY: zeros are a valid answer.
    let mut about: libc::statfs = unsafe { std::mem::zeroed() };
    // SAFETY: the string and the answer live until the call returns.
    result_of(unsafe { libc::statfs(name.as_ptr(), &raw mut about) }).unwrap();
    let kind = match about.f_type as u64 {
        0x0102_1994 => "tmpfs",
        0x794c_7630 => "overlayfs",
        _ => return None,
    };
    Some(format!(
        "no swap file can be in {} on {kind}: set TMPDIR to a folder on a disk",
        folder.display()
    ))
}

impl Swap {
    pub fn on() -> Self {
        let turn = Turn::exclusive(SWAPS);
        let folder = tempfile::tempdir().unwrap().keep();
        let path = folder.join("swap");
        let zswap = fs::read_to_string(ZSWAP).unwrap_or_default();
        let keeper = Keeper::start(undo(folder, zswap.clone()));
        make(&path).unwrap();
        if zswap.starts_with('Y') {
            // It would keep the pages in memory, compressed, and off the device.
            fs::write(ZSWAP, "N").unwrap();
        }
        let name = c_name(&path);
        // SAFETY: the pointer is to a string that lives until the call returns.
        let answer = unsafe { libc::swapon(name.as_ptr(), FIRST) };
        assert_eq!(answer, 0, "swapon {path:?}: {}", io::Error::last_os_error());
        Self {
            path,
            _keeper: keeper,
            _turn: turn,
        }
    }

    /// Looks for the secrets on the device, past the page cache, until the first
    /// of them, the control, is there with all its pieces. Before each look `push`
    /// does what sends it there: of pages that another processor still has in hand
    /// the kernel takes none at the first request.
    pub fn search<const N: usize>(&self, secrets: [Secret; N], push: impl Fn()) -> [Found; N] {
        let start = Instant::now();
        loop {
            push();
            let found = self.search_once(secrets);
            if found[0].all() {
                return found;
            }
            let control = found[0];
            let patient = start.elapsed() < Duration::from_secs(20);
            assert!(
                patient,
                "{control} pieces of the control: the search proves nothing"
            );
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn search_once<const N: usize>(&self, secrets: [Secret; N]) -> [Found; N] {
        let buffer = Pages::new(SIZE / page_size());
        // SAFETY: fresh pages hold zeros, and nobody else refers to these.
        let bytes = unsafe { slice::from_raw_parts_mut(buffer.addr().cast(), buffer.len()) };
        let direct = OpenOptions::new()
            .read(true)
            .custom_flags(libc::O_DIRECT)
            .open(&self.path);
        direct.unwrap().read_exact(bytes).unwrap();
        search(bytes, secrets)
    }
}

/// What the keeper does: also where the swap was never on.
fn undo(folder: PathBuf, zswap: String) -> impl FnOnce() -> io::Result<()> {
    move || {
        let name = c_name(&folder.join("swap"));
        // SAFETY: the pointer is to a string that lives until the call returns.
        let off = result_of(unsafe { libc::swapoff(name.as_ptr()) });
        if zswap.starts_with('Y') {
            fs::write(ZSWAP, "Y")?;
        }
        // What is no swap, or never was, has no line there.
        let swaps = fs::read_to_string(SWAPS)?;
        if swaps.contains(&*folder.to_string_lossy()) {
            return off.map_err(io::Error::from_raw_os_error);
        }
        fs::remove_dir_all(folder)
    }
}

/// What mkswap does: a file without holes, and a header in its first page.
fn make(path: &Path) -> io::Result<()> {
    let mut bytes = vec![0; SIZE];
    let last_page = (SIZE / page_size() - 1) as u32;
    bytes[1024..1028].copy_from_slice(&1_u32.to_ne_bytes());
    bytes[1028..1032].copy_from_slice(&last_page.to_ne_bytes());
    bytes[page_size() - 10..page_size()].copy_from_slice(b"SWAPSPACE2");
    let mut file = File::create_new(path)?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    file.write_all(&bytes)?;
    file.sync_all()
}

fn c_name(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).unwrap()
}

/// Has the kernel write pages of this process to swap now, or says why it does not.
pub fn pageout(pages: &Pages) -> Result<(), i32> {
    // SAFETY: moves pages, and changes no byte of them.
    result_of(unsafe { libc::madvise(pages.addr(), pages.len(), libc::MADV_PAGEOUT) })
}
