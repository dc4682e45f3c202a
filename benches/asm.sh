#!/usr/bin/env bash
# benches/asm.sh: the assembly of one call as the compiler emits it for release, on x86_64
# and aarch64. Of each call it checks what runs on success: one system call, nothing called,
# nothing that jumps in any case, and no more instructions than the goal. Whatever an
# error needs must therefore stand aside.

. "$(dirname "${BASH_SOURCE[0]}")/../.ci/lib.sh"

# On aarch64 the system call is in a function of its own, whose comments say why: the call of
# one of these counts as it.
apart='by_rustix|system_call'

# body FUNCTION FILE: its instructions and labels, without directives.
body() {
    awk -v name="$1:" '
        $1 == name { inside = 1; next }
        /^\.Lfunc_end/ { inside = 0 }
        inside && (/^\.L/ || /^\t[a-z]/)' "$2"
}

# success FUNCTION FILE: the instructions that run when the kernel grants a call.
# Until the system call no jump is taken; after it the answer is 0.
success() {
    body "$1" "$2" | awk -v apart="$apart" '
        { line[NR] = $0; if ($1 ~ /:$/) at[$1] = NR }
        END {
            for (i = 1; i <= NR; i++) {
                if (line[i] !~ /^\t/) continue
                print line[i]
                n = split(line[i], word)
                if (word[1] == "ret" || word[1] == "b" && word[2] ~ apart) exit
                if (word[1] == "syscall" || word[1] == "svc" || word[2] ~ apart) asked = 1
                if (asked && (word[1] == "je" || word[1] == "cbz")) i = at[word[n] ":"]
            }
        }'
}

# faults SYSTEM_CALL GOAL RUN: what is wrong with these instructions, if anything.
faults() {
    [ "$(wc -l <<<"$3")" -le "$2" ] || echo "more than $2"
    [ "$(grep -cE "^.$1|$apart" <<<"$3")" = 1 ] || echo "not one $1"
    grep -Ev "$apart" <<<"$3" | grep -Eq '^.(call|jmp|bl|blr|br|b)[[:space:]]' && echo 'a call, or a jump always taken'
    tail -n 1 <<<"$3" | grep -Eq "^.ret|^.b.*($apart)" || echo 'no return'
}

# look TARGET SYSTEM_CALL GOAL COMMAND...: the goal is that of mlock and munlock;
# an advice and the flag of mlock2 are one more argument, so one more instruction.
look() {
    local target=$1 instruction=$2 goal=$3 deps=$work/$1/release/deps file name more run found
    shift 3
    rm -rf "$deps"/one_call-* "$deps/../.fingerprint"/one_call-*
    "$@" --quiet --locked --release --lib --manifest-path benches/Cargo.toml -p one_call \
        --target-dir "$work" --target "$target" -- --emit asm -Cllvm-args=-x86-asm-syntax=intel \
        || die "benches/one_call does not build for $target"
    file=$(ls "$deps"/one_call-*.s)
    for name in {raw,std}_mlock; do printf '%s, %s:\n%s\n' "$target" "$name" "$(body "$name" "$file")"; done
    for name in {raw,std}_{mlock,munlock,onfault,dontdump}; do
        more=0
        [[ $name != *_onfault && $name != *_dontdump ]] || more=1
        run=$(success "$name" "$file")
        found=$(faults "$instruction" $((goal + more)) "$run" | paste -sd, -)
        [ -z "$found" ] || verdict=1
        printf '%-4s  %-28s %-13s %2d  %s\n' "$([ -z "$found" ] && echo ok || echo FAIL)" \
            "$target" "$name" "$(wc -l <<<"$run")" "$found"
    done
}

# The installed compiler has a standard library for the machine it runs on; for
# the other one it is built from its sources.
[ "$(uname -m)" = x86_64 ] || die 'missing: an x86_64 machine'
sys_rust
verdict=0
look x86_64-unknown-linux-gnu syscall 8 cargo rustc
look aarch64-unknown-linux-gnu "$apart" 16 sys_cargo rustc -Zbuild-std=std,panic_abort
exit "$verdict"
