//! What `simple` says, checked while it says it.

use os_memlock::Resource;

use super::program::Program;
use super::trace::{Event, run};
use crate::common::kernel::page_size;

/// How a run has to end.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum End {
    /// Locked, hidden, and both undone.
    Done,
    /// Refused, with this word in what to do about it.
    Refused(&'static str),
    /// No such call: it says so and goes on.
    GoesOn,
}

/// One line of the table: the step, and what the kernel had then.
struct Step {
    name: String,
    locked_kib: u64,
    locked: bool,
    hidden: bool,
}

pub(super) fn tells_the_truth(program: Program, end: End) {
    let (mut page, mut steps, mut rest) = (None, Vec::new(), String::new());
    let mut unlocks = 0;
    let code = run(program.command, |process, event| {
        let Event::Prints(line) = event else {
            return unlocks += 1;
        };
        if let Some(limit) = line.strip_prefix("limit on locked memory: ") {
            let [soft, _] = process.limit(Resource::Memlock);
            assert_eq!(
                limit.trim(),
                soft.map_or("none".into(), |it| format!("{} KiB", it / 1024))
            );
        } else if line.trim() == "in VmFlags, lo is locked and dd is excluded from core dumps" {
            assert!(page.is_none(), "before the first VmFlags");
        } else if let Some(found) = line.strip_prefix("a page of ") {
            page = Some(address(found));
        } else if let Some((name, said)) = line.split_once(" VmLck: ") {
            let addr = page.expect("the address is printed first");
            let (count, mapping) = (process.locked_kib(), process.mapping_at(addr));
            let count_text = format!("{count} kB");
            let expected = format!("{count_text:<7} VmFlags: {}", mapping.flags);
            assert_eq!(said.trim(), expected, "{name}");
            steps.push(Step {
                name: name.trim().into(),
                locked_kib: count,
                locked: mapping.has("lo"),
                hidden: mapping.has("dd"),
            });
        } else {
            assert_eq!(process.locked_kib(), 0, "{line}");
            rest += &line;
        }
    });
    check_steps(&steps, end);
    assert_eq!(unlocks, 1, "be it that the lock failed");
    let (expected, words) = match end {
        End::Done => (0, ""),
        End::Refused(word) => (1, word),
        End::GoesOn => (0, "no such call: going on without"),
    };
    assert_eq!(code, expected, "{rest}");
    assert!(rest.contains(words), "{words} in {rest}");
    assert_eq!(rest.is_empty(), end == End::Done, "{rest}");
}

fn address(found: &str) -> usize {
    let (len, addr) = found
        .trim()
        .split_once(" bytes at 0x")
        .expect("LEN bytes at ADDRESS");
    let addr = usize::from_str_radix(addr, 16).unwrap();
    assert_eq!(len, page_size().to_string());
    assert_eq!(addr % page_size(), 0);
    addr
}

fn check_steps(steps: &[Step], end: End) {
    let all = [
        ("before", false, false),
        ("mlock", true, false),
        ("madvise_dontdump", true, true),
        ("munlock", false, true),
        ("madvise_dodump", false, false),
    ];
    let expected = if end == End::Done {
        &all[..]
    } else {
        &all[..1]
    };
    let found: Vec<_> = steps
        .iter()
        .map(|it| (&*it.name, it.locked, it.hidden))
        .collect();
    assert_eq!(found, expected);
    for step in steps {
        let page_kib = page_size() as u64 / 1024;
        assert_eq!(
            step.locked_kib,
            if step.locked { page_kib } else { 0 },
            "{}",
            step.name
        );
    }
}
