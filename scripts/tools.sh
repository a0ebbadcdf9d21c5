#!/usr/bin/env bash
# Installs what a build needs and is not there yet: the pinned Rust with the wasm target, trunk and wasm-bindgen.
# `tools.sh rust` stops after Rust, which is all that `make check` needs.
set -euo pipefail

repo=$(cd "$(dirname "$0")/.." && pwd)
step=$repo/scripts/step.sh
trunk=0.21.14

for need in rustup cargo cc perl flock; do
  command -v "$need" >/dev/null || {
    echo "$need is missing: please install rustup (https://rustup.rs) and Debian's build-essential, util-linux." >&2
    exit 1
  }
done

# Shared by all clones, so one installs at a time and the others then find it done.
TOOLS_DIR=${TOOLS_DIR:-$HOME/.cache/btc-crowdfund/tools}
mkdir -p "$TOOLS_DIR"
TOOLS_DIR=$(cd "$TOOLS_DIR" && pwd)
exec 9>"$TOOLS_DIR/.lock"
flock --nonblock 9 || {
  echo "==> Waiting for another clone that is installing tools into $TOOLS_DIR"
  flock 9
}

# The versions are read from where they are pinned, so that they cannot drift.
rust=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' "$repo/rust-toolchain.toml")
bindgen=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"/\1/p}' "$repo/Cargo.lock")
if [ -z "$rust" ] || [ -z "$bindgen" ]; then
  echo "No Rust version in rust-toolchain.toml or no wasm-bindgen in Cargo.lock." >&2
  exit 1
fi

# Outside the clone from here on: its rust-toolchain.toml must not play a part in building tools.
cd "$TOOLS_DIR"

# Otherwise the question itself would install, without a word.
export RUSTUP_AUTO_INSTALL=0
has_rust() { cargo "+$rust" clippy --version && cargo "+$rust" fmt --version; }
has_rust >/dev/null 2>&1 ||
  "$step" "Rust $rust with clippy and rustfmt (about 1 minute)" \
    rustup toolchain install "$rust" --profile minimal --component clippy --component rustfmt --no-self-update

targets=$(rustup target list --installed --toolchain "$rust")
grep -qx wasm32-unknown-unknown <<<"$targets" ||
  "$step" "WebAssembly target for Rust $rust (about 10 seconds)" \
    rustup target add wasm32-unknown-unknown --toolchain "$rust"

[ "${1:-}" != rust ] || exit 0

# The version is asked of the binary itself: a broken or half installed one is installed again.
has() { [ "$("$TOOLS_DIR/bin/$1" --version 2>/dev/null)" = "$1 $2" ]; }

# Quick settings: these run once per build, compiling them is what takes the time.
export CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16
install=(cargo "+$rust" install --locked --force --root "$TOOLS_DIR")

# 9>&-: a compiler cache that cargo may start in the background must not keep the lock.
has trunk "$trunk" ||
  "$step" "trunk $trunk, builds the single-page app (about 5 minutes on 2 cores, once)" \
    "${install[@]}" "trunk@$trunk" --no-default-features --features rustls 9>&-
has wasm-bindgen "$bindgen" ||
  "$step" "wasm-bindgen $bindgen, as in Cargo.lock (about 2 minutes on 2 cores, once)" \
    "${install[@]}" "wasm-bindgen-cli@$bindgen" 9>&-
