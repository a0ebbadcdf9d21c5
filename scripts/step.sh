#!/usr/bin/env bash
# step.sh "what, and about how long" CMD…: says what comes, runs it, says how long it took. The exit code is CMD's.
set -euo pipefail

what=$1
shift
echo "==> $what"
start=$SECONDS
code=0
"$@" || code=$?
took=$((SECONDS - start))
if [ "$code" -eq 0 ]; then
  echo "    done in $((took / 60)) min $((took % 60)) s"
else
  echo "    failed after $((took / 60)) min $((took % 60)) s (exit code $code): $what" >&2
fi
exit "$code"
