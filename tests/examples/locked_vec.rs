//! What `locked_vec` says, checked while it says it; and the order in which it
//! wipes, unlocks and frees, checked in its memory.

use std::str::from_utf8;

use super::program::Program;
use super::stopped::Stopped;
use super::trace::{Event, run};
use crate::common::kernel::page_size;

/// The beginning of the secrets that the example holds, one after the other.
const SECRETS: [&[u8]; 2] = [b"zyxwvutsrqponmlk", b"################"];

/// What the example has of its buffer.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Buffer {
    LockedAndHidden,
    /// Only hidden, and it says that mlock was refused.
    Hidden,
    /// None: it fails closed, with this in its last words.
    Refused(&'static str),
}

impl Buffer {
    /// Whether mlock is granted.
    fn is_locked(self) -> bool {
        match self {
            Self::LockedAndHidden => true,
            Self::Hidden => false,
            Self::Refused(why) => !why.starts_with("mlock: "),
        }
    }
}

#[derive(Default)]
struct Seen {
    text: String,
    states: Vec<String>,
    unlocks: usize,
}

pub(super) fn tells_the_truth(program: Program, buffer: Buffer) {
    let mut seen = Seen::default();
    let code = run(program.command, |process, event| match event {
        Event::Prints(line) => {
            check_line(process, &line, buffer, &mut seen);
            seen.text += &line;
        }
        Event::Unlocks { addr, len } => {
            // Still locked, save after a lock that failed, and nothing but zeros:
            // wiped before it is unlocked, and not yet given back to the
            // allocator, which writes into it.
            assert_eq!(process.mapping_at(addr).has("lo"), buffer.is_locked());
            assert_eq!((addr % page_size(), len), (0, page_size()));
            assert!(
                process.read(addr, len).iter().all(|&byte| byte == 0),
                "wiped"
            );
            seen.unlocks += 1;
        }
    });
    let Seen {
        text,
        states,
        unlocks,
    } = seen;
    for secret in SECRETS {
        assert!(!text.contains(from_utf8(secret).unwrap()), "{text}");
    }
    match buffer {
        Buffer::Refused(why) => {
            assert_eq!((code, states), (1, vec!["before".into()]), "{text}");
            let mut said = text.lines().filter(|line| line.contains(why));
            let said = said.next().expect("the call that was refused");
            assert!(said.starts_with("no secret was held: "), "{said}");
            assert!(said.contains("(os error "), "the code is kept: {said}");
            assert_eq!(unlocks, 1);
        }
        _ => {
            assert_eq!(code, 0, "{text}");
            assert_eq!(
                states,
                [
                    "before",
                    "holding",
                    "held",
                    "dropped",
                    "held again",
                    "unwound"
                ]
            );
            assert_eq!(unlocks, 2, "be it that the lock failed");
            let without = text.contains("going on without mlock: ");
            assert_eq!(without, !buffer.is_locked(), "{text}");
        }
    }
}

fn check_line(process: &Stopped, line: &str, buffer: Buffer, seen: &mut Seen) {
    if let Some(value) = line.strip_prefix("holding: ") {
        check_value(process, value.trim());
        seen.states.push("holding".into());
    } else if let Some((state, count)) = line.split_once(" VmLck: ") {
        let state = state.trim();
        assert_eq!(
            count.trim(),
            format!("{} kB", process.locked_kib()),
            "{state}"
        );
        let held = match state {
            "held" => Some(SECRETS[0]),
            "held again" => Some(SECRETS[1]),
            _ => None,
        };
        for secret in SECRETS {
            assert_eq!(
                process.holds(secret),
                held == Some(secret),
                "in memory when {state}"
            );
        }
        let locked = held.is_some() && buffer == Buffer::LockedAndHidden;
        assert_eq!(process.locked_kib() != 0, locked, "{state}");
        seen.states.push(state.into());
    } else if line.starts_with("no secret was held") {
        assert_eq!(process.locked_kib(), 0, "nothing is left behind");
    }
}

/// `LockedVec { len: 32, locked: true, hidden: true, .. } at 0x…`
fn check_value(process: &Stopped, value: &str) {
    let (fields, addr) = value.split_once(" at 0x").expect("an address");
    let addr = usize::from_str_radix(addr, 16).unwrap();
    assert_eq!(addr % page_size(), 0);
    let mapping = process.mapping_at(addr);
    let (locked, hidden) = (mapping.has("lo"), mapping.has("dd"));
    assert_eq!(
        fields,
        format!("LockedVec {{ len: 32, locked: {locked}, hidden: {hidden}, .. }}")
    );
}
