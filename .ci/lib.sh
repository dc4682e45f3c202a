# Shared by the scripts in this folder; to be sourced by bash, never run:
#
#     . "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
#
# It moves to the root of the checkout. Whatever the scripts build or keep lies
# below target/ci there. Outside of it stay only the packages that apt installs and
# what cargo downloads.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
ci_dir=$root/target/ci
cd "$root" || exit 1
mkdir -p "$ci_dir"
export CARGO_TERM_COLOR=never

# One line on stderr, and the end of the script (or of the step it runs in).
die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# work_dir NAME: a scratch folder for NAME, made if need be; prints its path.
work_dir() {
    mkdir -p "$ci_dir/$1" || die "cannot make the folder $1"
    printf '%s\n' "$ci_dir/$1"
}

# Runs a command as root: at once, or through sudo where that asks nothing.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

apt() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

# need_apt PACKAGE...: installs those that are missing.
need_apt() {
    local package missing=()
    for package; do
        dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^.i' \
            || missing+=("$package")
    done
    [ ${#missing[@]} = 0 ] || apt_newest "${missing[@]}"
}

# apt_newest PACKAGE...: installs or upgrades them. The lists are fetched first: a
# new machine has none, or some that lack the updates.
apt_newest() {
    apt update --error-on=any >/dev/null \
        || die 'missing: the package lists, which apt could not fetch'
    apt install -y --no-install-recommends "$@" >/dev/null \
        || die "missing, and apt could not install: $*"
}

# need_cargo BINARY CRATE: installs a cargo tool below target/ci, and puts it in PATH.
need_cargo() {
    export PATH=$ci_dir/tools/bin:$PATH
    command -v "$1" >/dev/null && return
    CARGO_TARGET_DIR=$ci_dir/tools/build cargo install --quiet --locked \
        --root "$ci_dir/tools" "$2" || die "missing, and cargo could not install: $2"
}

# need_pip COMMAND PACKAGE: installs a Python tool below target/ci, and puts it in PATH.
need_pip() {
    export PATH=$ci_dir/python/bin:$PATH
    command -v "$1" >/dev/null && return
    [ -x "$ci_dir/python/bin/pip" ] || {
        need_apt python3-venv
        python3 -m venv "$ci_dir/python" || die "missing: python3 with venv"
    }
    "$ci_dir/python/bin/pip" install --quiet --no-cache-dir "$2" || die "missing, and pip could not install: $2"
}

# private_apt TOOL ARGUMENTS...: apt with the lists and sources that fetch_lists
# made last. The machine's apt knows neither the other releases nor the other
# architectures.
private_apt() {
    local tool=$1
    shift
    APT_CONFIG=$private_lists/apt.conf "$tool" "$@"
}

# fetch_lists ARCHITECTURES RELEASE...: lists of these, in a folder of their own,
# once a day. The archive is the machine's own.
fetch_lists() {
    local dir archive security release architectures=$1
    shift
    dir=$ci_dir/apt/$(echo "$@" | tr ' ' -)
    private_lists=$dir
    [ "$(cat "$dir/fetched" 2>/dev/null)" != "$(date -u +%F)" ] || return 0
    rm -rf "$dir"
    archive=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' | awk '$2 !~ /-/ { print $1; exit }')
    security=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' | awk '$2 ~ /-security/ { print $1, $2; exit }')
    mkdir -p "$dir"/{state/lists,cache/archives}/partial
    : >"$dir/status"
    for release; do
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $archive $release main"
    done >"$dir/sources.list"
    [ -z "$security" ] || echo "deb [arch=amd64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $security main" \
        >>"$dir/sources.list"
    cat >"$dir/apt.conf" <<-END
	APT::Architecture "amd64";
	APT::Architectures { $(printf '"%s"; ' $architectures)};
	APT::Sandbox::User "";
	Acquire::Languages "none";
	Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
	Acquire::IndexTargets::deb::CNF::DefaultEnabled "false";
	Dir::State "$dir/state";
	Dir::State::status "$dir/status";
	Dir::Cache "$dir/cache";
	Dir::Etc::SourceList "$dir/sources.list";
	Dir::Etc::SourceParts "-";
	END
    # A release that lacks an architecture is no reason to stop: what counts is
    # whether the wanted package is found.
    private_apt apt-get -qq update >"$dir/update.log" 2>&1 || true
    for release; do
        private_apt apt-get indextargets --format '$(RELEASE) $(FILENAME)' \
            | grep "^$release .*binary-amd64_Packages" >/dev/null || die "missing: the package lists of $release"
    done
    date -u +%F >"$dir/fetched"
}

# Debian's compiler, which comes with the sources of the standard library: it
# builds `core` for targets that the installed toolchain has no library for.
debian_rust() {
    local packages=(rustc-web cargo-web rust-web-src lld-19) oldest=90
    export DEB_RUSTC=/usr/bin/rustc DEB_CARGO=/usr/bin/cargo
    need_apt "${packages[@]}"
    # Debian has several; the recipes here are for one that is not too old.
    [ "$(deb_rust_minor)" -ge "$oldest" ] || apt_newest "${packages[@]}"
    [ "$(deb_rust_minor)" -ge "$oldest" ] || die "missing: Rust 1.$oldest or newer in Debian's archive"
}

deb_rust_minor() {
    "$DEB_RUSTC" --version | sed -E 's/^rustc 1\.([0-9]+).*/\1/'
}

# deb_cargo ARGUMENTS...: that cargo, with that compiler, unstable options allowed.
deb_cargo() {
    RUSTC_BOOTSTRAP=1 RUSTC=$DEB_RUSTC "$DEB_CARGO" "$@"
}

# The oldest Rust that the crate supports, from Debian's archive, unpacked and
# not installed. Sets OLD_RUSTC and OLD_CARGO, two commands that run from anywhere.
rust_1_85() {
    local dir version=1.85.0+dfsg3-1~deb12u3
    dir=$(work_dir rust-1.85)
    [ -x "$dir/rustc" ] || unpack_rust_1_85 "$dir" "$version"
    export OLD_RUSTC=$dir/rustc OLD_CARGO=$dir/cargo
}

unpack_rust_1_85() (
    cd "$1" || exit 1
    rm -rf root ./*.deb
    download() {
        apt download "rustc-web=$1" "cargo-web=$1" "libstd-rust-web-dev=$1" \
            "libstd-rust-web-1.85=$1" libpcre3
    }
    download "$2" 2>/dev/null || { apt update && download "$2"; } \
        || die "missing, and apt could not download: Rust $2"
    for deb in ./*.deb; do dpkg -x "$deb" root || exit 1; done
    for tool in rustc cargo; do
        cat >"$tool" <<WRAPPER
#!/bin/sh
here=\$(cd "\$(dirname "\$0")" && pwd)/root
LD_LIBRARY_PATH=\$here/usr/lib:\$here/usr/lib/x86_64-linux-gnu:\$here/lib/x86_64-linux-gnu \\
    exec "\$here/usr/bin/$tool" "\$@"
WRAPPER
    done
    chmod +x cargo rustc # the mark that all is there, so it comes last
)

step_passed=0
step_failed=0

# step NAME COMMAND...: runs it (a function too, which may count on errexit)
# with its output in target/ci/log/NAME, and prints one line: the verdict, the
# name, the seconds. After a failure the end of the log follows.
# Not for use in a condition, which would switch the command's errexit off.
step() {
    local name=$1 log=$ci_dir/log/$1 start=$SECONDS status
    shift
    mkdir -p "$ci_dir/log"
    (
        set -euo pipefail
        "$@"
    ) </dev/null >"$log" 2>&1
    status=$?
    if [ "$status" = 0 ]; then
        step_passed=$((step_passed + 1))
        printf 'ok    %-24s %4d s\n' "$name" $((SECONDS - start))
    else
        step_failed=$((step_failed + 1))
        printf 'FAIL  %-24s %4d s  (status %d, the end of its log:)\n' \
            "$name" $((SECONDS - start)) "$status"
        tail -n 40 "$log" | sed 's/^/      | /'
    fi
}

# The closing line; false when a step failed or none ran.
steps_done() {
    printf '%d passed, %d failed\n' "$step_passed" "$step_failed"
    [ "$step_failed" = 0 ] && [ "$step_passed" -gt 0 ]
}
