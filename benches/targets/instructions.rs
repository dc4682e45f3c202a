//! Instructions of one call: exact, the same each time. A child makes the call, one
//! instruction at a time. It fails when a goal of this crate is missed.

#[cfg(not(target_arch = "x86_64"))]
compile_error!("registers and goals are those of x86_64");

use std::ffi::{c_int, c_void};
use std::io::Error;
use std::mem::MaybeUninit;
use std::process::ExitCode;
use std::ptr::{null_mut, without_provenance};

use os_memlock_benches::counted::{ALL, Counted};
use os_memlock_benches::pages;

/// The most instructions that this crate's calls, the first rows, may take: on success,
/// with one system call, and for a length of 0, with none.
const GOALS: [[u64; 2]; 4] = [[8, 5], [8, 5], [9, 5], [9, 5]];

#[derive(Clone, Copy, PartialEq)]
enum Case {
    Success,
    Zero,
    Refused,
    Error,
}

const CASES: [(Case, &str); 4] = [
    (Case::Success, "success"),
    (Case::Zero, "zero length"),
    (Case::Refused, "too long"),
    (Case::Error, "io::Error"),
];

/// One cell of the table: what a call cost and whether it said that it succeeded.
#[derive(Clone, Copy, Default)]
struct Cell {
    instructions: u64,
    system_calls: u64,
    succeeded: bool,
}

fn main() -> ExitCode {
    let page = pages(1);
    let columns = CASES.map(|(case, _)| ALL.map(|subject| count(&subject, case, page)));
    print(&columns);
    judge(&columns)
}

/// Counts in a child, which is stopped after each instruction.
fn count(subject: &Counted, case: Case, page: (*mut c_void, usize)) -> Cell {
    let (addr, len) = case.range(page);
    let function = match case {
        Case::Error => subject.io as *const (),
        _ => subject.function,
    };
    // What is prepared at the first call is so in the child.
    make(subject, case, addr, len);
    // SAFETY: there is one thread, so that the child may do what the parent may.
    let child = unsafe { libc::fork() };
    assert!(child >= 0, "{}", Error::last_os_error());
    if child == 0 {
        ptrace(libc::PTRACE_TRACEME, 0, null_mut());
        // SAFETY: the parent goes on from this stop.
        unsafe { libc::raise(libc::SIGSTOP) };
        let succeeded = make(subject, case, addr, len);
        // SAFETY: ends the child without running what belongs to the parent.
        unsafe { libc::_exit(succeeded.into()) }
    }
    assert!(libc::WIFSTOPPED(wait(child)));
    let mut cell = cost(child, function.addr() as u64);
    ptrace(libc::PTRACE_CONT, child, null_mut());
    cell.succeeded = libc::WEXITSTATUS(wait(child)) == 1;
    cell
}

impl Case {
    fn range(self, (page, len): (*mut c_void, usize)) -> (*const c_void, usize) {
        match self {
            Self::Success => (page, len),
            Self::Zero => (page, 0),
            Self::Refused => (page, usize::MAX),
            // The upper half of the address space is the kernel's: ENOMEM.
            Self::Error => (without_provenance(1 << 63), len),
        }
    }
}

fn make(subject: &Counted, case: Case, addr: *const c_void, len: usize) -> bool {
    if case == Case::Error {
        // SAFETY: no page of the range belongs to the program.
        unsafe { (subject.io)(addr, len) }.is_ok()
    } else {
        // SAFETY: the range is a page that nobody else uses, nothing, or one
        // that no kernel locks any of.
        unsafe { (subject.call)(addr, len) }
    }
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
    let answer = registers.as_mut_ptr().cast();
    ptrace(libc::PTRACE_GETREGS, child, answer);
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

fn print(columns: &[[Cell; ALL.len()]]) {
    println!("\nInstructions of one mlock; in brackets its system calls,");
    println!("where not one; * it said that it succeeded, and locked nothing\n");
    print!("| {:<18} |", "");
    for (_, name) in CASES {
        print!(" {name:>11} |");
    }
    println!("\n|{:-<20}|{}", "", "------------:|".repeat(CASES.len()));
    for (row, subject) in ALL.iter().enumerate() {
        print!("| {:<18} |", subject.name);
        for ((case, _), column) in CASES.iter().zip(columns) {
            print!(" {:>11} |", text(*case, column[row]));
        }
        println!();
    }
    println!();
}

fn text(case: Case, cell: Cell) -> String {
    let lie = if case == Case::Refused && cell.succeeded {
        " *"
    } else {
        ""
    };
    match cell.system_calls {
        1 => format!("{}{lie}", cell.instructions),
        calls => format!("{} ({calls}){lie}", cell.instructions),
    }
}

fn judge(columns: &[[Cell; ALL.len()]]) -> ExitCode {
    let mut status = ExitCode::SUCCESS;
    for (row, goals) in GOALS.iter().enumerate() {
        for (column, (&goal, system_calls)) in goals.iter().zip([1, 0]).enumerate() {
            let cell = columns[column][row];
            let (name, case) = (ALL[row].name, CASES[column].1);
            let done = cell.succeeded && cell.system_calls == system_calls;
            if !done || cell.instructions > goal {
                eprintln!("GOAL MISSED: {name}, {case}: Ok, {goal} ({system_calls})");
                status = ExitCode::FAILURE;
            }
        }
    }
    status
}
