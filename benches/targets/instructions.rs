//! Instructions of one call: exact, the same each time. A child makes the call, one
//! instruction at a time. It fails when a goal of this crate is missed.

#[cfg(not(target_arch = "x86_64"))]
compile_error!("registers and goals are those of x86_64");

use std::ffi::{c_int, c_void};
use std::io::Error;
use std::mem::MaybeUninit;
use std::process::ExitCode;
use std::ptr::{null_mut, without_provenance};

use os_memlock_benches::counted::{ALL, Counted, Way};
use os_memlock_benches::pages;

/// The most instructions that this crate's calls, the first rows, may take: `mlock` through
/// the C library, if that is behind rustix, and `mlock_onfault` never.
const GOALS: [[u64; 4]; 4] = match cfg!(rustix_use_libc) {
    false => [[8, 5, 5, 26], [8, 5, 19, 26], [9, 5, 5, 27], [9, 5, 19, 27]],
    true => [
        [14, 5, 5, 48],
        [14, 7, 21, 48],
        [9, 5, 5, 27],
        [9, 5, 19, 27],
    ],
};
/// The system calls that they make, and whether they succeed.
const ENDS: [(u64, bool); 4] = [(1, true), (0, true), (0, false), (1, false)];

const CASES: [&str; 4] = ["success", "zero length", "too long", "io::Error"];

/// What a call cost and whether it said that it succeeded.
#[derive(Clone, Copy, Default)]
struct Cell {
    instructions: u64,
    system_calls: u64,
    succeeded: bool,
}

fn main() -> ExitCode {
    println!("\nInstructions of one mlock; in brackets its system calls,");
    println!("where not one; * it said that it succeeded, and locked nothing\n");
    print("", CASES.map(String::from));
    println!("|{:-<20}|{}", "", "------------:|".repeat(CASES.len()));
    let page = pages(1);
    let mut missed = false;
    for (row, subject) in ALL.iter().enumerate() {
        let cells = cells(subject, page);
        print(subject.name, shown(&cells));
        let goals = GOALS.get(row).into_iter().flatten();
        for (at, goal) in goals.enumerate() {
            let Cell {
                instructions,
                system_calls,
                succeeded,
            } = cells[at];
            if (system_calls, succeeded) != ENDS[at] || instructions > *goal {
                eprintln!("GOAL MISSED: {}, {}: {goal}", subject.name, CASES[at]);
                missed = true;
            }
        }
    }
    println!();
    ExitCode::from(u8::from(missed))
}

fn print(name: &str, cells: [String; 4]) {
    let cells = cells.map(|it| format!(" {it:>11} |")).concat();
    println!("| {name:<18} |{cells}");
}

fn cells(subject: &Counted, (page, len): (*mut c_void, usize)) -> [Cell; 4] {
    // The upper half of the address space is the kernel's: ENOMEM.
    let kernel = without_provenance(1 << 63);
    [
        count(subject.plain, page, len),
        count(subject.plain, page, 0),
        count(subject.plain, page, usize::MAX),
        count(subject.io, kernel, len),
    ]
}

fn shown(cells: &[Cell; 4]) -> [String; 4] {
    let mut shown = cells.each_ref().map(|it| match it.system_calls {
        1 => it.instructions.to_string(),
        calls => format!("{} ({calls})", it.instructions),
    });
    if cells[2].succeeded {
        shown[2] += " *";
    }
    shown
}

/// Counts in a child, which is stopped after each instruction.
fn count((function, call): Way, addr: *const c_void, len: usize) -> Cell {
    // SAFETY: the range is a page that nobody else uses, nothing, or one of which no
    // kernel locks any.
    let call = || unsafe { call(addr, len) }.is_ok();
    // What is prepared at the first call is so in the child.
    call();
    // SAFETY: there is one thread, so that the child may do what the parent may.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "{}", Error::last_os_error());
    if child == 0 {
        ptrace(libc::PTRACE_TRACEME, 0, null_mut());
        // SAFETY: the parent goes on from this stop.
        unsafe { libc::raise(libc::SIGSTOP) };
        let succeeded = call();
        // SAFETY: ends the child without running what belongs to the parent.
        unsafe { libc::_exit(succeeded.into()) }
    }
    assert!(libc::WIFSTOPPED(wait(child)));
    let mut cell = cost(child, function.addr() as u64);
    ptrace(libc::PTRACE_CONT, child, null_mut());
    cell.succeeded = libc::WEXITSTATUS(wait(child)) == 1;
    cell
}

/// What the first call of a function costs, from its first instruction until it returns.
fn cost(child: c_int, function: u64) -> Cell {
    /// The instruction `syscall`.
    const SYSCALL: u16 = 0x050f;
    let mut cell = Cell::default();
    while place(child)[0] != function {
        step(child);
    }
    let [mut at, stack] = place(child);
    let mut top = stack;
    while top <= stack {
        // SAFETY: the child's code is this program's, at the same address.
        let code = unsafe { (at as *const u16).read_unaligned() };
        cell.system_calls += u64::from(code == SYSCALL);
        cell.instructions += 1;
        step(child);
        [at, top] = place(child);
    }
    cell
}

/// The instruction that comes next, and the top of the stack, which is above what it was
/// at the start of a function when that has returned.
fn place(child: c_int) -> [u64; 2] {
    let mut registers = MaybeUninit::<libc::user_regs_struct>::uninit();
    ptrace(libc::PTRACE_GETREGS, child, registers.as_mut_ptr().cast());
    // SAFETY: the call has filled it.
    let registers = unsafe { registers.assume_init() };
    [registers.rip, registers.rsp]
}

fn step(child: c_int) {
    ptrace(libc::PTRACE_SINGLESTEP, child, null_mut());
    let status = wait(child);
    assert!(libc::WIFSTOPPED(status), "the child ended: {status:#x}");
}

fn ptrace(request: libc::c_uint, child: c_int, data: *mut c_void) {
    // SAFETY: `data` is null, or where the registers fit that GETREGS writes.
    let answer = unsafe { libc::ptrace(request, child, null_mut::<c_void>(), data) };
    assert_eq!(answer, 0, "{}", Error::last_os_error());
}

fn wait(child: c_int) -> c_int {
    let mut status = 0;
    // SAFETY: the pointer is to an int of this frame.
    let waited = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!(waited, child, "{}", Error::last_os_error());
    status
}
