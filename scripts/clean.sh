#!/usr/bin/env bash
# clean.sh: removes the demo database and then all build output. Only the program can tell a demo from real books, so a
# database is kept where no program is built.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
binary=
for build in release debug; do
  [ -n "$binary" ] || [ ! -x "$target/$build/btc-crowdfund" ] || binary=$target/$build/btc-crowdfund
done
if [ -n "$binary" ]; then
  "$binary" seed --remove || echo "The database is kept."
elif [ -e var ]; then
  echo "var/ is kept: no program is built that could tell whether a demo or your data are in it."
fi
rm -rf target dist
# Only where nothing is left in it.
rmdir --ignore-fail-on-non-empty var 2>/dev/null || true
