//! What a case is, and what it may need of the machine.

#[cfg(target_os = "linux")]
use super::kernel;
#[cfg(unix)]
use super::limits::{RESOURCES, get_rlimit};
#[cfg(target_os = "linux")]
use super::privileges::{has_ipc_lock, is_admin, is_root, system_allowed};

/// One test, named by the function that is its body.
pub struct Case {
    /// The path of the function, beginning with the name of this program.
    pub path: &'static str,
    pub needs: &'static [Need],
    pub body: fn(),
}

impl Case {
    /// The file and the function: `limits::no_limit_is_none`.
    pub fn name(&self) -> &'static str {
        self.path.split_once("::").map_or(self.path, |it| it.1)
    }
}

/// What a case needs. Where it is missing the case is skipped, by name.
#[derive(Clone, Copy)]
pub enum Need {
    /// Leave to lock this many pages.
    Pages(u64),
    /// `CAP_IPC_LOCK`, with which the limit on locked memory does not bind.
    IpcLock,
    /// Hard limits on locked memory and on core files of at least this many bytes.
    HardLimits(u64),
    /// A process may have at most this many mappings.
    MappingsAtMost(u64),
    /// A Linux of at least this version.
    Linux(u32, u32),
    /// A process that crashes leaves a core file in its working directory.
    CoreFiles,
    /// Root, with the capabilities that the cases of root use.
    Root,
    /// Not wine, where the system looks like Windows.
    NotWine,
    /// Root, and leave to change the machine: `OS_MEMLOCK_TEST_SYSTEM=1`.
    System,
    /// A folder for temporary files that can hold a swap file.
    SwapFile,
}

/// Defines the functions, and lists them in the constant `CASES` as the cases of the
/// file. What a case needs stands above it: `#[needs(Pages(2), Root)]`.
macro_rules! cases {
    ($(
        $(#[doc = $doc:literal])*
        $(#[cfg($($cfg:tt)*)])?
        $(#[needs($($need:ident $(($($number:expr),+))?),+)])?
        fn $name:ident() $body:block
    ),+ $(,)?) => {
        pub(crate) const CASES: &[$crate::common::case::Case] = &[$(
            $(#[cfg($($cfg)*)])?
            $crate::common::case::Case {
                path: concat!(module_path!(), "::", stringify!($name)),
                needs: &[$($($crate::common::case::Need::$need $(($($number),+))?),+)?],
                body: $name,
            },
        )+];
        $(
            $(#[doc = $doc])*
            $(#[cfg($($cfg)*)])?
            fn $name() $body
        )+
    };
}
pub(crate) use cases;

impl Need {
    /// Why the case cannot run here, if so.
    pub fn missing(self) -> Option<String> {
        match self {
            #[cfg(unix)]
            Self::Pages(count) if lockable_pages() < count => Some(format!(
                "needs leave to lock {count} page(s), see ulimit -l"
            )),
            #[cfg(unix)]
            Self::HardLimits(bytes) if RESOURCES.iter().any(|&it| get_rlimit(it).1 < bytes) => {
                Some(format!(
                    "needs hard limits of {bytes} bytes, see ulimit -Hl and -Hc"
                ))
            }
            #[cfg(any(target_os = "linux", target_os = "freebsd"))]
            Self::CoreFiles => super::corefile::obstacle(),
            #[cfg(windows)]
            Self::NotWine if super::system::is_wine() => Some(
                "wine has no quota, error codes of its own, and does not know what is locked"
                    .into(),
            ),
            #[cfg(target_os = "linux")]
            Self::IpcLock if !has_ipc_lock() => Some("needs CAP_IPC_LOCK".into()),
            #[cfg(target_os = "linux")]
            Self::MappingsAtMost(count) if kernel::max_mappings() > count => Some(format!(
                "needs a limit of {count} mappings, see vm.max_map_count"
            )),
            #[cfg(target_os = "linux")]
            Self::Linux(major, minor) if kernel::version() < (major, minor) => {
                Some(format!("needs Linux {major}.{minor}"))
            }
            #[cfg(target_os = "linux")]
            Self::Root if !is_root() => Some(
                "needs root with CAP_SETUID, CAP_SETGID and CAP_SYS_PTRACE, in no user namespace"
                    .into(),
            ),
            #[cfg(target_os = "linux")]
            Self::System if !is_admin() => {
                Some("needs root with CAP_SYS_ADMIN, in no user namespace".into())
            }
            #[cfg(target_os = "linux")]
            Self::SwapFile => super::swapfile::obstacle(),
            #[cfg(target_os = "linux")]
            Self::System if !system_allowed() => {
                Some("changes the machine while it runs, OS_MEMLOCK_TEST_SYSTEM=1 allows it".into())
            }
            _ => None,
        }
    }
}

/// How many pages the process may lock in total.
#[cfg(unix)]
fn lockable_pages() -> u64 {
    #[cfg(target_os = "linux")]
    if has_ipc_lock() {
        return u64::MAX;
    }
    // A sysctl or a jail of FreeBSD forbids what the limit allows.
    #[cfg(not(target_os = "linux"))]
    if !super::system::has_room(super::pages::Pages::new(1).addr()) {
        return 0;
    }
    get_rlimit(os_memlock::Resource::Memlock).0 / super::system::page_size() as u64
}
