#!/usr/bin/env bash
# benches/build-cost.sh [ROUNDS]: what the crate costs to build, beside 0.2.0, region, memsec
# and rustix alone: crates in the tree, the cold build of a program that depends on it, and
# the build after its source was touched. Times are medians of some rounds, in each of which
# all have their turn, as ratios to 0.2.0. Most of this crate's time is rustix's: it fails
# when the rest is more than a quarter of that.

. "$(dirname "${BASH_SOURCE[0]}")/../.ci/lib.sh"

rounds=${1:-7}
names=(os-memlock raw mm+process mm 0.2.0 region memsec)

# source_of CRATE: where cargo keeps the source of a dependency of benches.
source_of() {
    dirname "$(cargo metadata --locked --format-version 1 --manifest-path benches/Cargo.toml \
        | grep -o "\"manifest_path\":\"[^\"]*/$1[^\"]*/Cargo.toml\"" | head -n 1 | cut -d'"' -f4)"
}

# package NAME CRATE OPTIONS SOURCE: a program that depends on a copy of the
# crate, since what cargo has from a registry is never looked at again.
package() {
    local dir=$work/$1
    rm -rf "$dir"
    mkdir -p "$dir/src" "$dir/crate"
    cp -r "$4/src" "$dir/crate"
    cp "$4/README.md" "$4/build.rs" "$dir/crate" 2>/dev/null
    # Tests, lints and what only they need are none of a user's business.
    awk '/^\[/ { skip = /dev-dependencies|^\[\[|^\[workspace|^\[lints/ } !skip' "$4/Cargo.toml" >"$dir/crate/Cargo.toml"
    printf '[package]\nname = "user"\nedition = "2021"\n[workspace]\n[dependencies]\n%s = { path = "crate"%s }\n' \
        "$2" "$3" >"$dir/Cargo.toml"
    echo 'fn main() {}' >"$dir/src/main.rs"
    cp benches/Cargo.lock "$dir"
    cargo fetch --quiet --manifest-path "$dir/Cargo.toml" || die "the crates for $1 cannot be had"
}

# crates NAME: those of the program's tree, without the program.
crates() {
    cargo tree --manifest-path "$work/$1/Cargo.toml" --offline -e normal,build --prefix none --no-dedupe \
        | cut -d' ' -f1 | sort -u | grep -cvx user
}

# build NAME KIND: its time goes into the record. A dependency from a registry is not
# built incrementally, so that a cold build here is not either.
build() {
    local dir=$work/$1 start incremental=1
    if [ "$2" = cold ]; then rm -rf "$dir/cold" && incremental=0; else touch "$dir/crate/src/lib.rs"; fi
    start=$EPOCHREALTIME
    CARGO_TARGET_DIR=$dir/$2 RUSTFLAGS='--cap-lints allow' CARGO_INCREMENTAL=$incremental \
        cargo build --quiet --offline --manifest-path "$dir/Cargo.toml" || die "$1 does not build"
    awk -v from="$start" -v to="$EPOCHREALTIME" 'BEGIN { print to - from }' >>"$dir/$2.times"
}

# median NAME KIND, and its ratio to that of 0.2.0.
median() { sort -n "$work/$1/$2.times" | awk '{ t[NR] = $1 } END { print t[int((NR + 1) / 2)] }'; }
ratio() { awk "BEGIN { printf \"%.2f\", $(median "$1" "$2") / $(median 0.2.0 "$2") }"; }

package os-memlock os-memlock '' .
package raw os-memlock ', default-features = false' .
rustix=$(source_of rustix-1.1)
package mm+process rustix ', default-features = false, features = ["mm", "process"]' "$rustix"
package mm rustix ', default-features = false, features = ["mm"]' "$rustix"
package 0.2.0 os-memlock '' "$(source_of os-memlock-0.2.0)"
package region region '' "$(source_of region-4)"
package memsec memsec ', default-features = false, features = ["use_os"]' "$(source_of memsec-0.7)"
for name in "${names[@]}"; do build "$name" touched; done
rm "$work"/*/touched.times
for ((i = 0; i < rounds; i++)); do
    for kind in cold touched; do for name in "${names[@]}"; do build "$name" $kind; done; done
done

printf '| %-18s | %6s | %10s | %13s |\n' 'debug build of' crates cold 'after a touch'
printf '|--------------------|-------:|-----------:|--------------:|\n'
for name in "${names[@]}"; do
    touched=$(ratio "$name" touched)
    # Nobody who depends on rustix touches its source.
    [[ $name != mm* ]] || touched=
    printf '| %-18s | %6d | %10s | %13s |\n' "${name/#mm/rustix, mm}" "$(crates "$name")" \
        "$(ratio "$name" cold)" "$touched"
done
printf '1.00 is %.2f s cold and %.2f s after a touch\n' "$(median 0.2.0 cold)" "$(median 0.2.0 touched)"
awk "BEGIN { exit !($(median os-memlock cold) <= 1.25 * $(median mm+process cold)) }" \
    || die 'GOAL MISSED: the cold build takes more than 1.25 times that of rustix alone'
