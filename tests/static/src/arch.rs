//! What differs by processor: how a program starts, and how it ends.

// Each processor: the instructions at the entry point; those of a system call, the number
// of exit_group in its register, and the register of the status.
macro_rules! arch {
    ($(
        $cfg:meta: [$($start:literal),+],
        [$($call:literal),+], $number:tt = $exit_group:literal, $status:tt;
    )+) => {$(
        #[cfg($cfg)]
        core::arch::global_asm!(".globl _start", "_start:", $($start),+);

        /// Ends the program.
        #[cfg($cfg)]
        pub fn exit(status: i32) -> ! {
            // SAFETY: the registers are those of the kernel's convention, and the call
            // does not return.
            unsafe {
                core::arch::asm!($($call),+, in($number) $exit_group as usize, in($status) status,
                    options(noreturn))
            }
        }
    )+};
}

arch! {
    target_arch = "x86_64":
        ["xor ebp, ebp", "and rsp, -16", "call rt_main"],
        ["syscall"], "rax" = 231, "rdi";
    target_arch = "x86":
        ["xor ebp, ebp", "and esp, -16", "call rt_main"],
        ["int 0x80"], "eax" = 252, "ebx";
    target_arch = "aarch64":
        ["mov x29, #0", "mov x30, #0", "b rt_main"],
        ["svc 0"], "x8" = 94, "x0";
    // The number belongs in r7, which the compiler may want to itself.
    target_arch = "arm":
        ["mov fp, #0", "mov lr, #0", "bl rt_main"],
        ["mov r7, r3", "svc 0"], "r3" = 248, "r0";
    target_arch = "riscv64":
        [".option push", ".option norelax", "la gp, __global_pointer$", ".option pop",
         "tail rt_main"],
        ["ecall"], "a7" = 94, "a0";
    target_arch = "s390x":
        ["lghi %r11, 0", "aghi %r15, -160", "brasl %r14, rt_main"],
        ["svc 0"], "r1" = 248, "r2";
    target_arch = "powerpc":
        ["clrrwi 1, 1, 4", "li 0, 0", "stwu 0, -16(1)", "mtlr 0", "bl rt_main"],
        ["sc"], "r0" = 234, "r3";
    // The kernel leaves the address of the entry point in r12, from which r2 follows.
    all(target_arch = "powerpc64", target_endian = "little"):
        ["addis 2, 12, .TOC.-_start@ha", "addi 2, 2, .TOC.-_start@l",
         ".localentry _start, .-_start", "clrrdi 1, 1, 4", "li 0, 0", "stdu 0, -32(1)", "mtlr 0",
         "bl rt_main", "nop"],
        ["sc"], "r0" = 234, "r3";
    // A MIPS function finds its own address in $25.
    target_arch = "mips":
        [".set push", ".set noreorder", "move $31, $0", "addiu $29, $29, -16",
         "lui $25, %hi(rt_main)", "addiu $25, $25, %lo(rt_main)", "jalr $25", "nop", ".set pop"],
        ["syscall"], "$2" = 4246, "$4";
    target_arch = "mips64":
        [".set push", ".set noreorder", "move $31, $0", "daddiu $29, $29, -16",
         "lui $25, %hi(rt_main)", "daddiu $25, $25, %lo(rt_main)", "jalr $25", "nop", ".set pop"],
        ["syscall"], "$2" = 5205, "$4";
}
