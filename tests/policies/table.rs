//! What is expected of each function under each policy.

use core::fmt::{self, Display, Formatter};

use libc::{EINVAL, ENOSYS, EPERM, c_int};
use os_memlock::{Resource, Support};

use super::functions::Function::{self, *};
use crate::common::faces::Refusal;

/// What comes of calling a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Works,
    Fails(Refusal),
    /// One of its system calls kills the process.
    Killed,
}
use Fate::{Killed, Works};

impl Display for Fate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = |code| match code {
            EPERM => "EPERM",
            ENOSYS => "ENOSYS",
            EINVAL => "EINVAL",
            _ => panic!("no policy answers {code}"),
        };
        match *self {
            Works => f.write_str("works"),
            Killed => f.write_str("**killed**"),
            Self::Fails(it) => match (it.code, it.unsupported) {
                (None, true) => f.write_str("unsupported"),
                (Some(code), true) => write!(f, "unsupported ({})", name(code)),
                (code, false) => f.write_str(name(code.expect("an error of the kernel"))),
            },
        }
    }
}

const fn fails(code: c_int) -> Fate {
    Fate::Fails(Refusal {
        code: Some(code),
        unsupported: false,
    })
}

/// An error that `is_unsupported`.
const fn lacks(code: Option<c_int>) -> Fate {
    Fate::Fails(Refusal {
        code,
        unsupported: true,
    })
}

/// Functions that have the same fate under every policy.
pub(crate) struct Column {
    pub(crate) head: &'static str,
    pub(crate) functions: &'static [Function],
}

/// The functions that make a system call, except `probe`.
pub(crate) const COLUMNS: [Column; 9] = [
    Column {
        head: "`mlock` `munlock`",
        functions: &[OnRange(Support::MLOCK), OnRange(Support::MUNLOCK)],
    },
    Column {
        head: "`mlock_onfault`",
        functions: &[OnRange(Support::MLOCK_ONFAULT)],
    },
    Column {
        head: "`madvise_dontdump` `page_size`",
        functions: &[OnRange(Support::DONTDUMP), PageSize],
    },
    Column {
        head: "`madvise_wipeonfork` `madvise_dontfork`",
        functions: &[OnRange(Support::WIPEONFORK), OnRange(Support::DONTFORK)],
    },
    Column {
        head: "`madvise_dodump` `madvise_keeponfork` `madvise_dofork`",
        functions: &[
            OnRange(Support::DODUMP),
            OnRange(Support::KEEPONFORK),
            OnRange(Support::DOFORK),
        ],
    },
    Column {
        head: "`limit`",
        functions: &[ReadLimit(Resource::Memlock), ReadLimit(Resource::Core)],
    },
    Column {
        head: "`set_soft_limit` `set_limit`",
        functions: &[
            SetSoftLimit(Resource::Memlock),
            SetSoftLimit(Resource::Core),
            SetLimit(Resource::Memlock),
            SetLimit(Resource::Core),
        ],
    },
    Column {
        head: "`process_dumpable`",
        functions: &[ProcessDumpable],
    },
    Column {
        head: "`set_process_dumpable`",
        functions: &[SetProcessDumpable(false), SetProcessDumpable(true)],
    },
];

/// These make no system call, so that no policy concerns them.
pub(crate) const WITHOUT_CALLS: [(Column, Fate); 2] = [
    (
        Column {
            head: "`supported`",
            functions: &[Supported],
        },
        Works,
    ),
    (
        Column {
            head: "`disable_core_dumps_*`",
            functions: &[DisableForProcess, DisableWithGuard],
        },
        lacks(None),
    ),
];

pub(crate) const PROBE: &str = "`probe(all)`";

/// The cells of each policy, in the order of the columns; `probe(all)` is last.
#[rustfmt::skip]
pub(crate) const EXPECTED: [(&str, [Fate; 10]); 9] = {
    let (eperm, enosys, einval) = (fails(EPERM), lacks(Some(ENOSYS)), lacks(Some(EINVAL)));
    [
        ("Chromium renderer",
            [Works,  Killed, eperm, eperm,  eperm,  Works,  Works,  Works,  Works,  Killed]),
        ("Chromium utility process",
            [Works,  Killed, eperm, eperm,  eperm,  Works,  eperm,  Works,  Works,  Killed]),
        ("Firefox content process",
            [Works,  enosys, Works, Works,  Works,  Works,  enosys, enosys, Works,  Works]),
        ("minijail, ChromeOS bootlockboxd",
            [Works,  Killed, Works, Works,  Works,  Works,  Killed, Killed, Killed, Killed]),
        ("crosvm block device",
            [Killed, Killed, Works, Killed, Killed, Works,  Works,  Killed, Killed, Killed]),
        ("crosvm GPU",
            [Killed, Killed, Works, Killed, Killed, Killed, Killed, Killed, Killed, Killed]),
        ("OpenSSH before authentication",
            [Killed, Killed, Works, Works,  einval, Killed, Killed, Killed, Killed, Killed]),
        ("systemd `~@resources`",     [Works; 10]),
        ("Android app",               [Works; 10]),
    ]
};

/// The table in Markdown. A row has the columns' cells and that of `probe(all)`.
pub(crate) fn markdown(rows: &[(&str, Vec<Fate>)]) -> String {
    let without_calls = || WITHOUT_CALLS.iter();
    let heads: Vec<_> = ["policy"]
        .into_iter()
        .chain(COLUMNS.iter().map(|it| it.head))
        .chain([PROBE])
        .chain(without_calls().map(|(column, _)| column.head))
        .collect();
    let mut text = line(&heads) + &line(&vec!["---"; heads.len()]);
    for (policy, fates) in rows {
        let fates = fates.iter().chain(without_calls().map(|(_, fate)| fate));
        let cells: Vec<_> = [(*policy).into()]
            .into_iter()
            .chain(fates.map(Fate::to_string))
            .collect();
        text += &line(&cells);
    }
    text + "\n"
}

fn line<T: AsRef<str>>(cells: &[T]) -> String {
    let cells: Vec<_> = cells.iter().map(AsRef::as_ref).collect();
    format!("| {} |\n", cells.join(" | "))
}
