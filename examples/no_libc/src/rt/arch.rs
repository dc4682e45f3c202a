//! What differs by processor: how a program starts, and how it asks the kernel.
//!
//! A row is the entry point, the instructions of a system call with the
//! registers that they use, and the numbers of the calls that rustix does not
//! have for programs such as these, or not without a panic path (`openat`). The kernel answers a failure with minus the
//! errno; PowerPC and MIPS, which say so beside the number, are made to.

macro_rules! arch {
    ($($cfg:meta => {
        start: [$($start:literal),+],
        call: [$($call:literal),+],
        number: $number:tt,
        arguments: [$first:tt, $second:tt, $third:tt],
        clobbered: [$($clobbered:tt),*],
        answer: $answer:tt,
        exit_group: $exit_group:literal,
        swapon: $swapon:literal,
        openat: $openat:literal,
    })+) => {$(
        #[cfg($cfg)]
        core::arch::global_asm!(".globl _start", "_start:", $($start),+);

        #[cfg($cfg)]
        arch!(@call [$($call),+] $number [$first $second $third] [$($clobbered)*] $answer);

        #[cfg($cfg)]
        pub(crate) const EXIT_GROUP: usize = $exit_group;

        #[cfg($cfg)]
        pub(crate) const SWAPON: usize = $swapon;

        #[cfg($cfg)]
        pub(crate) const OPENAT: usize = $openat;
    )+};
    // The answer comes in the register of the first argument, or in that of the number.
    (@call [$($call:tt)+] $number:tt [$first:tt $second:tt $third:tt] [$($clobbered:tt)*] first) => {
        arch!(@function (number, first, second, third) answer [$($call)+]
            in($number) number, inlateout($first) first => answer,
            in($second) second, in($third) third, $(lateout($clobbered) _,)*);
    };
    (@call [$($call:tt)+] $number:tt [$first:tt $second:tt $third:tt] [$($clobbered:tt)*] number) => {
        arch!(@function (number, first, second, third) answer [$($call)+]
            inlateout($number) number => answer, in($first) first,
            in($second) second, in($third) third, $(lateout($clobbered) _,)*);
    };
    (@call [$($call:tt)+] $number:tt [$first:tt $second:tt $third:tt] [$($clobbered:tt)*] powerpc) => {
        arch!(@function (number, first, second, third) answer [$($call)+]
            inlateout($number) number => _, inlateout($first) first => answer,
            inlateout($second) second => _, inlateout($third) third => _,
            $(lateout($clobbered) _,)*);
    };
    (@function ($number:ident, $first:ident, $second:ident, $third:ident) $answer:ident
        [$($call:tt)+] $($operands:tt)+) => {
        /// A system call by its number.
        ///
        /// # Safety
        /// As that call asks.
        pub unsafe fn syscall3(
            $number: usize,
            $first: usize,
            $second: usize,
            $third: usize,
        ) -> isize {
            let $answer: usize;
            // SAFETY: the registers are those of the kernel's convention, and
            // the caller vouches for the call.
            unsafe { core::arch::asm!($($call)+, $($operands)+ options(nostack)) };
            $answer as isize
        }
    };
}

arch! {
    target_arch = "x86_64" => {
        start: ["xor ebp, ebp", "and rsp, -16", "call no_libc_main"],
        call: ["syscall"],
        number: "rax",
        arguments: ["rdi", "rsi", "rdx"],
        clobbered: ["rcx", "r11"],
        answer: number,
        exit_group: 231,
        swapon: 167,
        openat: 257,
    }
    target_arch = "x86" => {
        start: ["xor ebp, ebp", "and esp, -16", "call no_libc_main"],
        call: ["int 0x80"],
        number: "eax",
        arguments: ["ebx", "ecx", "edx"],
        clobbered: [],
        answer: number,
        exit_group: 252,
        swapon: 87,
        openat: 295,
    }
    target_arch = "aarch64" => {
        start: ["mov x29, #0", "mov x30, #0", "b no_libc_main"],
        call: ["svc 0"],
        number: "x8",
        arguments: ["x0", "x1", "x2"],
        clobbered: [],
        answer: first,
        exit_group: 94,
        swapon: 224,
        openat: 56,
    }
    // The number belongs in r7, which the compiler may want to itself.
    target_arch = "arm" => {
        start: ["mov fp, #0", "mov lr, #0", "bl no_libc_main"],
        call: ["mov r4, r7", "mov r7, r3", "svc 0", "mov r7, r4"],
        number: "r3",
        arguments: ["r0", "r1", "r2"],
        clobbered: ["r4"],
        answer: first,
        exit_group: 248,
        swapon: 87,
        openat: 322,
    }
    target_arch = "riscv64" => {
        start: [
            ".option push", ".option norelax", "la gp, __global_pointer$", ".option pop",
            "tail no_libc_main"
        ],
        call: ["ecall"],
        number: "a7",
        arguments: ["a0", "a1", "a2"],
        clobbered: [],
        answer: first,
        exit_group: 94,
        swapon: 224,
        openat: 56,
    }
    target_arch = "s390x" => {
        start: ["lghi %r11, 0", "aghi %r15, -160", "brasl %r14, no_libc_main"],
        call: ["svc 0"],
        number: "r1",
        arguments: ["r2", "r3", "r4"],
        clobbered: [],
        answer: first,
        exit_group: 248,
        swapon: 87,
        openat: 288,
    }
    target_arch = "powerpc" => {
        start: ["clrrwi 1, 1, 4", "li 0, 0", "stwu 0, -16(1)", "mtlr 0", "bl no_libc_main"],
        call: ["sc", "bns 2f", "neg 3, 3", "2:"],
        number: "r0",
        arguments: ["r3", "r4", "r5"],
        clobbered: ["r6", "r7", "r8", "r9", "r10", "r11", "r12", "cr0", "ctr", "xer"],
        answer: powerpc,
        exit_group: 234,
        swapon: 87,
        openat: 286,
    }
    // The kernel leaves the address of the entry point in r12, from which r2 follows.
    all(target_arch = "powerpc64", target_endian = "little") => {
        start: [
            "addis 2, 12, .TOC.-_start@ha", "addi 2, 2, .TOC.-_start@l",
            ".localentry _start, .-_start",
            "clrrdi 1, 1, 4", "li 0, 0", "stdu 0, -32(1)", "mtlr 0", "bl no_libc_main", "nop"
        ],
        call: ["sc", "bns 2f", "neg 3, 3", "2:"],
        number: "r0",
        arguments: ["r3", "r4", "r5"],
        clobbered: ["r6", "r7", "r8", "r9", "r10", "r11", "r12", "cr0", "ctr", "xer"],
        answer: powerpc,
        exit_group: 234,
        swapon: 87,
        openat: 286,
    }
    // A MIPS function finds its own address in $25.
    target_arch = "mips" => {
        start: [
            ".set push", ".set noreorder", "move $31, $0", "addiu $29, $29, -16",
            "lui $25, %hi(no_libc_main)", "addiu $25, $25, %lo(no_libc_main)",
            "jalr $25", "nop", ".set pop"
        ],
        call: [".set push", ".set noreorder", "syscall", "beqz $7, 2f", "nop",
            "subu $2, $0, $2", "2:", ".set pop"],
        number: "$2",
        arguments: ["$4", "$5", "$6"],
        clobbered: ["$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25"],
        answer: number,
        exit_group: 4246,
        swapon: 4087,
        openat: 4288,
    }
    target_arch = "mips64" => {
        start: [
            ".set push", ".set noreorder", "move $31, $0", "daddiu $29, $29, -16",
            "lui $25, %hi(no_libc_main)", "daddiu $25, $25, %lo(no_libc_main)",
            "jalr $25", "nop", ".set pop"
        ],
        call: [".set push", ".set noreorder", "syscall", "beqz $7, 2f", "nop",
            "dsubu $2, $0, $2", "2:", ".set pop"],
        number: "$2",
        arguments: ["$4", "$5", "$6"],
        clobbered: ["$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25"],
        answer: number,
        exit_group: 5205,
        swapon: 5162,
        openat: 5247,
    }
}
