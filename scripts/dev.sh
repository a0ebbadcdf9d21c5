#!/usr/bin/env bash
# dev.sh: the API, built for debugging, and `trunk serve`, which rebuilds the pages and reloads them as one edits. Ctrl-C
# ends both. If one of them ends, so does the other.
set -euo pipefail
cd "$(dirname "$0")/.."

# Where Trunk.toml sends what is not a page.
export LISTEN_ADDR=127.0.0.1:8000
# As a process group each, so that all they start can be ended with them.
set -m
api= pages=
cleanup() {
  trap '' INT TERM HUP
  for group in $api $pages; do kill -TERM -- "-$group" 2>/dev/null || true; done
  for _ in {1..100}; do
    alive=
    for group in $api $pages; do kill -0 -- "-$group" 2>/dev/null && alive=yes; done
    [ -n "$alive" ] || return 0
    sleep 0.1
  done
  for group in $api $pages; do kill -KILL -- "-$group" 2>/dev/null || true; done
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

cargo run --quiet --locked -p api -- serve &
api=$!
mkdir -p target/spa-dev
# Not into dist/: what is there goes into the program, and these pages have trunk's reload script in them. trunk reads
# NO_COLOR as a boolean and refuses the usual `1`.
env -u NO_COLOR trunk serve --offline --locked --dist "$PWD/target/spa-dev" &
pages=$!
echo "==> API at http://$LISTEN_ADDR, pages with reload at http://127.0.0.1:8080; Ctrl-C ends both"
wait -n
echo "One of the two has ended; ending the other." >&2
exit 1
