#!/usr/bin/env bash
# Builds the single-page app into dist/. A failed build leaves the dist/ that was there.
set -euo pipefail
cd "$(dirname "$0")/.."

# `--offline` keeps trunk from downloading tools of its own, but goes on to cargo: fetch the crates first.
cargo fetch --quiet --locked --target host-tuple --target wasm32-unknown-unknown

mkdir -p target
rm -rf target/spa
touch target/spa.started
# trunk reads NO_COLOR as a boolean and refuses the usual `1`.
env -u NO_COLOR trunk build --release --offline --locked --dist "$PWD/target/spa"
# Dated when the build began: make sees what was edited meanwhile as newer.
touch -r target/spa.started target/spa/index.html
rm -rf dist
mv target/spa dist
