# Builds examples/no_libc for any processor; to be sourced after lib.sh.

# static_build TARGET FOLDER OPTION...: the programs, in FOLDER/TARGET/release.
# Where rustix has no libc-free backend by default, it is told to use its own.
static_build() {
    local target=$1 folder=$2 linker=ld.lld-19 flags=
    shift 2
    case $target in s390x-*)
        need_apt binutils-s390x-linux-gnu
        linker=s390x-linux-gnu-ld
        ;;
    esac
    case $target in s390x-* | powerpc* | mips*) flags='--cfg rustix_use_experimental_asm' ;; esac
    RUSTFLAGS="-Clinker=$linker -Clinker-flavor=ld -Crelocation-model=static $flags" \
        deb_cargo build --quiet --locked --release --manifest-path examples/no_libc/Cargo.toml \
        --target-dir "$folder" --target "$target" -Zbuild-std=core "$@"
}
