#!/usr/bin/env bash
# benches/size.sh: what the crate weighs in a static program without a C library, beside
# inline assembly, and in the smallest program there is (tests/static), which must not be
# larger than its two goals.

. "$(dirname "${BASH_SOURCE[0]}")/../.ci/lib.sh"


# bare WHAT OPTION...: builds benches/size, which must run, and prints its bytes, those of
# its code, and those of code with constants.
bare() {
    local file=$work/build/small/bare
    cargo rustc --quiet --locked --manifest-path benches/Cargo.toml --profile small -p size \
        --target-dir "$work/build" "${@:2}" -- -Clink-args='-nostdlib -static -no-pie' && "$file" || die "bare, $1: $?"
    printf '| %-34s | %8d | %8d | %8d |\n' "$1" "$(stat -c %s "$file")" \
        "$(size -A "$file" | awk '$1 == ".text" { print $2 }')" "$(size "$file" | awk 'NR == 2 { print $1 }')"
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
printf '\n| %-34s | %8s | %8s | %8s |\n' 'three calls, static (bytes)' file code 'and data'
printf '|------------------------------------|---------:|---------:|---------:|\n'
bare 'inline assembly'
bare os_memlock::raw --features core
printf '\n| %-34s | %8s |\n|------------------------------------|---------:|\n' 'tests/static, minimal (bytes)' file
printf '%s\n' "$script" >"$work/small.ld"
smallest 'as it is' 1400
smallest 'with every trick of the linker' 512 -- \
    -Crelocation-model=static -Cforce-unwind-tables=no -Clink-arg=-Wl,-T"$work/small.ld" \
    -Clink-arg=-Wl,--nmagic -Clink-arg=-Wl,--build-id=none -Clink-arg=-Wl,-z,nosectionheader
exit "$verdict"
