#!/usr/bin/env bash
# with-postgres.sh CMD…: runs CMD with TEST_DATABASE_URL naming an empty PostgreSQL server that is gone afterwards,
# however CMD ends. The exit code is CMD's.
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: $0 CMD…" >&2; exit 2; }

bin=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1) || bin=$(command -v initdb) || {
  echo "No PostgreSQL server found: please install Debian's package postgresql." >&2
  exit 1
}
bin=$(dirname "$bin")

# PGOPTIONS, PGSSLMODE and the like would reach the server's tools and every client.
for name in "${!PG@}"; do unset "$name"; done

# Not below TMPDIR: the server's user may not get there, and a socket's path has to be short.
dir=$(mktemp -d /tmp/btc-crowdfund-pg.XXXXXX)
cmd=

# The server refuses to run as root.
as_server=()
if [ "$(id -u)" -eq 0 ]; then
  user=$(id -un postgres 2>/dev/null || echo nobody)
  chown "$user" "$dir"
  as_server=(setpriv "--reuid=$user" "--regid=$(id -g "$user")" --clear-groups)
fi
# In its own folder, since the caller's may be closed to the server's user.
server() { (cd "$dir" && "${as_server[@]}" "$bin/$1" "${@:2}"); }

cleanup() {
  # A second Ctrl-C must not leave the server behind.
  trap '' INT TERM HUP
  # Also what CMD left running: its whole process group, first kindly.
  if [ -n "$cmd" ] && kill -TERM -- "-$cmd" 2>/dev/null; then
    for _ in {1..30}; do
      kill -0 -- "-$cmd" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$cmd" 2>/dev/null || true
  fi
  [ ! -e "$dir/data/postmaster.pid" ] || server pg_ctl stop -D "$dir/data" -m immediate >/dev/null || true
  rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

server initdb -D "$dir/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 || {
  cat "$dir/initdb.log" >&2
  exit 1
}
# Durability is of no use to a server that is thrown away.
cat >>"$dir/data/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dir'
max_connections = 400
fsync = off
synchronous_commit = off
full_page_writes = off
CONF

# Below the range from which the system hands out ports; if somebody has this one, try another.
for _ in {1..10}; do
  port=$((20000 + RANDOM % 12000))
  server pg_ctl start -w -D "$dir/data" -l "$dir/log" -o "-p $port" >/dev/null 2>&1 && break
  grep -q "could not bind" "$dir/log" && : >"$dir/log" && port= && continue
  cat "$dir/log" >&2
  exit 1
done
[ -n "$port" ] || { echo "No free port for PostgreSQL on 127.0.0.1." >&2; exit 1; }
export TEST_DATABASE_URL=postgres://postgres@127.0.0.1:$port/postgres

# In the background, because bash acts on a signal only between foreground commands; as a process group, so that all
# of it can be ended.
set -m
"$@" &
cmd=$!
set +m
wait "$cmd"
