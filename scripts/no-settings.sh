#!/usr/bin/env bash
# no-settings.sh CMD…: runs CMD without the caller's own settings, so that tests never reach a real store or database.
set -euo pipefail

unset "${!BTCPAY_@}" "${!ANGOR_@}" "${!DATABASE_URL@}" "${!ADMIN_PASSWORD@}" TEST_DATABASE_URL LISTEN_ADDR PORT_FILE \
  PUBLIC_URL WEBHOOK_URL WEB_DIR TRUSTED_PROXIES SOCKS_PROXY TOR_ONLY DISPLAY_TIMEZONE SYNC_INTERVAL_SECONDS \
  LOG_FORMAT RUST_LOG
exec "$@"
