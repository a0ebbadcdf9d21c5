#!/usr/bin/env bash
# Installs what the tests need beyond a build and is not there yet: Chromium with its driver and a font, PostgreSQL, and
# axe-core, which looks at the pages for people who do not see them.
set -euo pipefail

step=$(dirname "$0")/step.sh
TOOLS_DIR=${TOOLS_DIR:-$HOME/.cache/btc-crowdfund/tools}

# One file of JavaScript, run inside the browser: no Node is needed for it.
axe=4.14.1
axe_sha512=1477dafa598d8d065f273d6af302aa203c02e83131707b7fa648cd41bd3d6b734f8c22a0dab86ee6a6f64b8afbe804b214d36db85a2826965edfb3a0b9d546b5
fetch_axe() {
  local tarball registry=${npm_config_registry:-https://registry.npmjs.org}
  tarball=$(mktemp)
  curl -fsSL --retry 3 -o "$tarball" "${registry%/}/axe-core/-/axe-core-$axe.tgz"
  echo "$axe_sha512  $tarball" | sha512sum --check --quiet
  mkdir -p "$TOOLS_DIR/axe-core"
  tar -xzf "$tarball" -C "$TOOLS_DIR/axe-core" --strip-components=1 package/axe.min.js package/LICENSE
  echo "$axe" >"$TOOLS_DIR/axe-core/version"
  rm -f "$tarball"
}
if [ "${1:-}" = axe ]; then
  fetch_axe
  exit
fi
[ "$(cat "$TOOLS_DIR/axe-core/version" 2>/dev/null)" = "$axe" ] ||
  "$step" "axe-core $axe, checks the pages for accessibility (about 2 seconds)" "$0" axe

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

"$step" "Debian's package lists (about 10 seconds)" "${as_root[@]}" apt-get update -qq
"$step" "For the tests: ${missing[*]} (about 1 minute)" \
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
  -o DPkg::Lock::Timeout=120 "${missing[@]}"
