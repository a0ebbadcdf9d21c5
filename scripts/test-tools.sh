#!/usr/bin/env bash
# Installs what the tests need beyond a build and is not there yet: Chromium with its driver and a font, PostgreSQL.
set -euo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v chromedriver >/dev/null || missing+=(chromium-driver)
# The charts draw text with the browser's fonts; any font will do.
[ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || [ -n "$(fc-list 2>/dev/null)" ] || missing+=(fonts-dejavu-core)
# Debian keeps the server's programs out of PATH.
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo -n)
if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
  echo "The tests need what is missing here and cannot be installed without asking: as root, apt-get install ${missing[*]}" >&2
  exit 1
fi

step=$(dirname "$0")/step.sh
"$step" "Debian's package lists (about 10 seconds)" "${as_root[@]}" apt-get update -qq
"$step" "For the tests: ${missing[*]} (about 1 minute)" \
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  -o DPkg::Lock::Timeout=120 "${missing[@]}"
