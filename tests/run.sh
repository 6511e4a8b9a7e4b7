#!/usr/bin/env bash
# Installs what the tests need, then runs them. Arguments go to `cargo test`.
#
# On Debian and Ubuntu missing packages come from apt (through sudo where needed) and a missing Rust toolchain from
# rustup. Elsewhere the script says what is needed and goes on with what is there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# package -> why: a C compiler and linker for the crates' build scripts, and a software renderer (OpenGL and Vulkan) for
# the window tests, which draw without a display.
packages=(build-essential ca-certificates curl pkg-config libegl1 libgl1-mesa-dri mesa-vulkan-drivers libxkbcommon0)

say() { printf 'tests/run.sh: %s\n' "$*" >&2; }

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || echo "$package"
    done
}

install_packages() {
    if ! command -v apt-get >/dev/null; then
        say "not Debian or Ubuntu: needed are a C compiler, curl, and Mesa's software Vulkan driver (lavapipe); going on with what is there"
        return
    fi
    local missing
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} == 0)); then return; fi
    local root=()
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then
            say "missing packages: ${missing[*]}; install them as root with: apt-get install ${missing[*]}"
            exit 1
        fi
        root=(sudo)
    fi
    say "installing ${missing[*]}"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# Succeeds if cargo is there and new enough for the crate.
rust_is_ready() {
    command -v cargo >/dev/null || return 1
    local needed have
    needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    have=$(cargo --version | cut -d' ' -f2)
    [[ $(printf '%s\n' "$needed" "$have" | sort --version-sort | head -n 1) == "$needed" ]]
}

install_rust() {
    if ! rust_is_ready && [[ -f "$HOME/.cargo/env" ]]; then
        # shellcheck source=/dev/null
        source "$HOME/.cargo/env"
    fi
    if rust_is_ready; then return; fi
    if command -v rustup >/dev/null; then
        say "updating the stable Rust toolchain with rustup"
        rustup update stable --no-self-update
        return
    fi
    if ! command -v curl >/dev/null; then
        say "a recent cargo and curl are missing; install Rust from https://rustup.rs"
        exit 1
    fi
    say "installing the stable Rust toolchain with rustup into $HOME/.cargo"
    curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal --component clippy,rustfmt
    # shellcheck source=/dev/null
    source "$HOME/.cargo/env"
}

install_packages
install_rust
# Without it Mesa complains once for every window that is drawn.
if [[ -z "${XDG_RUNTIME_DIR:-}" ]]; then
    XDG_RUNTIME_DIR=$(mktemp -d)
    export XDG_RUNTIME_DIR
fi
# Incremental data would only be written, never read, on a clean checkout.
export CARGO_INCREMENTAL=0
exec cargo test "$@"
