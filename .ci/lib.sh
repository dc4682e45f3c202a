# Shared by .ci/run and the scripts in .ci/proofs; to be sourced by bash, never run. What
# they build or keep lies below target/ci; outside of it stay only the packages that apt
# installs and what cargo downloads.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ci_dir=$root/target/ci
# A scratch folder for each script.
work=$ci_dir/work/$(basename "$0")
cd "$root" && mkdir -p "$ci_dir/log" "$work" || exit 1
export CARGO_TERM_COLOR=never

# die REASON: ends the script (or the step it runs in), which then has failed.
die() { printf '%s\n' "$*" >&2; exit 1; }

# skip REASON: the same, but it counts as skipped: something cannot be had here.
skip() { printf 'skipped: %s\n' "$*" >&2; exit 77; }

is_linux() { [ "$(uname -s)" = Linux ]; }

# lacking WHAT: on Debian 12 as root all can be had, so that lacking it is a failure;
# on any other machine it is no fault of the change.
lacking() {
    local system
    system=$(. /etc/os-release 2>/dev/null && printf '%s %s' "$ID" "$VERSION_ID")
    if [ "$(id -u) $system" = '0 debian 12' ]; then die "missing: $*"; else skip "missing: $*"; fi
}

# apt-get as root: at once, or through sudo where that asks nothing.
apt_get() {
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo -n)
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null >/dev/null
}

# apt_newest PACKAGE...: installs or upgrades them. The lists are fetched first: a
# new machine has none, or some that lack the updates.
apt_newest() {
    apt_get update --error-on=any && apt_get install -y --no-install-recommends "$@" || lacking "Debian's $*"
}

# need PACKAGE:COMMAND...: a command, or a file, that stands for its Debian package.
need() {
    local item missing=()
    for item; do
        command -v "${item#*:}" >/dev/null || [ -e "${item#*:}" ] || missing+=("${item%%:*}")
    done
    [ ${#missing[@]} = 0 ] || apt_newest "${missing[@]}"
}

# foreign_lists SUITES ARCHITECTURES: lists for apt that the machine's own does not have,
# of these releases and processors, from the same archive, in a folder of the script's own,
# once a day.
foreign_lists() {
    local lists=$work/lists uris
    export APT_CONFIG=$lists/apt.conf
    [ "$(cat "$lists/fetched" 2>/dev/null)" != "$(date -u +%F)" ] || return 0
    rm -rf "$lists" && mkdir -p "$lists"/{state/lists,cache/archives}/partial
    uris=$(env -u APT_CONFIG apt-get indextargets --format '$(REPO_URI) $(RELEASE)')
    awk -v suites="$1" -v key='signed-by=/usr/share/keyrings/debian-archive-keyring.gpg' '
        $2 !~ /-/ && !main++ { for (i = split(suites, names); i; i--) print "deb [" key "]", $1, names[i], "main" }
        $2 ~ /-security/ && !security++ { print "deb [arch=amd64 " key "]", $1, $2, "main" }
    ' <<<"$uris" >"$lists/sources.list"
    printf '%s;\n' "APT::Architecture \"${2%% *}\"" 'APT::Sandbox::User ""' 'Acquire::Languages "none"' \
        "APT::Architectures { \"${2// /\"; \"}\"; }" \
        "Dir::State \"$lists/state\"" 'Dir::State::status "/dev/null"' "Dir::Cache \"$lists/cache\"" \
        "Dir::Etc::SourceList \"$lists/sources.list\"" 'Dir::Etc::SourceParts "-"' >"$lists/apt.conf"
    # A release that lacks a processor is no failure, a list that did not arrive is one.
    apt-get -qq update --error-on=any >"$lists/update.log" 2>&1 || { echo 'the lists were not fetched'; return 1; }
    date -u +%F >"$lists/fetched"
}

# unpack FOLDER PACKAGE...: what these packages of Debian hold, in that folder and not
# installed. The file `complete` says that nothing lacks.
unpack() (
    rm -rf "$1" && mkdir -p "$1" && cd "$1" && apt-get -qq download "${@:2}" || exit
    for deb in ./*.deb; do dpkg -x "$deb" . && rm "$deb" || exit; done
    touch complete
)

# need_pip COMMAND PACKAGE: a tool from PyPI, installed below target/ci.
need_pip() {
    local python=$ci_dir/python
    export PATH=$python/bin:$PATH
    command -v "$1" >/dev/null && return
    [ -x "$python/bin/pip" ] || python3 -m venv "$python" >/dev/null 2>&1 \
        || { need python3-venv:-; python3 -m venv "$python"; } || lacking 'python3 with venv'
    "$python/bin/pip" install --quiet --no-cache-dir "$2" || lacking "$2, from pip"
}

# need_cargo PACKAGE@VERSION: a tool from crates.io, built below target/ci.
need_cargo() {
    export PATH=$ci_dir/tools/bin:$PATH
    command -v "${1%@*}" >/dev/null || cargo install --quiet --locked --root "$ci_dir/tools" "$1" \
        || lacking "$1, from cargo"
}

# zig, which brings the C libraries and headers of several systems.
need_zig() {
    need_pip python-zig ziglang==0.17.1
    export ZIG_GLOBAL_CACHE_DIR=$ci_dir/zig ZIG_LOCAL_CACHE_DIR=$ci_dir/zig
}

# The system's own compiler with the sources of the standard library, as Debian has
# it: it builds `core` for targets that rustup's toolchain has no library for.
sys_rust() {
    export SYS_RUSTC=/usr/bin/rustc SYS_CARGO=/usr/bin/cargo library
    need rustc-web:$SYS_RUSTC cargo-web:$SYS_CARGO lld-19:ld.lld-19
    library=$("$SYS_RUSTC" --print sysroot)/lib/rustlib/src/rust/library
    # Debian has several; the scripts are for one that is not too old.
    sys_rust_is_new || apt_newest rustc-web cargo-web rust-web-src
    sys_rust_is_new || lacking 'Rust 1.90 or newer, from Debian'
}

sys_rust_is_new() { [ -d "$library" ] && [[ $("$SYS_RUSTC" --version) =~ ^rustc\ 1\.(9[0-9]|[0-9]{3}) ]]; }

# sys_cargo ARGUMENTS...: that cargo, with that compiler, unstable options allowed.
sys_cargo() { RUSTC_BOOTSTRAP=1 RUSTC=$SYS_RUSTC "$SYS_CARGO" "$@"; }

# built MESSAGES: the programs in what cargo says with --message-format=json.
built() { sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' "$1"; }

# static_build TARGET FOLDER OPTION...: programs without a C library for any processor, in
# FOLDER/TARGET/release. Where rustix has no libc-free backend by default, it is told to
# use its own.
static_build() {
    local target=$1 folder=$2 linker=ld.lld-19 flags=
    shift 2
    [[ $target != s390x-* ]] || { linker=s390x-linux-gnu-ld; need binutils-s390x-linux-gnu:$linker; }
    [[ ! $target =~ ^(s390x|powerpc|mips) ]] || flags='--cfg rustix_use_experimental_asm'
    flags+=${FEATURES:+ -Ctarget-feature=$FEATURES}
    RUSTFLAGS="-Clinker=$linker -Clinker-flavor=ld -Crelocation-model=static $flags" \
        sys_cargo build --quiet --locked --release --target-dir "$folder" --target "$target" -Zbuild-std=core "$@"
}

# static_file [--may-panic] FILE...: what is wrong, or nothing. A finished program must
# need nothing at run time; and nothing in it may be able to panic: neither the
# words of a panic handler nor the path of a source file, which every panic
# carries. Of a stripped file symbols tell nothing: give the other one, too.
static_file() {
    local file headers symbols may_panic=
    [ "$1" != --may-panic ] || { may_panic=yes; shift; }
    for file; do
        headers=$(readelf -hlW "$file") || { echo "$file is no ELF file"; return; }
        # What the unwind tables of Arm name for the linker's sake is never called.
        symbols=$(readelf -sW "$file" | grep -v ' UND __aeabi_unwind_cpp_pr[01]$')
        grep -q 'Type: *EXEC' <<<"$headers" || echo 'not a static executable'
        grep -Eo 'INTERP|DYNAMIC' <<<"$headers"
        grep -Eq ' UND +[^ ]' <<<"$symbols" && echo 'undefined symbols'
        [ -z "$may_panic" ] || continue
        grep -Eaqi 'panic|begin_unwind' "$file" && echo 'panic machinery'
        # With symbols come the names of sources.
        grep -q FILE <<<"$symbols" || ! grep -Eaq '[a-z0-9_]+\.rs' "$file" || echo 'the path of a source file'
    done
    true
}

# rows TABLE NAME...: calls `row` with the words of these lines of the table, or of all of
# them; false when one of them was. Like step, not for use in a condition.
rows() {
    local name words verdict=0 table=$1
    for name in "${@:2}"; do grep -q "^$name " <<<"$table" || die "no such name: $name"; done
    while read -r name words; do
        [ -n "$name" ] && { [ $# = 1 ] || [[ " ${*:2} " = *" $name "* ]]; } || continue
        # shellcheck disable=SC2086 # the words of the line
        row "$name" $words </dev/null
        [ $? = 0 ] || verdict=1
    done <<<"$table"
    return $verdict
}

passed=0 failed=0 skipped=0

# line VERDICT NAME START MORE
line() { printf '%-5s %-24s %4d s  %s\n' "$1" "$2" $((SECONDS - $3)) "$4" | sed 's/ *$//'; }

# step NAME COMMAND...: runs it (a function too, which may count on errexit) with its
# output in target/ci/log/NAME, and prints one line: the verdict, the name, the seconds.
# While it takes long, a line every two minutes says what it does; after a failure the end
# of the log follows. Not for use in a condition, which would switch the command's errexit off.
step() {
    local name=$1 log=$ci_dir/log/$1 start=$SECONDS status verdict watcher more=
    shift
    : >"$log"
    while sleep 120; do line ... "$name" "$start" "$(tail -n 1 "$log" | cut -c1-60)"; done 2>/dev/null &
    watcher=$!
    disown
    (set -euo pipefail && "$@") </dev/null >"$log" 2>&1
    status=$?
    pkill -P "$watcher"
    kill "$watcher" 2>/dev/null
    case $status in
    0) verdict=ok passed=$((passed + 1)) more=$(sed -n 's/^note: //p' "$log" | tail -n 1) ;;
    77) verdict=skip skipped=$((skipped + 1)) more=$(sed -n 's/^skipped: //p' "$log" | tail -n 1) ;;
    *) verdict=FAIL failed=$((failed + 1)) more="status $status, the end of its log:" ;;
    esac
    line $verdict "$name" "$start" "$more"
    [ $verdict != FAIL ] || tail -n 40 "$log" | sed 's/^/      | /'
}

# The closing line; false when a step failed or none passed.
steps_done() {
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
