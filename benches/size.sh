#!/usr/bin/env bash
# benches/size.sh: what the crate weighs: in a static program without a C library, in a std
# program beside 0.2.0, and in the smallest program (tests/static), which has two goals.

. "$(dirname "${BASH_SOURCE[0]}")/../.ci/lib.sh"

# program NAME WHAT OPTION...: builds a program of benches/size; $work/NAME-WHAT is its
# path, and it must run.
program() {
    cargo build --quiet --locked --manifest-path benches/Cargo.toml --profile small -p size \
        --target-dir "$work/build" --bin "$1" "${@:3}" && cp "$work/build/small/$1" "$work/$1-$2" \
        || die "$1 does not build"
    "$work/$1-$2" >"$work/output" || die "$1 failed: $?"
}

# row WHAT FILE: its bytes, those of its code, and those of code with constants.
row() {
    printf '| %-34s | %8d | %8d | %8d |\n' "$1" "$(stat -c %s "$2")" \
        "$(size -A "$2" | awk '$1 == ".text" { print $2 }')" "$(size "$2" | awk 'NR == 2 { print $1 }')"
}

header() {
    printf '\n| %-34s | %8s | %8s | %8s |\n' "$1" file code 'and data'
    printf '|------------------------------------|---------:|---------:|---------:|\n'
}

# Nothing but headers of the program itself and code: no table of sections, no
# notes, nothing for unwinding, nothing aligned to a page.
script='PHDRS { all PT_LOAD FILEHDR PHDRS FLAGS(5); }
SECTIONS {
    . = 0x400000 + SIZEOF_HEADERS;
    .text : { *(.text .text.* .rodata .rodata.*) } :all
    /DISCARD/ : { *(.comment) *(.note*) *(.eh_frame*) *(.gnu*) }
}'

# smallest WHAT GOAL OPTION...: as its own build makes it, and with options.
smallest() {
    local file=$work/build/$1/release/minimal bytes
    cargo rustc --quiet --locked --release --manifest-path tests/static/Cargo.toml \
        --bin minimal --target-dir "$work/build/$1" "${@:3}" && "$file" || die "minimal: $?"
    bytes=$(stat -c %s "$file")
    printf '| %-34s | %8d |\n' "$1" "$bytes"
    [ "$bytes" -le "$2" ] || { echo "GOAL MISSED: $2 bytes wanted"; verdict=1; }
}

[ "$(uname -m)" = x86_64 ] || die 'missing: an x86_64 machine'
need binutils:size
verdict=0
program bare asm
program bare raw --features core
header 'three calls, static (bytes)'
row 'inline assembly' "$work/bare-asm"
row 'os_memlock::raw' "$work/bare-raw"
program hosted none
program hosted new --features std
grep -qx 'Ok(())' "$work/output" || die 'os_memlock failed'
program hosted old --features v0_2
grep -qx 'Ok(())' "$work/output" || die '0.2.0 failed'
header 'the same, with std (bytes)'
row 'no lock' "$work/hosted-none"
row os_memlock "$work/hosted-new"
row 'os-memlock 0.2.0' "$work/hosted-old"
printf '\n| %-34s | %8s |\n|------------------------------------|---------:|\n' 'tests/static, minimal (bytes)' file
printf '%s\n' "$script" >"$work/small.ld"
smallest 'as it is' 1400
smallest 'with linker tricks' 512 -- \
    -Crelocation-model=static -Cforce-unwind-tables=no -Clink-arg=-Wl,-T"$work/small.ld" \
    -Clink-arg=-Wl,--nmagic -Clink-arg=-Wl,--build-id=none -Clink-arg=-Wl,-z,nosectionheader
exit "$verdict"
